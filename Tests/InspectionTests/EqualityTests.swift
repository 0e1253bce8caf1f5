import TestSupport
import Testing

@testable import Inspection

@Suite("Formulas with numbers")
struct EqualityTests {
  @Test func valueAndTextAreOneCalculation() {
    let t4: Arithmetic = .exp(-((2 + 6) * 0.0571))
    #expect(abs(t4.value - 0.633307) < 1e-6)
    let equality = Equality("T_4", t4, equals: 0.6333, within: 1e-4)
    #expect(equality.claim.holds)
    #expect(equality.formula.text == "T₄ = exp(−(2 + 6) · 0.0571) = 0.6333")
  }

  @Test func aWrongResultFailsItsClaim() {
    let equality = Equality("x", 2 * 3, equals: 7, within: 0.5)
    #expect(!equality.claim.holds && equality.claim.measurement.contains("6 ≠ 7"))
    #expect(!Equality("x", 2 * 3, equals: .nan, within: 0.5).claim.holds)
  }

  /// Parentheses stand where the calculation needs them: the text, read again, gives the value.
  @Test(
    arguments: [
      2 - (3 - 4), 2 - (3 + 4), (2 - 3) * 4, 2 * (3 + 4), -(2 + 3) * 4, 2 - -3, 2 * -3,
      .power(-2, 2), .power(2 + 1, 3), -.power(2, 2), .power(.product([2, 3]), 2),
      .quotient(1, 2) * 4, .quotient(1 + 2, 4 - 1), .exp(-2) / (1 + .exp(-2)),
      .squareRoot(.power(3, 2) + .power(4, 2)), .magnitude(1 - 3) * 2, .power(.number(1e-7), 2),
      .number(2.5e-9) * 4, 3 - .number(1e-6), .sum([]), .product([]), .sum([-1, 2]),
      .power(.exp(1), 2), .ln(1 + .exp(-0.3)), 2 * .ln(3) - .ln(.ln(5)),
      .power(.quotient(1, 2), 2),
    ] as [Arithmetic])
  func textReadAgainGivesTheValue(calculation: Arithmetic) throws {
    let sides = PrintedCalculation.sides(of: "x = \(calculation.source)")
    let value = try #require(sides.first)
    #expect(
      abs(value - calculation.value) <= 1e-3 * max(1e-12, abs(calculation.value)),
      "\(calculation.source)")
    #expect(throws: Never.self) { try Formula(parsing: "x = \(calculation.source)") }
  }

  @Test func aSingleNumberIsPrintedOnce() {
    #expect(Equality("w_1", 0.25, equals: 0.25, within: 0).formula.text == "w₁ = 0.25")
  }
}
