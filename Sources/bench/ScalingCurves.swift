import Inspection
import ModelConfiguration
import PortraitModel
import Tensors
import VolumeRendering

/// How the time of lift and render grows with parts, rays, samples and channels, each by itself.
enum ScalingCurves {
  /// One line for each quantity: time over its time at the paper's size, which no line may leave
  /// upwards beyond the straight one.
  static func picture(repeats: Int) -> Picture {
    // A quantity's own numbers, the paper's in the middle, and how much of it each stands for.
    let quantities: [(String, [Int], (Int) -> LiftTask, (Int) -> Double)] = [
      ("parts K", [3, 7, 13, 20, 26], { LiftTask(parts: $0) }, { Double($0) }),
      ("rays", [32, 45, 64, 78, 91], { LiftTask(rays: $0) }, { Double($0 * $0) }),
      ("samples", [3, 6, 12, 18, 24], { LiftTask(samples: $0) }, { Double($0) }),
      ("channels C", [64, 128, 256, 384, 512], { LiftTask(channels: $0) }, { Double($0) }),
    ]
    let lines = quantities.map { name, numbers, task, amount in
      let times = numbers.map { task($0).forward(repeats)["total"] ?? .nan }
      return Series(
        name, x: numbers.map { amount($0) / amount(numbers[2]) }, y: times.map { $0 / times[2] })
    }
    return .chart(
      lines + [Series("linear", x: [0, 2], y: [0, 2])], xLabel: "times the paper's size",
      yLabel: "time")
  }
}
