/// Which updates an iteration of training makes, and in which order.
///
/// Paper §3.4, which takes the schedule of StyleGAN2's lazy regularisation over from its reference.
///
///     discriminator, [R1], generator, [path length], moving average
///
/// R1 is due when 16 divides the iteration's number and path length when 4 does, iteration 0
/// included. A penalty that is taken every n iterations is multiplied by n, so that over n iterations
/// it weighs as much as if it were taken in each; and since it is an update of its own, Adam's rate
/// and decay are corrected for n + 1 updates in place of n, see `Adam`.
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
    /// The generator's loss with the mask regulariser and the depth smoothness.
    case generator
    /// The path-length penalty, an update of the generator.
    case pathLength
    /// The moving average follows the generator.
    case movingAverage
  }

  /// Iterations from one R1 update to the next, 1 or more.
  public let penaltyInterval: Int
  /// Iterations from one path-length update to the next, 1 or more.
  public let pathInterval: Int

  /// A schedule with the intervals of the reference systems unless given.
  public init(
    penaltyInterval: Int = 16, pathInterval: Int = 4
  ) {
    self.penaltyInterval = penaltyInterval
    self.pathInterval = pathInterval
  }

  /// The updates of an iteration in their order; iterations are counted from 0.
  public func updates(at iteration: Int) -> [Update] {
    Update.allCases.filter { interval(of: $0).map { iteration.isMultiple(of: $0) } ?? true }
  }

  /// What an update's loss is multiplied by to make up for the iterations that leave it out.
  public func factor(of update: Update) -> Double { Double(interval(of: update) ?? 1) }

  /// How many portraits of a batch the path length is taken on: half of them, at least one.
  public static func pathBatch(_ batch: Int) -> Int { max(1, batch / 2) }

  /// Iterations from one such update to the next; nil for those of every iteration.
  private func interval(of update: Update) -> Int? {
    switch update {
    case .gradientPenalty: penaltyInterval
    case .pathLength: pathInterval
    case .discriminator, .generator, .movingAverage: nil
    }
  }
}
