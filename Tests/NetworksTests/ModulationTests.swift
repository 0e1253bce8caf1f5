import Networks
import TestSupport
import Tensors
import Testing

/// A modulated layer of one part, small enough to compute on paper.
@Suite("Modulated layer by hand")
struct ModulationTests {
  /// Returns the output for W = (1, 1), A = (1, 2), b = 0.1 and x = (1, 2).
  private func output(latent: Double, modulationBias: [Double]) -> Double {
    let layer = Parameters([
      "l.conv.weight": Tensor([1, 1, 2, 1, 1], [1, 1.0]),
      "l.conv.modulation.weight": Tensor([2, 1], [1, 2.0]),
      "l.conv.modulation.bias": Tensor([2], modulationBias),
      "l.activate.bias": Tensor([1], [0.1]),
    ])
    return ModulatedLayers([layer], "l")(
      Tensor([1, 1, 2, 1], [1, 2.0]), Tensor([1, 1, 1], [latent])
    ).item
  }

  /// A latent of 0 leaves the bias a = (3, 4) as style: W'' = (3, 4)/5, and the output is
  /// √2 (0.6 · 1 + 0.8 · 2 + 0.1) = 2.3 √2.
  @Test func theBiasIsTheStyleOfALatentOfZero() {
    let expected = 2.3 * 2.0.squareRoot()
    // The constant 1e-8 under the root changes the result by 4e-10 relative to it.
    #expect(abs(output(latent: 0, modulationBias: [3, 4]) / expected - 1) < 1e-8)
  }

  /// s = (1, 2) · 2 + (10, 8) = (12, 12): W'' = (1, 1)/√2, and the output is √2 (3/√2 + 0.1).
  @Test func theBiasIsAddedToTheModulation() {
    let expected = 3 + 0.1 * 2.0.squareRoot()
    #expect(abs(output(latent: 2, modulationBias: [10, 8]) / expected - 1) < 1e-8)
  }

  /// Without a bias the style would be (2, 4): W'' = (1, 2)/√5, and the output √2 (√5 + 0.1).
  @Test func otherBiasesGiveOtherOutputs() {
    let expected = 2.0.squareRoot() * (5.0.squareRoot() + 0.1)
    #expect(abs(output(latent: 2, modulationBias: [0, 0]) / expected - 1) < 1e-8)
  }
}
