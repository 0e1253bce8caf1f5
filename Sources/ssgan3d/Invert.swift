import ArgumentParser
import Camera
import CommandStatus
import Evaluation
import Foundation
import Inspection
import ModelConfiguration
import PortraitData
import PortraitModel
import TensorFiles
import Tensors
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

/// How well what was found agrees with the target: `inversion.json`.
private struct InversionFigures: Codable {
  /// Of the pictures, decibels; 99 where they are the same.
  let signalToNoise: Double
  /// Of the masks, mean over the classes that occur; none without labels.
  let meanIntersectionOverUnion: Double?
  /// Where it is seen from, radians.
  let yaw: Double
  let pitch: Double
  /// Steps that were made, L before the first of them, and the least L, that of what was found.
  let iterations: Int
  let firstLoss: Double
  let leastLoss: Double

  var line: String {
    let masks = meanIntersectionOverUnion.map { String(format: ", mask mIoU %.2f", $0) } ?? ""
    return String(format: "PSNR %.1f dB", signalToNoise) + masks
      + String(format: ", seen from yaw %.2f and pitch %.2f", yaw, pitch)
  }
}

/// What was found, beside what was looked for.
private struct FoundPictures {
  let figures: InversionFigures
  private let search: Inversion
  private let target: PortraitPair
  private let hasLabels: Bool
  private let own: PortraitPictures
  private let turned: [PortraitPictures]

  init(_ search: Inversion, _ target: PortraitPair, hasLabels: Bool) {
    (self.search, self.target, self.hasLabels) = (search, target, hasLabels)
    let generator = search.generator
    let sitter = Sitter(generator, wplus: search.wplus)
    own = sitter.pictures(from: search.pose)
    let camera = generator.model.camera
    turned = [-0.4, -0.2, 0, 0.2, 0.4].map {
      sitter.pictures(from: CameraPose(yaw: camera.yawMean + $0, pitch: camera.pitchMean))
    }
    let colours = own.imageFile.unitTensor.permuted([2, 0, 1]).cast(to: .float32)
    let labels = Tensor([target.size, target.size], target.labels.map(Int32.init))
    let classes = Tensor([target.size, target.size], own.mask.indices.map(Int32.init))
    figures = InversionFigures(
      signalToNoise: min(99, peakSignalToNoise(colours, target.image / 2 + 0.5)),
      meanIntersectionOverUnion: hasLabels
        ? LabelAgreement(classes, with: labels, classes: PartClass.count).mean : nil,
      yaw: search.pose.yaw, pitch: search.pose.pitch, iterations: search.losses.count,
      firstLoss: search.losses.first?.total ?? .nan,
      leastLoss: search.losses.map(\.total).min() ?? .nan)
  }

  /// Every file that is written.
  private static let names = [
    FoundPortrait.fileName, "target_image.png", "found_image.png", "found_mask.png",
    "found_depth16.png", "sheet.png", "loss.png", "inversion.json",
  ]

  /// The folder to write, before the work and not after it; what would be lost is named.
  static func folder(_ out: String, sparing inputs: [String]) throws -> OutputFolder {
    let (folder, files) = (try OutputFolder(out), FileManager.default)
    func place(_ url: URL) -> String { url.standardizedFileURL.resolvingSymlinksInPath().path }
    let own = inputs.map { place(URL(fileURLWithPath: $0)) }
    guard files.isWritableFile(atPath: out) else {
      throw WrongUse("--out \(out): nothing may be written there; choose another folder")
    }
    for file in names.map(folder.callAsFunction) {
      var isFolder: ObjCBool = false
      let isThere = files.fileExists(atPath: file.path, isDirectory: &isFolder)
      guard !(isThere && isFolder.boolValue), !own.contains(place(file)) else {
        throw WrongUse(
          "--out \(out): \(file.lastPathComponent) is needed for what is found; choose another folder"
        )
      }
    }
    return folder
  }

  func write(to folder: OutputFolder) throws {
    try LatentFile.write(
      search.wplus, search.pose, of: search.generator, to: folder(FoundPortrait.fileName))
    let picture = Picture.image(target.image, range: .signed)
    try folder.write(picture, "target_image.png")
    try PNGFile.write(own.imageFile, to: folder("found_image.png"))
    try PNGFile.write(own.mask, to: folder("found_mask.png"))
    if let depth = own.depthFile { try PNGFile.write(depth, to: folder("found_depth16.png")) }
    let labels = IndexedImage(
      width: target.size, height: target.size, indices: target.labels, palette: PartClass.palette)
    let wanted = [picture] + (hasLabels ? [labels.coloured] : [])
    try folder.write(
      .column(
        [
          .row(wanted.map { $0.tile(PortraitPictures.tileSide) }, gap: 4), own.tiles,
          .row(turned.map { $0.image.tile(PortraitPictures.tileSide) }, gap: 4),
        ], gap: 4), "sheet.png")
    let steps = search.losses.indices.map(Double.init)
    var series = [
      Series("loss", x: steps, y: search.losses.map(\.total)),
      Series("image", x: steps, y: search.losses.map(\.image)),
    ]
    if hasLabels {
      series.append(Series("mask", x: steps, y: search.losses.map { $0.mask ?? .nan }))
    }
    try folder.write(.chart(series, xLabel: "step", yLabel: "before the step"), "loss.png")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(
      try encoder.encode(figures) + Data("\n".utf8), to: folder("inversion.json"))
  }
}
