import Foundation
import Inspection

/// Charts of the lines of `evaluation.jsonl` over training.
public struct EvaluationCurves: Sendable {
  private let lines: [EvaluationLine]
  private let places: [Double]
  private let xLabel: String

  /// Creates charts of the given lines, in order.
  public init(_ lines: [EvaluationLine]) {
    self.lines = lines
    let images = lines.map(\.images)
    if images.contains(nil) {
      places = lines.indices.map(Double.init)
      xLabel = "generators, in order"
    } else {
      places = images.map { Double($0 ?? 0) / 1000 }
      xLabel = "thousand images seen"
    }
  }

  /// The charts of distance, masks, consistency and relief, one below the other; for flat models, of
  /// distance and masks.
  public var picture: Picture {
    let shapes = hasShapes ? [consistency, maskConsistency, relief] : []
    return .column([distances, masks] + shapes, gap: 8)
  }

  private func series(_ label: String, _ value: (EvaluationLine) -> Double?) -> Series {
    Series(label, x: places, y: lines.map { value($0) ?? .nan })
  }

  private var hasShapes: Bool { lines.contains { $0.shape != nil } }

  private func shape(_ label: String, _ value: (ShapeMeasures.Figures) -> Double?) -> Series {
    series(label) { $0.shape.flatMap(value) }
  }

  private func chart(_ series: [Series], _ yLabel: String) -> Picture {
    .chart(series, xLabel: xLabel, yLabel: yLabel, width: 820, height: 320)
  }

  private var distances: Picture {
    chart(
      [
        // The distance falls by powers of ten from the untrained generator to the halves of the data.
        series("generated") { log10($0.distance) }, series("untrained") { log10($0.ceiling) },
        series("halves of the data") { log10($0.floor) },
      ], "log10 of the distance")
  }

  private var masks: Picture {
    chart(
      [series("generated", \.masks.generated), series("held-out pairs", \.masks.heldOut)],
      "mask mIoU with the parser")
  }

  private var consistency: Picture {
    chart(
      turns.flatMap { turn in
        [
          shape("\(turn) by depth") { Self.mean($0, turn, \.signalToNoise) },
          shape("\(turn) unturned") { Self.mean($0, turn, \.controlSignalToNoise) },
        ]
      } + turns.flatMap { turn in truth("\(turn) truth") { Self.mean($0, turn, \.signalToNoise) } },
      "reprojected, dB")
  }

  private var maskConsistency: Picture {
    chart(
      turns.flatMap { turn in
        [
          shape("\(turn) by depth") { Self.mean($0, turn, \.maskAgreement) },
          shape("\(turn) unturned") { Self.mean($0, turn, \.controlMaskAgreement) },
        ]
      } + turns.flatMap { turn in truth("\(turn) truth") { Self.mean($0, turn, \.maskAgreement) } },
      "reprojected, mIoU")
  }

  private var relief: Picture {
    chart(
      [
        shape("nose - skin", \.relief.noseMinusSkin),
        shape("range in the face", \.relief.range),
      ] + truth("truth: nose - skin", \.relief.noseMinusSkin)
        + truth("truth: range", \.relief.range),
      "relief, world")
  }

  private func truth(
    _ label: String, _ value: (ShapeMeasures.Figures) -> Double?
  ) -> [Series] {
    lines.contains { $0.truth != nil } ? [series(label) { $0.truth.flatMap(value) }] : []
  }

  /// The magnitudes of the turns, in radians.
  private var turns: [Double] {
    Set(lines.flatMap { ($0.shape?.consistency ?? []).map { abs($0.turn) } }).sorted()
  }

  /// Returns the mean of a figure over turns to both sides.
  private static func mean(
    _ shape: ShapeMeasures.Figures, _ turn: Double, _ value: (ViewConsistency.Figures) -> Double?
  ) -> Double? {
    let values = shape.consistency.filter { abs($0.turn) == turn }.compactMap(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
