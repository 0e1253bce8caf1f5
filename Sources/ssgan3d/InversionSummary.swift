import Foundation
import Messages

/// The figures of all portraits of a set, for `summary.csv`.
struct InversionSummary {
  /// The faults of the listing, which concern files without a pair.
  var faults: [String] = []
  private var rows: [Row] = []

  private struct Row {
    let name: String
    var figures: InversionFigures?
    var tuned: InversionFigures?
    var problem: String?
  }

  mutating func add(_ name: String, _ figures: InversionFigures, tuned: InversionFigures?) {
    rows.append(Row(name: name, figures: figures, tuned: tuned))
  }

  mutating func add(_ name: String, problem: String) {
    rows.append(Row(name: name, problem: problem))
  }

  /// The names of the portraits that were inverted.
  var done: [String] { rows.filter { $0.figures != nil }.map(\.name) }

  /// The number of faults and of portraits that could not be inverted.
  var failures: Int { faults.count + rows.count { $0.problem != nil } }

  /// The result in one readable line.
  var line: String {
    let found = rows.compactMap(\.figures)
    let decibels = found.map(\.signalToNoise)
    var line = counted(found.count, "portrait")
    if let least = decibels.min(), let most = decibels.max() {
      line += String(
        format: ", mean PSNR %.1f dB (%.1f … %.1f)", decibels.reduce(0, +) / Double(found.count),
        least, most)
    }
    let masks = found.compactMap(\.meanIntersectionOverUnion)
    if !masks.isEmpty {
      line += String(format: ", mask mIoU %.2f", masks.reduce(0, +) / Double(masks.count))
    }
    return failures == 0 ? line : line + ", \(counted(failures, "failure"))"
  }

  private static let head = [
    "name", "psnr", "mask_miou", "yaw", "pitch", "iterations", "first_loss", "least_loss",
    "tuned_psnr", "tuned_mask_miou", "problem",
  ]

  /// The table with a line for every portrait, in the form of RFC 4180.
  var table: String {
    func text(_ number: Double?) -> String? { number.map { "\($0)" } }
    let lines = rows.map { row in
      let (found, tuned) = (row.figures, row.tuned)
      let cells: [String?] = [
        row.name, text(found?.signalToNoise), text(found?.meanIntersectionOverUnion),
        text(found?.yaw), text(found?.pitch), found.map { "\($0.iterations)" },
        text(found?.firstLoss), text(found?.leastLoss), text(tuned?.signalToNoise),
        text(tuned?.meanIntersectionOverUnion), row.problem,
      ]
      return cells.map { $0 ?? "" }
    }
    let blank = [String](repeating: "", count: Self.head.count - 1)
    return CommaSeparated.text(
      [Self.head] + lines + faults.map { blank + [$0] }, ending: "\r\n")
  }
}
