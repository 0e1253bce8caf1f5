import ArgumentParser
import Camera
import CommandStatus
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import TensorFiles
import Tensors
import WPlusFactorization

extension PartAspect: ExpressibleByArgument {}

/// The command `ssgan3d transfer`, which replaces parts of a portrait with those of another.
struct Transfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replaces parts of a portrait, such as hair or nose, with those of another portrait.",
    discussion: """
      Figures 4 and 5 of the paper. Writes the image and the mask of the portrait, of the donor and of the \
      edited portrait (portrait_image.png, donor_mask.png, edited_image.png, …), difference.png (a map of \
      the changes), difference_masked.png (the same without the pixels that show one of the parts before or \
      after) and sheet.png (all of them together). Prints the mean of both maps: D_mean of equation 14, over \
      the whole image, and over the pixels that show none of these parts. With --views it also writes \
      views.png and the pictures from every pose (edited_viewN_image.png, …), and prints both figures for \
      each. If no model is named, the shipped generator is used. Examples:

        ssgan3d transfer --seed 3 --from 7 --part hair --views 5 --out Output/transfer
        ssgan3d transfer --seed 3 --random --part eyes brows --aspect texture --out Output/transfer
        ssgan3d transfer --latents me.npy --from-latents you.npy --part hair --out Output/transfer
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @OptionGroup
  var person: OnePortrait

  @Option(
    parsing: .unconditional,
    help: "The random seed of the donor, the source of the parts.",
    transform: Seeds.one)
  var from: UInt64?

  @Option(help: "The donor by its latents, in a file as for --latents.")
  var fromLatents: String?

  @Flag(help: "Draws the donor's seed at random and prints it.")
  var random = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The parts, by name or by number from 0: \(PartNames.all)."))
  var part: [String]

  @Option(help: "What to replace: shape, texture or both.")
  var aspect = PartAspect.both

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @OptionGroup(title: "Views")
  var views: ViewOptions

  @OptionGroup
  var weights: MaskWeightsOption

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out), ("--from-latents", fromLatents)])
    let donors = [from != nil, fromLatents != nil, random].count { $0 }
    if donors != 1 {
      throw ValidationError(
        "the donor is \(donors == 0 ? "missing" : "named twice"); give one of --from SEED, "
          + "--from-latents FILE and --random")
    }
  }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [("--views", views.views != nil)])
    let parts = try PartNames.numbers(part, option: "--part", of: model)
    let generator = try weights.applied(to: source.generator())
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let own = try person.wplus(of: generator, truncation: portrait.truncation, mean: mean)
    let knownDonor = try fromLatents.map { path in
      try FoundPortrait.portrait(
        path, option: "--from-latents", of: generator, truncation: portrait.truncation, mean: mean)
    }
    // Six digits, so that they can be typed again.
    let seed = random ? UInt64.random(in: 0..<1_000_000) : from ?? 0
    let poses =
      views.views == nil ? [] : views.poses(around: portrait.pose, model.camera, otherwise: 1)
    let folder = try folder(views: poses.count)
    try source.announce(from: [portrait.pose] + poses)
    let sitters = withoutGradients {
      let donor = knownDonor ?? portrait.latents(of: generator, seed: seed, mean: mean).wplus
      return [own, donor, generator.exchanging(aspect, ofParts: parts, in: own, with: donor)]
    }.map { Sitter(generator, wplus: $0) }
    let pictures = sitters.map { $0.pictures(from: portrait.pose) }
    for (name, made) in zip(Self.persons, pictures) {
      try folder.write(made.imageFile, "\(name)_image.png")
      try folder.write(made.mask, "\(name)_mask.png")
    }
    ModelSource.warn(
      PortraitPictures.emptyWarning(pictures.filter(\.isEmpty).count, of: pictures.count))
    let change = PartChange(from: pictures[0], to: pictures[2], parts: parts)
    let maps = [change.picture, change.maskedPicture]
    for (map, name) in zip(maps, Self.maps) { try folder.write(map, name) }
    try folder.write(.column(pictures.map(\.tiles) + maps, gap: 4), "sheet.png")
    if random { print("the donor is --from \(seed)") }
    print(figures(of: change, parts) + " (equation 14, colors 0 … 1); images written to \(out)")
    if !poses.isEmpty { try turn(sitters, to: poses, parts, folder) }
  }

  /// The beginnings of the file names.
  private static let persons = ["portrait", "donor", "edited"]
  /// The maps of the changes, over the whole image and outside the parts.
  private static let maps = ["difference.png", "difference_masked.png"]

  /// The rows of views.png.
  private static let rows = [
    "portrait", "donor", "edited", "mask of the portrait", "mask of the edited portrait",
    "difference", "difference outside the parts",
  ]

  /// Opens the output folder and removes the views that an earlier call wrote there.
  private func folder(views count: Int) throws -> OutputFolder {
    let turned = (0..<count).map { "_view\($0)" }
    let files = Self.persons.flatMap { person in
      ([""] + turned).flatMap { ["\(person)\($0)_image.png", "\(person)\($0)_mask.png"] }
    }
    let sheets = ["sheet.png"] + (count > 0 ? ["views.png"] : [])
    let folder = try OutputFolder(out, for: files + Self.maps + sheets)
    for person in Self.persons { folder.clear("\(person)_view", except: files) }
    folder.clear("views.png", except: sheets)
    return folder
  }

  /// Renders and writes the three portraits from several poses, and prints the changes from each.
  private func turn(
    _ sitters: [Sitter], to poses: [CameraPose], _ parts: [Int], _ folder: OutputFolder
  ) throws {
    var columns: [[Picture]] = []
    for (number, pose) in poses.enumerated() {
      let pictures = sitters.map { $0.pictures(from: pose) }
      for (name, made) in zip(Self.persons, pictures) {
        try folder.write(made.imageFile, "\(name)_view\(number)_image.png")
        try folder.write(made.mask, "\(name)_view\(number)_mask.png")
      }
      let change = PartChange(from: pictures[0], to: pictures[2], parts: parts)
      columns.append(
        pictures.map(\.image) + [pictures[0], pictures[2]].map(\.mask.colored)
          + [change.pixels, change.maskedPixels])
      print(
        String(format: "view %d, yaw %.2f: ", number, pose.yaw) + figures(of: change, parts))
    }
    let rows = Self.rows.enumerated().flatMap { row, title -> [Picture] in
      [
        .label(title),
        .row(columns.map { $0[row].tile(PortraitPictures.tileSide) }, gap: 4),
      ]
    }
    try folder.write(
      .column(rows, gap: 4).padded(top: 8, left: 8, bottom: 8, right: 8), "views.png")
  }

  /// Returns both means of equation 14 in words.
  private func figures(of change: PartChange, _ parts: [Int]) -> String {
    let outside = change.outside.map { $0.fourDigits } ?? "no pixels"
    return
      "D_mean \(change.everywhere.fourDigits), outside the old and the new "
      + "\(PartNames.list(parts)): \(outside)"
  }
}
