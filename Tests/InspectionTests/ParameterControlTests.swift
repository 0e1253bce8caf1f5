import Testing

@testable import Inspection

@Suite("Controls of live pages")
struct ParameterControlTests {
  private func html(_ parameter: Parameter, at value: Double? = nil) -> String {
    ParameterControl(parameter: parameter, value: value ?? parameter.value, id: "c").html
  }

  @Test func aMeaningThatNamesEveryValueMakesAMenu() throws {
    let kernel = Parameter(
      whole: "kernel", 1, in: 0...2, meaning: "the function ψ: 0 Gaussian, 1 inverse, 2 a < b")
    #expect(kernel.choices == ["Gaussian", "inverse", "a < b"])
    let text = html(kernel)
    #expect(text.contains("<select"))
    #expect(text.contains("<option value=\"1\" selected=\"selected\">inverse</option>"))
    #expect(text.contains("<option value=\"2\">a &lt; b</option>"))
    try requireWellFormed(text)
  }

  /// Each of these meanings misses a name, begins with 1, or is no list.
  @Test(arguments: [
    (0...3, "what: 0 hair, 1 eyes, 2 clothes"), (1...2, "what: 1 hair, 2 eyes"),
    (0...2, "0 hair, 1 eyes, 2 clothes"), (0...12, "the part that is lifted; 1 is the face"),
  ])
  func otherMeaningsMakeASlider(range: ClosedRange<Int>, meaning: String) {
    let parameter = Parameter(whole: "p", range.lowerBound, in: range, meaning: meaning)
    #expect(parameter.choices == nil)
    #expect(html(parameter).contains("type=\"range\""))
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
