/// A formula with the numbers of one pixel or sample: `T₄ = exp(−(2 + 6) · 0.0571) = 0.633`.
///
/// The numbers on the left come from the inputs of a step, the result from the tensor that the step
/// computed. The equality holds if the calculation gives the number of the tensor.
public struct Equality: Sendable, Hashable {
  /// The symbol on the left, with the index that is looked at.
  public let symbol: Formula
  /// The calculation with numbers.
  public let calculation: Arithmetic
  /// The number that the code computed.
  public let result: Double
  /// The unit of the result; empty if there is none.
  public let unit: String
  /// The claim that calculation and result agree.
  public let claim: Claim
  /// The whole line, as it is printed.
  public let formula: Formula

  /// Creates an equality.
  ///
  /// - Parameters:
  ///   - symbol: the symbol on the left, for example `T_4`.
  ///   - calculation: the calculation with the numbers of the inputs.
  ///   - result: the number that the code computed.
  ///   - tolerance: the largest allowed difference between calculation and result.
  ///   - unit: the unit of the result.
  public init(
    _ symbol: Formula, _ calculation: Arithmetic, equals result: Double, within tolerance: Double,
    unit: String = ""
  ) {
    self.symbol = symbol
    self.calculation = calculation
    self.result = result
    self.unit = unit
    let difference = (calculation.value - result).magnitude
    let holds = calculation.value == result || difference <= tolerance
    claim = Claim(
      text: "\(symbol.text), calculated with the numbers of the formula, is what the code computed",
      measurement: "\(calculation.value.brief) \(holds ? "=" : "≠") \(result.brief), "
        + "± \(tolerance.brief)",
      holds: holds)
    // A calculation of a single number says nothing that the result does not say.
    var middle = "\(calculation.source) = "
    if case .number = calculation { middle = "" }
    formula = Formula("\(symbol.source) = \(middle)\(result.formulaSource)")
  }

  /// What stands right of the symbol, as plain text: `exp(−(2 + 6) · 0.0571) = 0.6333`.
  var rightSide: String { String(formula.text.dropFirst(symbol.text.count + 3)) }

  /// The equality as MathML in two pieces, so that a narrow page can break the line before the result.
  var mathML: String {
    if case .number = calculation { return formula.mathML() }
    let left = Formula("\(symbol.source) = \(calculation.source)")
    return "\(left.mathML()) \(Formula("= \(result.formulaSource)").mathML())"
  }

  /// The equality as one line of plain text.
  public var line: String { formula.text.withUnit(unit) }
}
