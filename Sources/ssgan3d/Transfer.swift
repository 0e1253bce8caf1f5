import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import MeanDifference
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import WPlusFactorization

extension PartAspect: ExpressibleByArgument {}

/// `ssgan3d transfer`: a portrait with parts of another.
struct Transfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives a portrait parts of another, such as hair or nose: shape, texture or both.",
    discussion: """
      Writes image and mask of the portrait, of the donor and of what becomes of them \
      (portrait_image.png, donor_mask.png, edited_image.png …), difference.png, where the picture \
      changed, and sheet.png, all of it together; and prints how much it changed, equation 14, \
      everywhere and outside of the old and the new parts. Without a named model the faces are those \
      of the shipped generator. Examples:

        ssgan3d transfer --seed 3 --from 7 --part hair --out Output/transfer
        ssgan3d transfer --seed 3 --from 7 --part eyes brows --aspect texture --out Output/transfer
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(parsing: .unconditional, help: "Which portrait is edited (default: 0).")
  var seed: UInt64?

  @OptionGroup(title: "Found portrait")
  var found: FoundPortrait

  @Option(parsing: .unconditional, help: "Which portrait the parts come from.")
  var from: UInt64

  @Option(
    parsing: .upToNextOption,
    help: "Which parts, by name or number: \(MaskPalette.names.joined(separator: ", ")).")
  var part: [String]

  @Option(help: "What of them: shape, texture or both.")
  var aspect = PartAspect.both

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(help: "The folder to write; it is made if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    try found.requireAlone([("--seed", seed != nil)])
  }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [])
    let parts = try self.parts(of: model)
    let generator = try source.generator()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let known = try found.wplus(of: generator, truncation: portrait.truncation, mean: mean)
    let folder = try OutputFolder(out)
    try source.announce()
    let persons = withoutGradients {
      let own = known ?? portrait.latents(of: generator, seed: seed ?? 0, mean: mean).wplus
      let donor = portrait.latents(of: generator, seed: from, mean: mean).wplus
      return [own, donor, generator.exchanging(aspect, ofParts: parts, in: own, with: donor)]
    }
    let pictures = persons.map { Sitter(generator, wplus: $0).pictures(from: portrait.pose) }
    for (name, made) in zip(["portrait", "donor", "edited"], pictures) {
      try PNGFile.write(made.imageFile, to: folder("\(name)_image.png"))
      try PNGFile.write(made.mask, to: folder("\(name)_mask.png"))
    }
    let change = PartChange(from: pictures[0], to: pictures[2], parts: parts)
    try folder.write(change.picture, "difference.png")
    try folder.write(.column(pictures.map(\.tiles) + [change.picture], gap: 4), "sheet.png")
    let names = parts.map(MaskPalette.name).joined(separator: ", ")
    let outside = change.outside.map { $0.fourDigits } ?? "nothing is left"
    print(
      "D_mean \(change.everywhere.fourDigits), outside of the old and the new \(names): \(outside) "
        + "(equation 14, colours 0 … 1); pictures in \(out)")
  }

  /// The numbers of the parts, each once.
  private func parts(of model: Configuration) throws(WrongUse) -> [Int] {
    var found: [Int] = []
    for text in part {
      let known = (0..<model.parts).first { MaskPalette.name($0) == text || "\($0)" == text }
      guard let known else {
        let names = (0..<model.parts).map(MaskPalette.name).joined(separator: ", ")
        throw WrongUse("--part: there is no \(text), expected \(names) or their numbers from 0")
      }
      if !found.contains(known) { found.append(known) }
    }
    return found
  }
}

/// How much a picture changed, equation 14, on the colours that its file has.
private struct PartChange {
  /// D_mean.
  let everywhere: Double
  /// D_mean without the pixels that show one of the parts before or after; none where all do.
  let outside: Double?
  /// The difference map, `[H, W]`.
  let map: Tensor

  init(from before: PortraitPictures, to after: PortraitPictures, parts: [Int]) {
    let images = [before, after].map { $0.imageFile.unitTensor.permuted([2, 0, 1]) }
    let region = zip(before.mask.indices, after.mask.indices).map { old, new in
      parts.contains(Int(old)) || parts.contains(Int(new)) ? 1.0 : 0
    }
    let measure = MeanDifference()
    map = measure.differenceMap(images[0], images[1])
    everywhere = map.mean().item
    let masked = measure.maskedMean(
      images[0], images[1], editedRegion: Tensor([before.mask.height, before.mask.width], region))
    outside = masked.item.isNaN ? nil : masked.item
  }

  var picture: Picture {
    Rendering.scalarMap(map, range: 0...max(map.scalars.max() ?? 0, 1 / 255.0)).picture
  }
}

extension Double {
  /// As differences are printed.
  fileprivate var fourDigits: String { String(format: "%.4f", self) }
}
