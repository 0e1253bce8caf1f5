import PortraitClasses
import Foundation
import Inspection
import ModelConfiguration
import TensorFiles
import Tensors

/// The page `report.html`, which shows the progress of a run and needs no other file.
struct TrainingReport {
  let introduction: String
  let model: Configuration
  /// The folder of the run, for the commands that continue from it.
  let folder: RunFolder
  let lines: [MetricsLine]
  /// The newest sheet of fixed latents, if there is one.
  let sheet: (iteration: Int, picture: Picture)?
  /// Some real pairs of the data.
  let real: Picture?
  /// Front views of the same latents, in order of iterations.
  let history: [(iteration: Int, picture: Picture)]

  /// The largest number of points on a chart; more could not be distinguished.
  private static let mostPoints = 600

  /// Returns whether a file is a report of a run, or does not exist.
  static func isWritten(_ file: URL) -> Bool {
    guard OwnPlace.kind(file) != .nothing else { return true }
    guard let handle = FileHandle(forReadingAtPath: file.path),
      let start = try? handle.read(upToCount: 4096)
    else { return false }
    return String(decoding: start, as: UTF8.self).contains("<title>\(title)</title>")
  }

  /// The title of every report.
  static let title = "Training run"

  func write(to file: URL) throws {
    try OwnPlace.requireFile(file)
    try ReportPage(title: Self.title, introduction: introduction, sections: sections).write(
      to: file)
  }

  private var sections: [ReportPage.Section] {
    [now, portraits, losses, health, past].compactMap { $0 }
  }

  private var now: ReportPage.Section? {
    guard let last = lines.last else { return nil }
    return ReportPage.Section(
      "Progress",
      text: """
        The time is that of the updates, without saving and drawing. `\(Self.command) train --resume \
        --images N --out \(folder.url.path)` continues this run until it has seen N portraits. \
        `\(Self.command) generate --checkpoint \(folder.checkpoints.folder.path)/… --out FOLDER` makes \
        portraits; insert the newest folder for the dots.
        """,
      numbers: [
        ("iterations", "\(last.iteration)"), ("real portraits seen", "\(last.images)"),
        ("time spent", Self.duration(last.seconds)),
        ("portraits a second", (Double(last.images) / max(last.seconds, 1e-9)).brief),
      ] + [last.health.emptyRays].compactMap { $0.map { ("empty rays", "\((100 * $0).brief) %") } }
        + [("mask entropy", "\(last.health.maskEntropy.brief) nats")])
  }

  private static let command = "ssgan3d"

  private static func duration(_ seconds: Double) -> String {
    if seconds < 120 { return "\(seconds.brief) s" }
    return seconds < 7200 ? "\((seconds / 60).brief) min" : "\((seconds / 3600).brief) h"
  }

  private var portraits: ReportPage.Section? {
    guard let sheet else { return nil }
    let turn = ProgressPictures.turn(model.camera)
    var views = [
      View(
        name: "portraits",
        caption: "from the top: \(ProgressPictures.rows(model.kind).joined(separator: ", "))"
          + (model.kind == .flat ? "" : " (by \(turn.brief) radians)")
          + "; one column for each of the seeds 0 to "
          + "\(ProgressPictures.count - 1), made by the moving average",
        tensor: nil, rendering: Rendering(sheet.picture, colorMap: "rgb"))
    ]
    views.append(
      View(
        name: "parts", caption: "the colors of the parts in masks", tensor: nil,
        rendering: .maskLegend(parts: model.parts, palette: .portrait)))
    if let real {
      views.append(
        View(
          name: "data", caption: "real portraits and their masks, as the discriminator sees them",
          tensor: nil, rendering: Rendering(real, colorMap: "rgb")))
    }
    return ReportPage.Section("Portraits after \(sheet.iteration) iterations", views: views)
  }

  private var losses: ReportPage.Section? {
    guard lines.count > 1 else { return nil }
    return ReportPage.Section(
      "Losses",
      text: """
        Each point is a mean since the previous line of `metrics.jsonl`. A discriminator that cannot \
        tell real from generated portraits (all scores are 0) has a loss of 1.386. If the scores of \
        real and generated portraits keep moving apart, the discriminator has won.
        """,
      views: [
        chart(
          "losses",
          [("discriminator", "discriminator.loss"), ("generator", "generator.adversarial")],
          caption: "the logistic losses"),
        chart(
          "scores",
          [("real", "discriminator.realScore"), ("generated", "discriminator.fakeScore")],
          caption: "mean scores of the discriminator"),
        chart(
          "gradient_penalty",
          [("image", "gradientPenalty.image"), ("mask", "gradientPenalty.mask")],
          caption: "R1, before its weights"),
        chart(
          "path_length", [("length", "pathLength.length")],
          caption: "path length: the change of an image per change of its latents"),
        chart(
          "mask_regularizer", [("", "generator.maskRegularizer")],
          caption: "mean squared difference between coarse and final mask"),
      ] + smoothness + [
        chart(
          "gradient_lengths",
          [
            ("discriminator", "discriminator.gradientLength"),
            ("R1", "gradientPenalty.gradientLength"),
            ("generator", "generator.gradientLength"), ("path", "pathLength.gradientLength"),
          ], caption: "log₁₀ of the gradient norm of each update", isLogarithmic: true)
      ])
  }

  /// The chart of equation 13; none if the parts predict no depths in a volume.
  private var smoothness: [View] {
    guard model.kind == .lifted else { return [] }
    return [
      chart(
        "depth_smoothness", [("", "generator.depthSmoothness")],
        caption: "depth smoothness, equation 13, in planes²")
    ]
  }

  private var health: ReportPage.Section? {
    guard let last = lines.last else { return nil }
    let shares = zip(last.health.partAreas, last.health.dataPartAreas).enumerated()
      .flatMap { [($0, "generated", $1.0), ($0, "data", $1.1)] }
    return ReportPage.Section(
      "Health",
      text: """
        These figures are those of the last batch. A part whose area is 0 although the data has it has \
        vanished. If all depths lie in one plane, the faces are flat. If the mask entropy is near \
        \(log(Double(model.parts)).brief) nats, the masks do not separate the parts.
        """,
      views: emptyRays + [
        series(
          "mask_entropy", [Series("", x: steps, y: thinned.map(\.health.maskEntropy))],
          "mean entropy of the coarse mask, in nats"),
        View(
          name: "part_areas", caption: "share of all pixels in percent, generated and in the data",
          tensor: nil,
          rendering: Rendering(
            .bars(
              shares.map { 100 * $0.2 },
              labels: shares.map { "\(ClassPalette.portrait.name($0.0)), \($0.1)" },
              unit: "%"))),
      ] + [depthHistogram(last.health.depthHistogram)].compactMap { $0 })
  }

  /// The chart of empty rays; none for a flat model, which has no rays.
  private var emptyRays: [View] {
    guard model.kind != .flat else { return [] }
    let points = thinned.compactMap { line in
      line.health.emptyRays.map { (x: Double(line.iteration), y: $0) }
    }
    return [
      series(
        "empty_rays", [Series("", x: points.map(\.x), y: points.map(\.y))],
        "share of empty rays, whose rendering weights sum to less than 0.5")
    ]
  }

  /// Returns the shares by part and plane as a map; nil if there are none, as in a flat model.
  private func depthHistogram(_ shares: [[Double]]) -> View? {
    guard let planes = shares.first?.count, planes > 0 else { return nil }
    let histogram = Tensor([shares.count, planes], shares.flatMap { $0.map { Float($0) } })
    return View(
      name: "depth_histogram",
      caption:
        "depths of the parts; columns: planes from far to near; rows from the top: "
        + (0..<model.parts).map(ClassPalette.portrait.name).joined(separator: ", ")
        + "; values: share of the part's map", tensor: histogram, axes: "[K, D]",
      rendering: .scalarMap(histogram))
  }

  private var past: ReportPage.Section? {
    guard history.count > 1 else { return nil }
    return ReportPage.Section(
      "The same latents over time",
      views: history.map { iteration, picture in
        View(
          name: "after_\(iteration)", caption: "after \(iteration) iterations", tensor: nil,
          rendering: Rendering(picture, colorMap: "rgb"))
      })
  }

  // MARK: - Charts

  private var thinned: [MetricsLine] {
    let stride = (lines.count + Self.mostPoints - 1) / Self.mostPoints
    guard stride > 1 else { return lines }
    return lines.enumerated().filter { $0.offset % stride == 0 || $0.offset == lines.count - 1 }
      .map(\.element)
  }

  private var steps: [Double] { thinned.map { Double($0.iteration) } }

  private func chart(
    _ name: String, _ curves: [(label: String, key: String)], caption: String,
    isLogarithmic: Bool = false
  ) -> View {
    series(
      name,
      curves.map { label, key in
        let points = thinned.compactMap { line in
          line.means[key].map { (Double(line.iteration), isLogarithmic ? log10($0) : $0) }
        }
        return Series(label, x: points.map(\.0), y: points.map(\.1))
      }, caption)
  }

  private func series(_ name: String, _ series: [Series], _ caption: String) -> View {
    View(
      name: name, caption: caption, tensor: nil,
      rendering: Rendering(.lines(series, xLabel: "iteration"), width: 500, height: 260))
  }
}
