import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitClasses
import PortraitModel
import RenderedPortraits
import TensorFiles
import Tensors

/// The command `ssgan3d compose`, which adds the parts of a portrait one at a time: figure 8.
struct Compose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Composes a portrait part by part, with its mask, from several views.",
    discussion: """
      Figure 8 of the paper. In every step one more part has its features and its density; those of the \
      parts that follow are 0. Writes for every step and view stepNN_viewN_image.png and \
      stepNN_viewN_mask.png, sheet.png (a line of images and masks for each step) and composition.png \
      (animated). If no model is named, the shipped generator is used. Examples:

        ssgan3d compose --seed 3 --out Output/composition
        ssgan3d compose --seed 3 --order background face hair --views 5 --out Output/three
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @OptionGroup
  var person: OnePortrait

  @Option(
    parsing: .upToNextOption,
    help: """
      The parts in the order in which they are added, by name or by number from 0; parts that are not \
      named are never added (default: \(Compose.usualOrder)).
      """)
  var order: [String] = []

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @OptionGroup(title: "Views")
  var views: ViewOptions

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  private static let usualViews = 3
  static let usualOrder = PartClass.backToFront.map(\.name).joined(separator: ", ")

  func validate() throws {
    try requirePaths([("--out", out)])
  }

  func run() throws {
    let model = try source.configuration()
    guard model.rendering == .volume else {
      throw WrongUse("compose: the model is flat (rendering=flat): its parts have no densities")
    }
    let parts = try parts(of: model)
    let generator = try source.generator()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let wplus = try person.wplus(of: generator, truncation: portrait.truncation, mean: mean)
    let poses = views.poses(around: portrait.pose, model.camera, otherwise: Self.usualViews)
    let names = parts.indices.map { step in
      poses.indices.map { String(format: "step%02d_view%d", step, $0) }
    }
    let files = names.joined().flatMap { ["\($0)_image.png", "\($0)_mask.png"] }
    let folder = try OutputFolder(out, for: files + ["sheet.png", "composition.png"])
    // Pictures of more steps or views would pass for pictures of this composition.
    folder.clear("step", except: files)
    try source.announce(from: poses)
    let sitter = Sitter(generator, wplus: wplus)
    let progress = ProgressReport("pictures", of: parts.count * poses.count)
    var (sheet, film): ([Picture], [Image]) = ([], [])
    for (step, names) in names.enumerated() {
      let pictures = poses.map { sitter.pictures(from: $0, parts: Set(parts[...step])) }
      for (name, picture) in zip(names, pictures) {
        try folder.write(picture.imageFile, "\(name)_image.png")
        try folder.write(picture.mask, "\(name)_mask.png")
        progress.advance()
      }
      let tiles = (pictures.map(\.image) + pictures.map(\.mask.colored)).map {
        $0.tile(PortraitPictures.tileSide)
      }
      sheet += [.label("+ \(ClassPalette.portrait.name(parts[step]))"), .row(tiles, gap: 4)]
      film.append(Picture.row(tiles, gap: 4).image)
    }
    try folder.write(
      .column(sheet, gap: 4).padded(top: 8, left: 8, bottom: 8, right: 8), "sheet.png")
    try folder.write(
      try AnimatedPNG.encode(film, secondsPerFrame: 0.6), "composition.png")
    print(
      "\(counted(parts.count, "step")) from \(counted(poses.count, "view")) written to \(out): "
        + PartNames.list(parts))
  }

  /// Returns the parts in the order in which they are added.
  private func parts(of model: Configuration) throws(WrongUse) -> [Int] {
    if !order.isEmpty { return try PartNames.numbers(order, option: "--order", of: model) }
    let usual = PartClass.backToFront.map(\.rawValue)
    return model.parts == usual.count ? usual : Array(0..<model.parts)
  }
}
