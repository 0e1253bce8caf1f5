import Foundation
import Testing

@testable import Inspection

@Suite("Formulas")
struct FormulaTests {
  @Test(arguments: [
    (
      #"\psi(x,y,z) = \exp(-\alpha\,(\hat d(x,y) - z)^2)"#,
      "ψ(x, y, z) = exp(−α (d\u{302}(x, y) − z)²)"
    ),
    (#"f^{3d} = \psi \cdot f^{2d}"#, "f³ᵈ = ψ · f²ᵈ"),
    (#"w_i = T_i (1 - e^{-\sigma_i \delta_i})"#, "wᵢ = Tᵢ(1 − e^(−σᵢδᵢ))"),
    (#"\sum_{i=1}^{N} w_i \le 1"#, "Σᵢ₌₁ᴺ wᵢ ≤ 1"),
    (#"m_k^{\text{init}}"#, "mₖⁱⁿⁱᵗ"),
    (#"\frac{a+b}{c}"#, "(a + b) / c"),
    (#"\sqrt{x^2 + 1}"#, "√(x² + 1)"),
    (#"z \in \{0, \dots, 31\}"#, "z ∈ {0, …, 31}"),
    (#"\mathcal{L}_{ds}"#, "ℒ_(ds)"),
    (#"\left|a - b\right|"#, "|a − b|"),
    (#"\max_k x_k"#, "maxₖ xₖ"),
    (#"2.5 \times 10^{-3}"#, "2.5 × 10⁻³"),
    (#"x^12"#, "x¹2"),
    (#"\Delta m"#, "Δm"),
  ])
  func plainText(source: String, text: String) throws {
    #expect(try Formula(parsing: source).text == text)
  }

  @Test func mathMLHasTheStructure() {
    let formula: Formula = #"w_i^2 = \frac{1}{\hat d}"#
    #expect(
      formula.mathML(display: false)
        == "<math aria-label=\"wᵢ² = 1 / d\u{302}\"><mrow><msubsup><mi>w</mi><mi>i</mi><mn>2</mn>"
        + "</msubsup><mo>=</mo><mfrac><mn>1</mn><mover accent=\"true\"><mi>d</mi>"
        + "<mo stretchy=\"false\">^</mo></mover></mfrac></mrow></math>")
  }

  @Test func limitsStandBelowOnlyOnALineOfTheirOwn() {
    let sum: Formula = #"\sum_{i=1}^N x"#
    #expect(sum.mathML().contains("<munderover>"))
    #expect(sum.mathML(display: false).contains("<msubsup>"))
  }

  @Test func lettersOfASymbolTableAreMarked() {
    let formula: Formula = #"\psi = \hat d"#
    let marked = formula.mathML(marks: ["ψ": 4, "d\u{302}": 7])
    #expect(marked.contains("<mrow data-symbol=\"4\"><mi>ψ</mi></mrow>"))
    #expect(marked.contains("<mrow data-symbol=\"7\"><mover"))
  }

  @Test func everyFormulaIsWellFormed() throws {
    let sources = [
      #"a < b > c \& d"#, #"\left( \frac{\mathbf{x}}{\|y\|} \right)"#, #"\mathrm{SAMPLE}(f, X_i)"#,
      #"\int_0^1 \bar f \, dt"#, #"-x \mapsto \mathbb{R}^{C \times H}"#, "x'", #"a \quad b"#,
    ]
    for source in sources {
      try requireWellFormed(try Formula(parsing: source).mathML())
    }
  }

  @Test(arguments: [
    (#"\frac{a}"#, "nothing follows \\frac"), ("{a", "never closed"), ("a}", "no matching {"),
    (#"\wibble"#, "\\wibble is not known"), ("x_", "nothing follows _"),
    ("^2", "follows no letter"),
    ("x_1_2", "two subscripts"), (#"\left( a"#, "has no \\right"), ("a € b", "€ is not known"),
    (#"\"#, "nothing follows \\"), (#"\right)"#, "has no \\left"), (#"\text{a"#, "never closed"),
  ])
  func mistakesAreNamed(source: String, reason: String) {
    let error = #expect(throws: FormulaError.self) { try Formula(parsing: source) }
    #expect("\(error.map(\.description) ?? "")".contains(reason), "\(error as Any)")
  }
}
