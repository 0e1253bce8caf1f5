import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Foundation
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Training

/// The command `ssgan3d invert`, which finds the latents and the pose of a given portrait.
struct Invert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds latents and a camera pose with which a generator reproduces your portrait.",
    discussion: """
      Crop the portrait around the head like the images that the generator was trained on \
      (Docs/Data.md). The command writes latents.safetensors, which generate and transfer accept as \
      --latents; target_image.png; found_image.png, found_mask.png and found_depth16.png; sheet.png \
      (the target above the found portrait, from its own pose and turned); loss.png; and \
      inversion.json (how well the two agree). A generator can reproduce only portraits like those \
      it was trained on. The shipped generator was trained on procedural portraits, so for a \
      photograph it finds a similar procedural head. To reproduce photographs, train a \
      generator on photographs. Examples:

        ssgan3d invert --image Fixtures/Portrait/front.png --labels Fixtures/Portrait/labels.png \
      --classes 13 --out Output/inverted
        ssgan3d generate --latents Output/inverted/latents.safetensors --orbit 24 --out Output/turning
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(help: "The portrait, a square PNG or JPEG file; transparency is ignored.")
  var image: String

  @Option(
    help: "The part labels, a square PNG of class numbers; without them only the image is compared."
  )
  var labels: String?

  @Option(help: "The class numbering of --labels: 19, bisenet or 13.")
  var classes: LabelScheme?

  @Option(parsing: .unconditional, help: "The number of optimizer steps.")
  var iterations = Inversion.Options().iterations

  @Option(
    parsing: .unconditional,
    help: "The largest learning rate, in standard deviations of the latents.")
  var rate = Inversion.Options().rate

  @Option(
    parsing: .unconditional,
    help: """
      The known yaw in radians, π/2 is frontal. Without --yaw and --pitch, the pose is \
      searched for; if only one of them is given, the other is π/2.
      """)
  var yaw: Double?

  @Option(parsing: .unconditional, help: "The known pitch in radians, π/2 is level; see --yaw.")
  var pitch: Double?

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--image", image), ("--labels", labels), ("--out", out)])
    if (labels == nil) != (classes == nil) {
      throw ValidationError(
        labels == nil
          ? "--classes describes --labels; give both or neither"
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
        "the model is flat (rendering=flat): it has no camera pose to find; name a volumetric model"
      )
    }
    guard labels == nil || model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(model.parts) parts, the labels \(PartClass.count); leave --labels and --classes "
          + "out, or name a model with \(PartClass.count) parts")
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
    print("\(found.figures.line); images and latents written to \(out)")
  }
}
