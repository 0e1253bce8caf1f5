import ArgumentParser
import Camera
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitData
import PortraitModel
import Training

/// `ssgan3d invert`: somebody's own portrait among those that a generator can make.
struct Invert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the latents and the camera with which a generator makes your own portrait.",
    discussion: """
      The portrait is cropped around the head as those that the generator learned from \
      (Docs/Data.md). Writes latents.safetensors, which generate and transfer take by --latents; \
      target_image.png and found_image.png, found_mask.png, found_depth16.png; sheet.png, the target \
      above what was found, from its own pose and turned; loss.png; and inversion.json, how well it \
      agrees. A generator shows what it has learned to make: the shipped one knows procedural heads, so \
      of a photograph it finds a procedural relative; a generator of photographs is trained with your own \
      data. Examples:

        ssgan3d invert --image Fixtures/Portrait/front.png --labels Fixtures/Portrait/labels.png \
      --classes 13 --out Output/inverted
        ssgan3d generate --latents Output/inverted/latents.safetensors --orbit 24 --out Output/turning
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(help: "The portrait, a square PNG or JPEG; transparency is left away.")
  var image: String

  @Option(
    help: "Its parts: a square PNG of class numbers. Without it the picture alone is compared.")
  var labels: String?

  @Option(help: "How the labels count, 19, bisenet or 13.")
  var classes: LabelScheme?

  @Option(parsing: .unconditional, help: "Steps of the search.")
  var iterations = Inversion.Options().iterations

  @Option(
    parsing: .unconditional, help: "The largest size of a step, in deviations of the latents.")
  var rate = Inversion.Options().rate

  @Option(
    parsing: .unconditional,
    help: """
      Where it is seen from, where that is known, radians, π/2 is frontal; with neither --yaw nor \
      --pitch it is looked for, with one of them the other is π/2.
      """)
  var yaw: Double?

  @Option(parsing: .unconditional, help: "The same from the vertical, π/2 is level.")
  var pitch: Double?

  @Option(help: "The folder to write; it is made if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--image", image), ("--labels", labels), ("--out", out)])
    if (labels == nil) != (classes == nil) {
      throw ValidationError(
        labels == nil
          ? "--classes says how --labels count; give both or neither"
          : "--labels need --classes 19 (CelebAMask-HQ's), bisenet (face-parsing.PyTorch's) or 13")
    }
    if !(1...100_000).contains(iterations) {
      throw ValidationError("--iterations is \(iterations), expected 1 … 100000")
    }
    if !(rate > 0 && rate <= 10) {
      throw ValidationError("--rate is \(rate), expected a number above 0, at most 10")
    }
    try PortraitOptions.requireAngles(yaw: yaw, pitch: pitch)
  }

  func run() throws {
    let model = try source.configuration()
    guard model.rendering == .volume else {
      throw WrongUse(
        "the configuration's rendering is flat: it has no camera to be found; name a model of volumes"
      )
    }
    guard labels == nil || model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(model.parts) parts and labels \(PartClass.count); leave --labels and --classes out, "
          + "or name a model of as many")
    }
    let map = labels.flatMap { path in
      classes.map { (file: URL(fileURLWithPath: path), scheme: $0) }
    }
    let target = try PortraitPair(
      photograph: URL(fileURLWithPath: image), labels: map, size: model.imageSize)
    let generator = try source.generator()
    let folder = try FoundPictures.folder(out, sparing: [image] + (labels.map { [$0] } ?? []))
    try source.announce()
    var options = Inversion.Options()
    (options.iterations, options.rate) = (iterations, rate)
    if yaw != nil || pitch != nil {
      options.pose = CameraPose(yaw: yaw ?? .pi / 2, pitch: pitch ?? .pi / 2)
    }
    var search = Inversion(
      generator, image: target.image, mask: map == nil ? nil : target.mask, options)
    let progress = ProgressReport("steps", of: iterations)
    for _ in 0..<iterations {
      try search.step()
      progress.advance()
    }
    let found = FoundPictures(search, target, hasLabels: map != nil)
    try found.write(to: folder)
    print("\(found.figures.line); pictures and latents are in \(out)")
  }
}
