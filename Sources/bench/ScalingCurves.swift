import Inspection
import ModelConfiguration
import PortraitModel
import Tensors
import VolumeRendering

/// How the time of lift and render grows with parts, rays, samples and channels, each by itself.
enum ScalingCurves {
  private static let factors = [0.25, 0.5, 1, 1.5, 2]

  /// One line for each quantity: time over its time at the paper's size, which no line may leave
  /// upwards beyond the straight one.
  static func picture(repeats: Int) -> Picture {
    let quantities: [(String, (Double) -> LiftTask)] = [
      ("parts K", { LiftTask(parts: Int(13 * $0)) }),
      ("rays", { LiftTask(rays: Int((64 * $0.squareRoot()).rounded())) }),
      ("samples", { LiftTask(samples: Int(12 * $0)) }),
      ("channels C", { LiftTask(channels: Int(256 * $0)) }),
    ]
    let lines = quantities.map { name, task in
      let times = factors.map { task($0).forward(repeats)["total"] ?? .nan }
      let whole = times[factors.firstIndex(of: 1) ?? 0]
      return Series(name, x: factors, y: times.map { $0 / whole })
    }
    return .chart(
      lines + [Series("linear", x: [0, 2], y: [0, 2])], xLabel: "times the paper's size",
      yLabel: "time")
  }
}
