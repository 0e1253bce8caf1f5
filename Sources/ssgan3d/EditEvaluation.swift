import CommandStatus
import Evaluation
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitClasses
import PortraitModel

/// The measurement of `evaluate --edits`: Table 1 of the paper.
struct EditEvaluation {
  let count: Int
  let seed: UInt64
  let out: String

  /// The measures of a generator, or of procedural scenes.
  private struct Source {
    let name: String
    let measures: [EditMeasures]
  }

  /// Measures the trained generators and writes `edits.csv` and `edits.png`.
  ///
  /// - Parameter set: the generators, the untrained one first.
  /// - Throws: an error of one line if a model cannot be edited or a file cannot be written.
  func run(_ set: EvaluatedModels.Found) throws {
    let model = set.model
    let hasClasses = model.parts == PartClass.count
    let parts = hasClasses ? EditMeasures.tableParts.map(\.rawValue) : Array(1..<model.parts)
    let folder = try OutputFolder(out, for: ["edits.csv", "edits.png"])
    let trained = set.generators.dropFirst()
    let progress = ProgressReport(
      "portraits", of: count * (trained.count + (hasClasses ? 1 : 0)))
    var sources: [Source] = []
    for entry in trained {
      guard let generator = try entry.generator() else {
        ProgressReport.say("\(entry.name): the run has deleted this checkpoint; it is skipped")
        progress.advance(by: count)
        continue
      }
      let sample = EditedPortraits(generator, count: count, seed: seed)
      sources.append(
        Source(
          name: entry.name.visible,
          measures: sample.measures(of: parts) { progress.advance(by: $0) }))
    }
    guard !sources.isEmpty else {
      throw EvaluationError("--edits: the run has no checkpoint; train one, or name --checkpoint")
    }
    var scenes: Source?
    if hasClasses {
      let limit = EditedScenes(
        count: count, seed: seed, camera: model.camera, size: model.imageSize)
      scenes = Source(
        name: "scenes",
        measures: limit.measures(of: EditMeasures.tableParts) { progress.advance(by: $0) })
    }
    let all = sources + [scenes].compactMap(\.self)
    try folder.write(Data(Self.table(all, scenes).csv.utf8), "edits.csv")
    try folder.write(Self.picture(all), "edits.png")
    printLines(Self.table(all, scenes).text)
    print(
      "\(counted(count, "portrait")) of \(model.imageSize) × \(model.imageSize), seed \(seed); "
        + "edits.csv and edits.png are in \(out)")
  }

  /// The figures as rows of a table; the standard error follows each mean.
  private struct Table {
    static let columns = [
      "D_mean", "D_mean masked", "change inside", "locality", "other parts IoU",
    ]
    /// The rows: source, part, estimates, diversity.
    let rows: [(source: String, part: String, estimates: [Estimate], diversity: Double?)]

    /// The table as comma-separated values, with all digits.
    var csv: String {
      let head =
        ["source", "part", "portraits"]
        + Self.columns.flatMap {
          let name = $0.lowercased().replacing(" ", with: "_")
          return [name, "\(name)_error"]
        } + ["diversity"]
      let lines = rows.map { row in
        [row.source, row.part, "\(row.estimates[0].count)"]
          + row.estimates.flatMap { ["\($0.mean)", "\($0.error)"] }
          + [row.diversity.map { "\($0)" } ?? ""]
      }
      return CommaSeparated.text([head] + lines)
    }

    /// The table for readers.
    var text: String {
      let head = ["edit", "of"] + Self.columns + ["diversity"]
      let lines = rows.map { row in
        [row.part, row.source]
          + row.estimates.map { String(format: "%.4f ± %.4f", $0.mean, $0.error) }
          + [row.diversity.map { String(format: "%.2f", $0) } ?? ""]
      }
      return EvaluationTable.aligned([head] + lines)
    }
  }

  /// Returns the table, by part; diversity compares the change inside a part with that of the scenes.
  private static func table(_ sources: [Source], _ scenes: Source?) -> Table {
    Table(
      rows: sources[0].measures.indices.flatMap { index in
        sources.map { source in
          let measures = source.measures[index]
          return (
            source.name, ClassPalette.portrait.name(measures.part),
            [
              measures.everywhere, measures.outside, measures.inside, measures.locality,
              measures.agreement,
            ], scenes.map { measures.inside.mean / $0.measures[index].inside.mean }
          )
        }
      })
  }

  /// Returns a chart of bars for each figure.
  private static func picture(_ sources: [Source]) -> Picture {
    let figures: [(String, (EditMeasures) -> Estimate)] = [
      ("D_mean, equation 14", \.everywhere), ("D_mean masked, outside the part", \.outside),
      ("locality: share of the change in and around the part", \.locality),
      ("IoU of the other parts before and after", \.agreement),
    ]
    return .column(
      figures.flatMap { title, figure in
        let bars = sources[0].measures.indices.flatMap { index in
          sources.map { source in
            let measures = source.measures[index]
            return (
              "\(ClassPalette.portrait.name(measures.part)), \(source.name)", figure(measures).mean
            )
          }
        }
        return [
          Picture.label(title), .bars(bars.map(\.1), labels: bars.map(\.0)),
        ]
      }, gap: 8
    ).padded(top: 8, left: 8, bottom: 8, right: 8)
  }
}
