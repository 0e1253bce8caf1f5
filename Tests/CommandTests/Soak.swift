import Foundation

/// The amount of hardship in the tests of kills and of scarce resources.
///
/// `make test` does little of it. `make soak` sets `SSGAN3D_KILLS` to the number of kills of all commands
/// together, and then every amount of every resource is tried.
enum Soak {
  /// The number of commands that are killed: training and those of `SoakedCommand`.
  private static let commands = 1 + SoakedCommand.all.count

  private static let allKills =
    ProcessInfo.processInfo.environment["SSGAN3D_KILLS"].flatMap(Int.init)

  /// Whether `make soak` runs.
  static var isThorough: Bool { allKills != nil }

  /// Returns how often one command is killed.
  static func kills(usual: Int) -> Int {
    allKills.map { ($0 + commands - 1) / commands } ?? usual
  }

  /// A reproducible sequence of pseudorandom numbers (a linear congruential generator of 64 bits).
  struct Moments {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, bound)
    }
  }
}
