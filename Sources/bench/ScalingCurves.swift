import Inspection
import ModelConfiguration
import PortraitModel
import Tensors
import VolumeRendering

/// The growth of the time of lift and render with parts, rays, samples and channels.
enum ScalingCurves {
  /// Measures the times and returns a chart with one line for each quantity.
  ///
  /// Both axes are relative to the paper's size. No line should rise above the linear one.
  static func picture(repeats: Int) -> Picture {
    // For each quantity: its values with the paper's in the middle, the task, and the amount of work.
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
