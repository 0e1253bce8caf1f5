import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import MeanDifference
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import TensorFiles
import Tensors
import WPlusFactorization

/// The command `ssgan3d interpolate`, which moves from one portrait to others: figure 10.
struct Interpolate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Moves from one portrait to others: whole, or only a part, its shape or its texture.",
    discussion: """
      Figure 10 of the paper. W⁺ moves along a straight line, the rows that are not chosen stay as they \
      are. Without --part there are three rows of pictures: all latents (W⁺), the shapes of all parts, and \
      their textures. With --part, they are all latents (W⁺), the parts, their shapes, and their textures. \
      --aspect chooses one of the rows. With several portraits after --to, the way leads through them; \
      parts always come to the first portrait. Writes sheet.png, masks.png, interpolation.png (animated, \
      there and back), and every picture (ROW_NN_image.png and ROW_NN_mask.png, with _viewN if there are \
      several views). Prints D_mean (equation 14) between the ends of each row and between neighbors. \
      If no model is named, the shipped generator is used. Examples:

        ssgan3d interpolate --seed 3 --to 7 --part hair --out Output/interpolation
        ssgan3d interpolate --seed 1 --to 2 3 4 --aspect both --steps 6 --views 3 --out Output/way
      """)

  private static let stepLimits = 2...100
  private static let mostPictures = 20_000

  @OptionGroup(title: "Model")
  var source: ModelSource

  @OptionGroup
  var person: OnePortrait

  @Option(
    parsing: .upToNextOption,
    help: "The random seeds of the portraits to move to, such as 7, 1-3 or 1,5.",
    transform: Seeds.read)
  var to: [Seeds] = []

  @Option(
    parsing: .upToNextOption,
    help: "Portraits to move to by their latents, in files as for --latents; they follow --to.")
  var toLatents: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: "The parts that move, by name or by number from 0: \(PartNames.all) (default: all).")
  var part: [String] = []

  @Option(help: "What moves: shape, texture or both (default: a row of pictures for each).")
  var aspect: PartAspect?

  @Option(
    parsing: .unconditional,
    help: "The number of pictures from one portrait to the next, both ends included, 2 … 100.")
  var steps = 8

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @OptionGroup(title: "Views")
  var views: ViewOptions

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)] + toLatents.map { ("--to-latents", $0) })
    if to.isEmpty && toLatents.isEmpty {
      throw ValidationError(
        "there is no portrait to move to; add --to SEED or --to-latents FILE")
    }
    if !Self.stepLimits.contains(steps) {
      throw ValidationError("--steps is \(steps), expected 2 … 100")
    }
    let count = (to.map(\.values.count).reduce(0, +) + toLatents.count) * steps * (views.views ?? 1)
    if count > Self.mostPictures {
      throw ValidationError(
        "--to, --steps and --views make \(count) pictures in a row, expected at most "
          + "\(Self.mostPictures)")
    }
  }

  /// A row of the sheet: what moves.
  private struct Row {
    /// The beginning of the file names.
    let name: String
    let title: String
    /// What moves; nil for all of W⁺, the base rows included.
    let change: (aspect: PartAspect, parts: [Int])?
  }

  /// Returns the rows that the options ask for.
  private func rows(_ model: Configuration) throws(WrongUse) -> [Row] {
    let whole = Row(name: "all", title: "all latents", change: nil)
    let parts = try PartNames.numbers(part, option: "--part", of: model)
    let (moving, names) =
      parts.isEmpty ? (Array(0..<model.parts), "all parts") : (parts, PartNames.list(parts))
    let both = Row(name: "parts", title: names, change: (.both, moving))
    let rows = [
      parts.isEmpty ? whole : both,
      Row(name: "shape", title: "\(names): shape only", change: (.shape, moving)),
      Row(name: "texture", title: "\(names): texture only", change: (.texture, moving)),
    ]
    switch aspect {
    case .both?: return [rows[0]]
    case .shape?: return [rows[1]]
    case .texture?: return [rows[2]]
    case nil: return parts.isEmpty ? rows : [whole] + rows
    }
  }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [("--views", views.views != nil)])
    let rows = try rows(model)
    let generator = try source.generator()
    let portraits = try portraits(of: generator)
    let poses = views.poses(around: portrait.pose, model.camera, otherwise: 1)
    let count = (portraits.count - 1) * (steps - 1) + 1
    let names = rows.map { row in
      (0..<count).map { step in poses.indices.map { row.name + Self.ending(step, $0, poses.count) }
      }
    }
    let files = names.joined().joined().flatMap { ["\($0)_image.png", "\($0)_mask.png"] }
    let sheets = ["sheet.png", "masks.png", "interpolation.png"]
    let folder = try OutputFolder(out, for: files + sheets)
    // Pictures of a longer way would pass for pictures of this one.
    for name in ["all_", "parts_", "shape_", "texture_"] { folder.clear(name, except: files) }
    try source.announce(from: poses)
    let progress = ProgressReport("pictures", of: rows.count * count * poses.count)
    var (sheet, masks, film, lines): ([Picture], [Picture], [[Picture]], [String]) = (
      [], [], [], []
    )
    for (row, names) in zip(rows, names) {
      var way: [[PortraitPictures]] = []
      for (wplus, names) in zip(positions(of: row, generator, portraits), names) {
        let sitter = Sitter(generator, wplus: wplus)
        let pictures = poses.map { sitter.pictures(from: $0) }
        for (name, picture) in zip(names, pictures) {
          try folder.write(picture.imageFile, "\(name)_image.png")
          try folder.write(picture.mask, "\(name)_mask.png")
          progress.advance()
        }
        way.append(pictures)
      }
      sheet += [.label(row.title)] + Self.lines(way) { $0.image }
      masks += [.label(row.title)] + Self.lines(way) { $0.mask.colored }
      film.append(way.map { .row($0.map { $0.image.tile(Self.frameSide) }, gap: 4) })
      lines.append("\(row.title): \(Self.changes(way.map(\.[0])))")
    }
    try folder.write(
      .column(sheet, gap: 4).padded(top: 8, left: 8, bottom: 8, right: 8), "sheet.png")
    try folder.write(
      .column(masks, gap: 4).padded(top: 8, left: 8, bottom: 8, right: 8), "masks.png")
    try folder.write(try Self.animation(film), "interpolation.png")
    for line in lines { print(line) }
    print("\(counted(rows.count * count, "portrait")) written to \(out)")
  }

  /// Returns the W⁺ of all portraits, the first one first.
  private func portraits(of generator: Generator) throws -> [Tensor] {
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    func made(_ seed: UInt64) -> Tensor {
      withoutGradients { portrait.latents(of: generator, seed: seed, mean: mean).wplus }
    }
    let first = try person.wplus(of: generator, truncation: portrait.truncation, mean: mean)
    let others = try toLatents.map { path in
      try FoundPortrait.portrait(
        path, option: "--to-latents", of: generator, truncation: portrait.truncation, mean: mean)
    }
    return [first] + to.flatMap(\.values).map(made) + others
  }

  /// Returns W⁺ at every step of a row; at the portraits themselves it is theirs, bit for bit.
  private func positions(of row: Row, _ generator: Generator, _ portraits: [Tensor]) -> [Tensor] {
    withoutGradients {
      let places = portraits.map { donor -> Tensor in
        guard let (aspect, parts) = row.change else { return donor }
        return generator.exchanging(aspect, ofParts: parts, in: portraits[0], with: donor)
      }
      var way: [Tensor] = []
      for (start, end) in zip(places, places.dropFirst()) {
        way.append(start)
        for step in 1..<steps - 1 {
          way.append(start + (end - start) * (Double(step) / Double(steps - 1)))
        }
      }
      return way + places.suffix(1)
    }
  }

  /// The side of a picture in the animation, in pixels.
  private static let frameSide = 256

  private static func ending(_ step: Int, _ view: Int, _ views: Int) -> String {
    String(format: "_%03d", step) + (views > 1 ? "_view\(view)" : "")
  }

  /// Returns a line of tiles for every view.
  private static func lines(
    _ way: [[PortraitPictures]], _ shown: (PortraitPictures) -> Picture
  ) -> [Picture] {
    way[0].indices.map { view in
      .row(way.map { shown($0[view]).tile(PortraitPictures.tileSide) }, gap: 4)
    }
  }

  /// Returns an animation of all rows one below the other, there and back.
  private static func animation(_ rows: [[Picture]]) throws -> Data {
    let frames = rows[0].indices.map { step in Picture.column(rows.map { $0[step] }, gap: 4).image }
    return try AnimatedPNG.encode(
      frames + frames.dropFirst().dropLast().reversed(), secondsPerFrame: 0.15)
  }

  /// Returns how much the image changes from end to end, and at most from one picture to the next.
  private static func changes(_ way: [PortraitPictures]) -> String {
    let images = way.map { $0.imageFile.unitTensor.permuted(axes: [2, 0, 1]) }
    func change(_ a: Tensor, _ b: Tensor) -> Double { MeanDifference().mean(a, b).item }
    let steps = zip(images, images.dropFirst()).map(change)
    return String(
      format: "D_mean %.4f between the ends, at most %.4f between neighbors (equation 14)",
      change(images[0], images[images.count - 1]), steps.max() ?? 0)
  }
}
