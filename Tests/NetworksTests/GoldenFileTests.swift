import Networks
import TestSupport
import Tensors
import Testing

@Suite("Networks against the golden files")
struct NetworkGoldenFileTests {
  @Test func everyLayerHasACase() throws {
    #expect(try GoldenCase.all(of: "Networks").count == 18)
  }

  /// Values and first derivatives, which the recipes take by the complex step.
  @Test(arguments: try GoldenCase.all(of: "Networks"))
  func layer(golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(golden, $0) }
  }

  /// R1 and path length differentiate these layers twice: the second derivative by every input
  /// and parameter of every case, against differences of the first.
  @Test(arguments: try GoldenCase.all(of: "Networks").filter { $0.name != "pixel_norm" })
  func gradientOfGradient(golden: GoldenCase) throws {
    let inputs = try golden.inputs().mapValues { $0.detached() }
    for name in inputs.keys.sorted() {
      let value = try #require(inputs[name])
      try expectSecondGradient(at: value) { x in
        number(golden, inputs.merging([name: x]) { $1 })
      }
    }
  }

  /// The case's tiny latent bends too sharply for differences; ordinary ones do not.
  @Test func pixelNormTwice() throws {
    var numbers = TestNumbers(seed: 3)
    try expectDerivatives(at: [numbers.tensor([3, 5], in: 0.3...1.7)]) { $0[0].pixelNormalized() }
  }

  /// Σ c (y + y²/2) over all outputs, so that what is linear has a second derivative too.
  private func number(_ golden: GoldenCase, _ inputs: [String: Tensor]) -> Tensor {
    guard let outputs = try? answers(golden, inputs) else { return .scalar(.nan, .float64) }
    var numbers = TestNumbers(seed: 77)
    return outputs.sorted { $0.key < $1.key }.map { output in
      let y = output.value
      return (numbers.tensor(y.shape, in: 0.5...1.5) * (y + 0.5 * y.squared())).sum()
    }.reduce(.scalar(0, .float64), +)
  }
}
