/// The updates of a training iteration and their order.
///
/// Paper §3.4; the lazy regularization is StyleGAN2's, as in the reference systems.
///
///     discriminator, [R1], generator, [path length], moving average
///
/// R1 is due in every 16th iteration and path length in every 4th, both beginning with iteration 0. A
/// penalty that is computed every n iterations is multiplied by n, so over n iterations it counts as
/// much as if it were computed in each of them. Each penalty has an update of its own, so Adam's
/// learning rate and decay are corrected for n + 1 updates instead of n, see `Adam`.
///
/// | Symbol | Code              | Value                  |
/// |--------|-------------------|------------------------|
/// | n of D | `penaltyInterval` | 16 for `GradientPenalty` |
/// | n of G | `pathInterval`    | 4 for `PathLength`     |
public struct LazySchedule: Sendable, Equatable {
  /// One update of parameters.
  public enum Update: String, Sendable, CaseIterable {
    /// The logistic loss of the discriminator.
    case discriminator
    /// R1 on real pairs, an update of the discriminator.
    case gradientPenalty
    /// The generator's loss with the mask regularizer and the depth smoothness.
    case generator
    /// The path-length penalty, an update of the generator.
    case pathLength
    /// The update of the generator's moving average.
    case movingAverage
  }

  /// The number of iterations from one R1 update to the next, 1 or more.
  public let penaltyInterval: Int
  /// The number of iterations from one path-length update to the next, 1 or more.
  public let pathInterval: Int

  /// Creates a schedule, by default with the intervals of the reference systems.
  public init(
    penaltyInterval: Int = 16, pathInterval: Int = 4
  ) {
    self.penaltyInterval = penaltyInterval
    self.pathInterval = pathInterval
  }

  /// Returns the updates of an iteration in order; iterations are counted from 0.
  public func updates(at iteration: Int) -> [Update] {
    Update.allCases.filter { interval(of: $0).map { iteration.isMultiple(of: $0) } ?? true }
  }

  /// Returns the factor on an update's loss that compensates for the iterations without this update.
  public func factor(of update: Update) -> Double { Double(interval(of: update) ?? 1) }

  /// Returns the number of portraits in the path-length update: half of a batch, at least one.
  public static func pathBatch(_ batch: Int) -> Int { max(1, batch / 2) }

  /// Returns the number of iterations between such updates; nil for updates of every iteration.
  private func interval(of update: Update) -> Int? {
    switch update {
    case .gradientPenalty: penaltyInterval
    case .pathLength: pathInterval
    case .discriminator, .generator, .movingAverage: nil
    }
  }
}
