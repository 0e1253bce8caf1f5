import Evaluation
import Foundation
import Messages

/// The lines of `evaluation.jsonl` as a readable table.
struct EvaluationTable {
  let lines: [EvaluationLine]

  init(_ lines: [EvaluationLine]) {
    self.lines = lines.map { line in
      var line = line
      line.checkpoint = line.checkpoint.visible
      line.data = line.data?.visible
      line.parser = line.parser?.visible
      return line
    }
  }

  /// The measures of all generators, then the 3D consistency of the last one for each yaw.
  var text: String {
    guard let last = lines.last else { return "" }
    var parts = [generators(last)]
    if let shape = last.shape {
      parts.append(consistency("3D consistency of \(last.checkpoint)", shape))
    } else {
      parts.append(
        "The model is flat (rendering=flat): it has no geometry, so 3D consistency and relief are not "
          + "measured.")
    }
    if let truth = last.truth {
      parts.append(consistency("3D consistency of the data's scenes", truth))
    }
    if !last.masks.absent.isEmpty {
      parts.append(
        "\(last.checkpoint): classes found neither in the masks nor by the parser: "
          + last.masks.absent.joined(separator: ", "))
    }
    parts.append(Self.conditions(last))
    return parts.joined(separator: "\n\n")
  }

  /// Returns the conditions of the measurement; only figures with equal conditions are comparable.
  private static func conditions(_ line: EvaluationLine) -> String {
    let size = line.imageSize ?? 0
    let samples = line.samples.map { counts in
      counts.map { "\($0)" }.joined(separator: " + ") + " samples per ray, "
    }
    return
      "\(counted(line.portraits, "portrait")) of \(size) × \(size), \(samples ?? "")"
      + (line.maskWeights == "ones" ? "masks with wᵢ = 1, " : "")
      + "seed \(line.seed); \(line.distancePortraits) for Fréchet distances; "
      + "\(line.data ?? "data"), \(counted(line.masks.heldOutPairs, "pair")) held out; "
      + "parser \(line.parser ?? "unknown")"
  }

  private func generators(_ last: EvaluationLine) -> String {
    let reliefs = ["nose-ears", "counted", "nose-skin", "spread", "range", "no depth"]
    let head =
      ["generator", "images", "distance", "mIoU", "ratio"] + (last.shape == nil ? [] : reliefs)
    let rows = lines.map { line in
      [
        line.checkpoint, line.images.map { "\($0)" } ?? "?", Self.number(line.distance, 4),
        Self.number(line.masks.generated, 3), Self.number(line.masks.ratio, 3),
      ] + (line.shape.map { Self.relief($0.relief) } ?? [])
    }
    let data = [
      "the data", "", Self.number(last.floor, 4), Self.number(last.masks.heldOut, 3),
      last.masks.ratio == nil ? "none" : "1",
    ]
    let scenes = last.truth.map { Self.relief($0.relief) } ?? []
    return Self.aligned([head] + rows + [data + scenes])
  }

  /// Returns the relief in world units, the number of portraits with nose and ears, and the share of
  /// the face without depth.
  private static func relief(_ figures: Relief.Figures) -> [String] {
    [
      number(figures.noseMinusEars, 4), "\(figures.portraitsWithNoseAndEars)/\(figures.portraits)",
      number(figures.noseMinusSkin, 4), number(figures.deviation, 4), number(figures.range, 4),
      number(figures.faceWithoutDepth, 2),
    ]
  }

  private func consistency(_ title: String, _ shape: ShapeMeasures.Figures) -> String {
    let head = [
      "yaw", "covered", "PSNR", "unturned", "gain dB", "mask mIoU", "unturned", "gain",
    ]
    let rows = shape.consistency.map { figures in
      [
        Self.number(figures.turn, 1), Self.number(figures.covered, 2),
        Self.number(figures.signalToNoise, 2), Self.number(figures.controlSignalToNoise, 2),
        Self.number(figures.gain, 2), Self.number(figures.maskAgreement, 3),
        Self.number(figures.controlMaskAgreement, 3), Self.number(figures.maskGain, 3),
      ]
    }
    return title + "\n" + Self.aligned([head] + rows)
  }

  private static func number(_ value: Double?, _ digits: Int) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? "none"
  }

  /// Returns the rows with the first column aligned left and the others aligned right.
  static func aligned(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        let blank = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + blank : blank + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
