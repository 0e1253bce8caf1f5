import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing

@testable import Training

/// The two lazy penalties by hand.
@Suite("Penalties by hand")
struct PenaltyTests {
  private static let discriminator = Discriminator(
    ParameterPlan.discriminator(.tiny).fresh(seed: 2).cast(to: .float64))

  private func penalty() throws -> GradientPenalty {
    let batch = PortraitBatchMaker.noise(.tiny, count: 2)
    return try GradientPenalty(
      Self.discriminator, image: batch.image.cast(to: .float64),
      mask: batch.mask.cast(to: .float64))
  }

  /// Weights 6 and 14 at an interval of 5: 5 · (3 · R1_image + 7 · R1_mask).
  @Test func theLossHasHalfOfEachWeightAndTheInterval() throws {
    let penalty = try penalty()
    let options = try TrainingOptions().setting([
      "imagePenaltyWeight=6", "maskPenaltyWeight=14", "penaltyInterval=5",
    ])
    expectClose(
      penalty.total(options), 15 * penalty.image + 35 * penalty.mask, within: .closedForm)
    #expect(penalty.image.item > 0 && penalty.mask.item > 0)
  }

  /// The update minimizes this loss: the reported number contains half of the weight and the interval.
  @Test func theUpdateReportsTheLossWithItsInterval() throws {
    let options = try TrainingOptions().setting([
      "imagePenaltyWeight=6", "maskPenaltyWeight=14", "penaltyInterval=5", "batch=2",
    ])
    var state = TrainingState.fresh(.tiny, options)
    let update = try state.updateByGradientPenalty(
      PortraitBatchMaker.noise(.tiny, count: 2))
    #expect(abs(update.loss / (15 * update.image + 35 * update.mask) - 1) < 1e-5, "\(update)")
  }

  /// R1 is E ‖∂D/∂x‖²: the slope of D along its own gradient, by central differences.
  @Test func theNormIsThatOfTheSlope() throws {
    let batch = PortraitBatchMaker.noise(.tiny, count: 1)
    let (image, mask) = (batch.image.cast(to: .float64), batch.mask.cast(to: .float64))
    let tracked = image.tracked(as: "image")
    let slope = try gradient(
      of: Self.discriminator(tracked, mask: mask).sum(), withRespectTo: tracked)
    let length = slope.squared().sum().item.squareRoot()
    func score(_ step: Double) -> Double {
      withoutGradients {
        Self.discriminator(image + slope * (step / length), mask: mask).sum().item
      }
    }
    let difference = (score(1e-5) - score(-1e-5)) / 2e-5
    let found = try GradientPenalty(Self.discriminator, image: image, mask: mask).image.item
    #expect(abs(found / (difference * difference) - 1) < 1e-6, "\(found), \(difference)")
  }

  /// image = a · latent and noise (3, 4) give the length 5a.
  ///
  /// With mean 2: mean' = 2 + 0.01 (5a − 2) and penalty = (5a − mean')² = (4.95a − 1.98)², whose
  /// derivative is 2 · 4.95 · (4.95a − 1.98): 78.4278 at a = 2. If no gradient flowed through mean', it
  /// would be 2 · 5 · (4.95a − 1.98) = 79.22.
  @Test func theGradientOfPathLengthFlowsThroughTheMean() throws {
    let a = Tensor([], [2.0]).tracked(as: "a")
    let path = try PathLength(
      expandedLatents: Tensor([1, 1, 2], [1, 1.0]), noise: Tensor([1, 2, 1, 1], [3, 4.0]),
      mean: Tensor([], [2.0])
    ) { $0.reshaped([1, 2, 1, 1]) * a }
    expectClose(path.lengths, Tensor([1], [10.0]), within: .closedForm)
    expectClose(path.nextMean, Tensor([], [2.08]), within: .closedForm)
    #expect(!path.nextMean.isTracked)
    let found = try gradient(of: path.penalty, withRespectTo: a)
    expectClose(found, Tensor([], [9.9 * 7.92]), within: .closedForm)
  }

  /// Weight 0.25 at an interval of 3: 0.75 times the penalty.
  @Test func pathLengthHasItsWeightAndItsInterval() throws {
    let path = try PathLength(
      expandedLatents: Tensor([1, 1, 2], [1, 1.0]), noise: Tensor([1, 2, 1, 1], [3, 4.0]),
      mean: Tensor([], [2.0])
    ) { $0.reshaped([1, 2, 1, 1]) * 2 }
    let options = try TrainingOptions().setting(["pathWeight=0.25", "pathInterval=3"])
    expectClose(path.total(options), 0.75 * path.penalty, within: .closedForm)
  }
}
