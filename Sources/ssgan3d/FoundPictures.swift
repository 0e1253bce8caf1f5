import Camera
import CommandStatus
import Datasets
import Evaluation
import Foundation
import Inspection
import PortraitClasses
import PortraitModel
import RenderedPortraits
import TensorFiles
import Tensors
import Training

/// How well the found portrait agrees with the target; the content of `inversion.json`.
struct InversionFigures: Codable {
  /// The PSNR of the images in decibels; 99 if they are identical.
  let signalToNoise: Double
  /// The mean IoU of the masks over the classes that occur; nil without labels.
  let meanIntersectionOverUnion: Double?
  /// The yaw of the found pose, in radians.
  let yaw: Double
  /// The pitch of the found pose, in radians.
  let pitch: Double
  /// The number of optimizer steps.
  let iterations: Int
  /// The loss before the first step.
  let firstLoss: Double
  /// The least loss, which is the loss of the found portrait.
  let leastLoss: Double

  /// The result in one readable line.
  var line: String {
    let masks = meanIntersectionOverUnion.map { String(format: ", mask mIoU %.2f", $0) } ?? ""
    return String(format: "PSNR %.1f dB", signalToNoise) + masks
      + String(format: ", yaw %.2f and pitch %.2f radians", yaw, pitch)
  }
}

extension InversionFigures {
  /// Reads the figures that were written into the folder of a portrait.
  init(contentsOf folder: URL) throws {
    let file = folder.appendingPathComponent(FoundPictures.figuresName)
    do { self = try JSONText.decode(Self.self, from: try SmallFile.data(file)) } catch {
      throw TensorFileError(
        .file, file: file.path, problem: "is damaged", remedy: "remove its folder and run again")
    }
  }
}

/// The pictures of a found portrait beside those of its target.
struct FoundPictures {
  /// How well the found portrait agrees with the target.
  let figures: InversionFigures
  private let search: FoundResult
  private let target: PortraitPair
  private let hasLabels: Bool
  private let own: PortraitPictures
  private let turned: [PortraitPictures]

  /// Renders a found portrait from its own pose and from five yaws.
  init(_ search: FoundResult, _ target: PortraitPair, hasLabels: Bool) {
    (self.search, self.target, self.hasLabels) = (search, target, hasLabels)
    let generator = search.generator
    let sitter = Sitter(generator, wplus: search.wplus)
    own = sitter.pictures(from: search.pose)
    let camera = generator.configuration.camera
    turned = [-0.4, -0.2, 0, 0.2, 0.4].map {
      sitter.pictures(from: CameraPose(yaw: camera.yawMean + $0, pitch: camera.pitchMean))
    }
    let colors = own.imageFile.unitTensor.permuted(axes: [2, 0, 1]).cast(to: .float32)
    let labels = Tensor([target.size, target.size], target.labels.map(Int32.init))
    let classes = Tensor([target.size, target.size], own.mask.indices.map(Int32.init))
    figures = InversionFigures(
      signalToNoise: min(99, peakSignalToNoise(colors, target.image / 2 + 0.5)),
      meanIntersectionOverUnion: hasLabels
        ? LabelAgreement(classes, with: labels, classes: PartClass.count).mean : nil,
      yaw: search.pose.yaw, pitch: search.pose.pitch, iterations: search.losses.count,
      firstLoss: search.losses.first?.total ?? .nan,
      leastLoss: search.losses.map(\.total).min() ?? .nan)
  }

  /// The name of the file with the figures.
  static let figuresName = "inversion.json"
  /// The name of the file with the target at the model's size.
  static let targetName = "target_image.png"
  /// The subfolder of a tuned generator and its portrait.
  static let tunedName = "tuned"

  /// The names of all files that are written.
  private static let names = [
    FoundPortrait.fileName, targetName, "found_image.png", "found_mask.png",
    "found" + PortraitPictures.depthEnding, "found" + PortraitPictures.depthRecordEnding,
    "sheet.png", "loss.png", figuresName,
  ]

  /// The names of the files in the subfolder of a tuned generator.
  private static let tunedNames =
    (names + [GeneratorFile.configurationName, GeneratorFile.weightsName]).map {
      "\(tunedName)/\($0)"
    }

  /// The target, the found image and mask, and the found portrait turned to both sides, as tiles.
  var row: Picture {
    let tiles = [
      Picture.image(target.image, range: .signed), own.image, own.mask.colored, turned[0].image,
      turned[turned.count - 1].image,
    ]
    return .row(tiles.map { $0.tile(PortraitPictures.tileSide) }, gap: 4)
  }

  /// Makes the output folder before the search begins.
  ///
  /// - Parameters:
  ///   - out: the path of the folder.
  ///   - inputs: the paths of the input files, which must not be overwritten.
  ///   - tunes: whether the subfolder of a tuned generator will be written.
  /// - Returns: the folder.
  /// - Throws: `WrongUse` if the folder is not writable or an input file would be overwritten.
  static func folder(
    _ out: String, sparing inputs: [String], tunes: Bool = false
  ) throws -> OutputFolder {
    let folder = try OutputFolder(out, for: names + (tunes ? tunedNames : []))
    func place(_ url: URL) -> String { url.standardizedFileURL.resolvingSymlinksInPath().path }
    let own = inputs.map { place(URL(fileURLWithPath: $0)) }
    guard FileManager.default.isWritableFile(atPath: out) else {
      throw WrongUse("--out \(out): this folder is not writable; choose another folder")
    }
    for file in (names + (tunes ? tunedNames : [])).map(folder.callAsFunction) {
      guard !Folder.exists(file), !own.contains(place(file)) else {
        throw WrongUse(
          "--out \(out): \(file.lastPathComponent) is an input or a folder and would be overwritten; "
            + "choose another folder"
        )
      }
    }
    return folder
  }

  /// Writes the tuned generator beside its latents, pictures and `inversion.json`.
  func writeTuned(to folder: OutputFolder) throws {
    try folder.write("\(Self.tunedName)/\(GeneratorFile.weightsName)") {
      try GeneratorFile.write(search.generator.parameters, to: $0)
    }
    try folder.write(
      try search.generator.configuration.json(),
      "\(Self.tunedName)/\(GeneratorFile.configurationName)")
    try write(to: folder, inside: Self.tunedName + "/")
  }

  /// Writes the latents, all pictures and `inversion.json`.
  ///
  /// - Parameters:
  ///   - folder: the output folder.
  ///   - prefix: the beginning of all names, for example a subfolder with its slash.
  /// - Throws: errors of writing.
  func write(to folder: OutputFolder, inside prefix: String = "") throws {
    // A generator that an earlier call has tuned belongs to another portrait.
    if prefix.isEmpty { folder.clear(Self.tunedName + "/") }
    try folder.write(prefix + FoundPortrait.fileName) {
      try LatentFile.write(search.wplus, of: search.generator, to: $0)
    }
    let picture = Picture.image(target.image, range: .signed)
    try folder.write(picture, prefix + Self.targetName)
    try folder.write(own.imageFile, prefix + "found_image.png")
    try folder.write(own.mask, prefix + "found_mask.png")
    try own.writeDepth(prefix + "found", to: folder)
    let labels = IndexedImage(
      width: target.size, height: target.size, indices: target.labels, palette: PartClass.palette)
    let wanted = [picture] + (hasLabels ? [labels.colored] : [])
    try folder.write(
      .column(
        [
          .row(wanted.map { $0.tile(PortraitPictures.tileSide) }, gap: 4), own.tiles,
          .row(turned.map { $0.image.tile(PortraitPictures.tileSide) }, gap: 4),
        ], gap: 4), prefix + "sheet.png")
    let steps = search.losses.indices.map(Double.init)
    var series = [
      Series("loss", x: steps, y: search.losses.map(\.total)),
      Series("image", x: steps, y: search.losses.map(\.image)),
    ]
    if hasLabels {
      series.append(Series("mask", x: steps, y: search.losses.map { $0.mask ?? .nan }))
    }
    try folder.write(
      .chart(series, xLabel: "step", yLabel: "loss before the step"), prefix + "loss.png")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try folder.write(try encoder.encode(figures) + Data("\n".utf8), prefix + Self.figuresName)
  }

  /// Whether no ray of the found portrait meets anything dense.
  var isEmpty: Bool { own.isEmpty }

  /// What the 16-bit depth of the found portrait shows.
  var depthLine: String? { own.depthLine }
}
