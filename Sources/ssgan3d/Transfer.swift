import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import Studio
import TensorFiles
import Tensors
import WPlusFactorization

extension PartAspect: ExpressibleByArgument {}

/// The command `ssgan3d transfer`, which replaces parts of a portrait with those of another.
struct Transfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replaces parts of a portrait, such as hair or nose, with those of another portrait.",
    discussion: """
      Writes the image and the mask of the portrait, of the donor and of the edited portrait \
      (portrait_image.png, donor_mask.png, edited_image.png, …), difference.png (a map of the \
      changes) and sheet.png (all of them together). Prints the mean difference of equation 14, \
      over the whole image, and over the pixels that show none of these parts before or after the \
      edit. If no model is \
      named, the shipped generator is used. Examples:

        ssgan3d transfer --seed 3 --from 7 --part hair --out Output/transfer
        ssgan3d transfer --seed 3 --from 7 --part eyes brows --aspect texture --out Output/transfer
        ssgan3d transfer --latents me.npy --from-latents you.npy --part hair --out Output/transfer
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @OptionGroup
  var person: OnePortrait

  @Option(
    parsing: .unconditional,
    help: "The random seed of the donor, the source of the parts; or give --from-latents.",
    transform: Seeds.one)
  var from: UInt64?

  @Option(help: "The donor by its latents, in a file as for --latents.")
  var fromLatents: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The parts, by name or by number from 0: \(PartNames.all)."))
  var part: [String]

  @Option(help: "What to replace: shape, texture or both.")
  var aspect = PartAspect.both

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out), ("--from-latents", fromLatents)])
    if (from == nil) == (fromLatents == nil) {
      throw ValidationError(
        "the donor is \(from == nil ? "missing" : "named twice"); give either --from SEED or "
          + "--from-latents FILE")
    }
  }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [])
    let parts = try PartNames.numbers(part, option: "--part", of: model)
    let generator = try source.generator()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let own = try person.wplus(of: generator, truncation: portrait.truncation, mean: mean)
    let knownDonor = try fromLatents.map { path in
      try FoundPortrait.portrait(
        path, option: "--from-latents", of: generator, truncation: portrait.truncation, mean: mean)
    }
    let files = Self.persons.flatMap { ["\($0)_image.png", "\($0)_mask.png"] }
    let folder = try OutputFolder(out, for: files + ["difference.png", "sheet.png"])
    try source.announce(from: [portrait.pose])
    let persons = withoutGradients {
      let donor = knownDonor ?? portrait.latents(of: generator, seed: from ?? 0, mean: mean).wplus
      return [own, donor, generator.exchanging(aspect, ofParts: parts, in: own, with: donor)]
    }
    let pictures = persons.map { Sitter(generator, wplus: $0).pictures(from: portrait.pose) }
    for (name, made) in zip(Self.persons, pictures) {
      try folder.write(made.imageFile, "\(name)_image.png")
      try folder.write(made.mask, "\(name)_mask.png")
    }
    ModelSource.warn(
      PortraitPictures.emptyWarning(pictures.filter(\.isEmpty).count, of: pictures.count))
    let change = PartChange(from: pictures[0], to: pictures[2], parts: parts)
    try folder.write(change.picture, "difference.png")
    try folder.write(.column(pictures.map(\.tiles) + [change.picture], gap: 4), "sheet.png")
    let names = PartNames.list(parts)
    let outside = change.outside.map { $0.fourDigits } ?? "no pixels"
    print(
      "D_mean \(change.everywhere.fourDigits), outside the old and the new \(names): \(outside) "
        + "(equation 14, colors 0 … 1); images written to \(out)")
  }

  /// The beginnings of the file names.
  private static let persons = ["portrait", "donor", "edited"]
}

extension Double {
  /// The number with four decimals.
  fileprivate var fourDigits: String { String(format: "%.4f", self) }
}
