import Datasets
import Evaluation
import Foundation
import Inspection
import PortraitClasses
import PortraitModel
import Tensors

/// A table of the paper, filled by measurements of generators.
struct PaperTable {
  let title: String
  /// How it was measured and how to read it; a blank line separates paragraphs.
  let text: String
  /// The rows, the first one with the names of the columns.
  let rows: [[String]]
  /// The numbers as bars: a headline and named values for each chart.
  let charts: [(title: String, bars: [(name: String, value: Double)])]

  /// The table as comma-separated values.
  var csv: String { CommaSeparated.text(rows) }

  /// All charts, one below the other.
  var picture: Picture {
    .column(
      charts.flatMap { chart in
        [
          Picture.label(chart.title),
          .bars(chart.bars.map(\.value), labels: chart.bars.map(\.name)),
        ]
      }, gap: 8
    ).padded(top: 8, left: 8, bottom: 8, right: 8)
  }
}

/// Measures what the tables of the paper compare.
struct TableMaker {
  let models: [ComparedModel]
  let portraits: Int
  let seed: UInt64

  /// What the paper prints, for comparison: its images have 512 × 512 pixels and show photographs.
  private static let published: [(name: String, values: [Double])] = [
    ("paper, CNeRF: D_mean", [0.0818, 0.0509, 0.0452, 0.0583, 0.3111]),
    ("paper, theirs: D_mean", [0.0413, 0.0340, 0.0355, 0.0891, 0.2244]),
    ("paper, CNeRF: D_mean masked", [0.0658, 0.0479, 0.0420, 0.0552, 0.1665]),
    ("paper, theirs: D_mean masked", [0.0381, 0.0334, 0.0225, 0.0836, 0.0848]),
  ]

  /// Table 1: how much edits of a part change, and how much of it outside the part.
  ///
  /// - Parameter progress: called with the number of newly finished portraits.
  /// - Returns: D_mean and D_mean^masked of every model and of procedural scenes, by part.
  func edits(progress: @Sendable (Int) -> Void) -> PaperTable {
    let parts = EditMeasures.tableParts
    var sources = models.map { model in
      (
        name: model.name,
        measures: EditedPortraits(model.generator, count: portraits, seed: seed)
          .measures(of: parts.map(\.rawValue), progress: progress)
      )
    }
    let model = models[0].configuration
    sources.append(
      (
        "scenes",
        EditedScenes(count: portraits, seed: seed, camera: model.camera, size: model.imageSize)
          .measures(of: parts, progress: progress)
      ))
    func row(_ name: String, _ values: [Double]) -> [String] {
      [name] + values.map { String(format: "%.4f", $0) }
    }
    func rows(_ name: String, _ figure: (EditMeasures) -> Estimate) -> [[String]] {
      sources.map { source in
        [source.name + ": " + name]
          + source.measures.map {
            String(format: "%.4f ± %.4f", figure($0).mean, figure($0).error)
          }
      }
    }
    func chart(
      _ title: String, _ figure: (EditMeasures) -> Estimate
    ) -> (title: String, bars: [(name: String, value: Double)]) {
      (
        title,
        parts.indices.flatMap { part in
          sources.map { ("\(parts[part].name), \($0.name)", figure($0.measures[part]).mean) }
        }
      )
    }
    return PaperTable(
      title: "Edits of one part",
      text:
        "Each of \(portraits) portraits gets the part of another one; the mean difference (equation "
        + "14, colors 0 … 1) over the whole image and outside the part, ± its standard error. "
        + "The same edits of procedural scenes show what a perfect model of them would reach.\n\n"
        + "The paper's numbers are for photographs of 512 × 512 pixels and cannot be compared directly.",
      rows: [["method"] + parts.map(\.name)]
        + rows("D_mean", \.everywhere) + rows("D_mean masked", \.outside)
        + Self.published.map { row($0.name, $0.values) },
      charts: [
        chart("D_mean", \.everywhere), chart("D_mean masked, outside the part", \.outside),
      ])
  }

  /// Tables 2 and 3: the distance between generated portraits and data.
  ///
  /// - Parameters:
  ///   - number: 2 or 3.
  ///   - name: the name of the distance.
  ///   - data: what the portraits are compared with.
  ///   - judge: measures a generator.
  /// - Throws: the errors of `judge`.
  /// - Returns: the distance of every model.
  func distances(
    _ number: Int, name: String, data: String, by judge: (ComparedModel) throws -> Double
  ) throws -> PaperTable {
    let measured = try models.map { (model: $0, distance: try judge($0)) }
    let isQuality = number == 2
    return PaperTable(
      title: isQuality ? "Quality of generated portraits" : "Ablations",
      text: "The \(name) between \(portraits) generated portraits and \(data); smaller is better. "
        + (isQuality
          ? "The paper's FID: 14.5 (theirs), 5.7 (SemanticStyleGAN, flat), 4.9 (IDE-3D), 12.1 (FENeRF)."
          : "The paper's FID: 14.5 (full model), 20.01 (without relative depth), 47.48 (without the "
            + "weights).") + " They were measured on photographs of 512 × 512 pixels.",
      rows: [["method"] + (isQuality ? ["3D"] : []) + [name]]
        + measured.map { entry in
          [entry.model.name] + (isQuality ? [entry.model.isFlat ? "no" : "yes"] : [])
            + [String(format: "%.3f", entry.distance)]
        },
      charts: [(name, measured.map { ($0.model.name, $0.distance) })])
  }
}
