import Testing

@testable import Inspection

@Suite("Controls of live pages")
struct ParameterControlTests {
  private func html(_ parameter: Parameter, at value: Double? = nil) -> String {
    ParameterControl(parameter: parameter, value: value ?? parameter.value, id: "c").html
  }

  private let kernel = Parameter(
    choice: "kernel", 1, of: ["Gaussian", "inverse", "a < b"], meaning: "the function ψ")

  @Test func choicesMakeAMenu() throws {
    let text = html(kernel)
    #expect(text.contains("<select"))
    #expect(text.contains("<option value=\"1\" selected=\"selected\">inverse</option>"))
    #expect(text.contains("<option value=\"2\">a &lt; b</option>"))
    try requireWellFormed(text)
  }

  /// A meaning that happens to name values is no list of choices.
  @Test func aMeaningMakesNoMenu() {
    let parameter = Parameter(whole: "p", 0, in: 0...2, meaning: "what: 0 hair, 1 eyes, 2 clothes")
    #expect(parameter.choices == nil)
    #expect(html(parameter).contains("type=\"range\""))
  }

  @Test(arguments: [("inverse", 1.0), ("INVERSE", 1), ("a < b", 2), ("2", 2), ("0", 0)])
  func aChoiceIsReadByNameAndByNumber(text: String, value: Double) throws {
    #expect(try kernel.value(of: text) == value)
    #expect(kernel.label(of: value) == ["Gaussian", "inverse", "a < b"][Int(value)])
  }

  @Test(arguments: ["gauss", "", "3", "-1", "0.5", "nan", "Gaussian inverse"])
  func aWrongChoiceIsOneLineWithAllNames(text: String) throws {
    let mistake = try #require(throws: WalkthroughMistake.self) { try kernel.value(of: text) }
    let line = mistake.description
    #expect(!line.contains("\n") && line.hasPrefix("kernel"), "\(line)")
    if Double(text)?.isFinite != false {
      #expect(line.contains("Gaussian, inverse, a < b (or their numbers 0 … 2)"), "\(line)")
    }
  }

  /// Terminal, page and help describe the choices in the same words.
  @Test func oneDescriptionOfChoices() {
    #expect(kernel.explanation == "the function ψ: 0 Gaussian, 1 inverse, 2 a < b")
    #expect(kernel.span == "Gaussian … a < b")
    let plain = Parameter("p", 1, in: 0...2, unit: "rad", meaning: "an angle")
    #expect(plain.explanation == "an angle" && plain.span == "0 … 2")
    #expect(plain.label(of: 1) == "1 rad")
  }

  @Test func zeroAndOneWithoutNamesMakeASwitch() throws {
    let weights = Parameter(whole: "w", 1, in: 0...1, meaning: "1 uses the weights, 0 does not")
    #expect(html(weights).contains("role=\"switch\"") && html(weights).contains("checked="))
    #expect(!html(weights, at: 0).contains("checked="))
    try requireWellFormed(html(weights))
  }

  /// The default and both ends are on the steps of a slider, so that a browser does not round them.
  @Test(arguments: [
    (1.0, 0.05...8.0, 0.05), (9, -4...20, 0.2), (0.002, 0.0001...0.1, 0.0001),
    (0.1, 0.001...10, 0.001),
  ])
  func stepsAreRound(value: Double, range: ClosedRange<Double>, step: Double) throws {
    let parameter = Parameter("p", value, in: range, unit: "1 / plane²", meaning: "")
    let found = try #require(parameter.sliderStep)
    #expect(abs(found - step) < 1e-12, "\(found)")
    let text = html(parameter)
    #expect(text.contains("step=\"\(step)\" value=\"\(value.attribute)\""), "\(text)")
    #expect(text.contains("aria-valuetext=\"\(value.brief) / plane²\""))
    try requireWellFormed(text)
  }

  /// No round step leads from 0 to a third.
  @Test func aSliderWithoutRoundStepsTakesAnyValue() {
    let parameter = Parameter("p", 1.0 / 3, in: 0...1, meaning: "")
    #expect(parameter.sliderStep == nil)
    #expect(html(parameter).contains("step=\"any\""))
  }
}
