import Camera
import CommandStatus
import Evaluation
import Foundation
import Inspection
import PortraitData
import PortraitModel
import TensorFiles
import Tensors
import Training

/// How well what was found agrees with the target: `inversion.json`.
struct InversionFigures: Codable {
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

  /// For people.
  var line: String {
    let masks = meanIntersectionOverUnion.map { String(format: ", mask mIoU %.2f", $0) } ?? ""
    return String(format: "PSNR %.1f dB", signalToNoise) + masks
      + String(format: ", seen from yaw %.2f and pitch %.2f", yaw, pitch)
  }
}

/// What was found, beside what was looked for.
struct FoundPictures {
  /// How well it agrees.
  let figures: InversionFigures
  private let search: Inversion
  private let target: PortraitPair
  private let hasLabels: Bool
  private let own: PortraitPictures
  private let turned: [PortraitPictures]

  /// Pictures of the best that a search found.
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
    let folder = try OutputFolder(out)
    func place(_ url: URL) -> String { url.standardizedFileURL.resolvingSymlinksInPath().path }
    let own = inputs.map { place(URL(fileURLWithPath: $0)) }
    guard FileManager.default.isWritableFile(atPath: out) else {
      throw WrongUse("--out \(out): nothing may be written there; choose another folder")
    }
    for file in names.map(folder.callAsFunction) {
      guard !Folder.exists(file), !own.contains(place(file)) else {
        throw WrongUse(
          "--out \(out): \(file.lastPathComponent) is needed for what is found; choose another folder"
        )
      }
    }
    return folder
  }

  /// Writes all of it.
  func write(to folder: OutputFolder) throws {
    try LatentFile.write(
      search.wplus, of: search.generator, to: folder(FoundPortrait.fileName))
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
