import Foundation
import Networks
import TestSupport
import Tensors
import Testing

@testable import Training

@Suite("Adversarial losses by hand")
struct LossTests {
  /// softplus(0) = ln 2 and softplus(ln 3) = ln 4: the discriminator loss for real scores (0, −ln 3)
  /// and fake scores (ln 3, 0) is 2 · (ln 2 + ln 4)/2.
  @Test func logisticLosses() {
    let ln3 = log(3.0)
    let real = Tensor([2, 1], [0, -ln3])
    let fake = Tensor([2, 1], [ln3, 0])
    let expected = log(2.0) + log(4.0)
    #expect(abs(AdversarialLosses.discriminator(real: real, fake: fake).item - expected) < 1e-15)
    // softplus(−ln 3) = ln(4/3).
    let generator = (log(4.0 / 3) + log(2.0)) / 2
    #expect(abs(AdversarialLosses.generator(fake: fake).item - generator) < 1e-15)
  }

  /// The means of the 2×2 blocks are 1 and 3, the coarse mask is 0 and 1: (1 + 4)/2.
  @Test func maskRegularizerComparesWithThePooledMask() {
    let final = Tensor([1, 1, 2, 4], [0, 2, 3, 3, 1, 1, 3, 3.0])
    let coarse = Tensor([1, 1, 1, 2], [0, 1.0])
    let loss = AdversarialLosses.maskRegularizer(coarseMask: coarse, finalMask: final)
    #expect(loss.item == 2.5)
  }

  /// image = 3 · latent, with one latent row of width 2 and one pixel for each of 2 portraits;
  /// y = Σ image · noise.
  ///
  /// ∂y/∂latent is 3 · noise, its squared norm 9 (n₁² + n₂²): lengths 3·5 = 15 and 3·13 = 39. mean'
  /// = 0 + 0.01 · 27 = 0.27; penalty = ((15 − 0.27)² + (39 − 0.27)²)/2.
  @Test func pathLengthOfALinearGenerator() throws {
    let latents = Tensor([2, 1, 2], [1, 2, 3, 4.0])
    let noise = Tensor([2, 2, 1, 1], [3, 4, 5, 12.0])
    let path = try PathLength(expandedLatents: latents, noise: noise, mean: Tensor([], [0.0])) {
      $0.reshaped([2, 2, 1, 1]) * 3
    }
    expectClose(path.lengths, Tensor([2], [15, 39.0]), within: .closedForm)
    expectClose(path.nextMean, Tensor([], [0.27]), within: .closedForm)
    let (short, long) = (14.73, 38.73)
    let penalty = (short * short + long * long) / 2
    expectClose(path.penalty, Tensor([], [penalty]), within: .closedForm)
    expectClose(path.total(), Tensor([], [2 * penalty]), within: .closedForm)
  }
}
