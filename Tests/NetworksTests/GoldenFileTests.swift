import Networks
import TestSupport
import Tensors
import Testing

@Suite("Networks against the golden files")
struct NetworkGoldenFileTests {
  @Test func everyLayerHasACase() throws {
    #expect(try GoldenCase.all(of: "Networks").count == 18)
  }

  /// Values and first derivatives agree; the recipes compute the derivatives by complex steps.
  @Test(arguments: try GoldenCase.all(of: "Networks"))
  func layersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(golden, $0) }
  }

  /// Second derivatives with respect to every input and parameter equal differences of the first
  /// derivatives; R1 and path length differentiate these layers twice.
  @Test(arguments: try GoldenCase.all(of: "Networks").filter { $0.name != "pixel_norm" })
  func secondDerivativesEqualDifferences(golden: GoldenCase) throws {
    let inputs = try golden.inputs().mapValues { $0.detached() }
    for name in inputs.keys.sorted() {
      let value = try #require(inputs[name])
      try expectSecondGradient(at: value) { x in
        number(golden, inputs.merging([name: x]) { $1 })
      }
    }
  }

  /// The golden case has a latent too small for differences, so ordinary latents are used here.
  @Test func derivativesOfPixelNormEqualDifferences() throws {
    var numbers = TestNumbers(seed: 3)
    try expectDerivatives(at: [numbers.tensor([3, 5], in: 0.3...1.7)]) { $0[0].pixelNormalized() }
  }

  /// Returns Σ c (y + y²/2) over all outputs, so that linear layers have second derivatives too.
  private func number(_ golden: GoldenCase, _ inputs: [String: Tensor]) -> Tensor {
    guard let outputs = try? answers(golden, inputs) else { return .scalar(.nan, .float64) }
    var numbers = TestNumbers(seed: 77)
    return outputs.sorted { $0.key < $1.key }.map { output in
      let y = output.value
      return (numbers.tensor(y.shape, in: 0.5...1.5) * (y + 0.5 * y.squared())).sum()
    }.reduce(.scalar(0, .float64), +)
  }
}
