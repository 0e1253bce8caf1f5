import ArgumentParser
import Camera
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors

/// The command `ssgan3d generate`, which makes portraits with their masks and depths.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generates portraits with masks and depth maps, from any camera pose.",
    discussion: """
      For every seed the command writes seedNNNN_image.png, seedNNNN_mask.png (a palette image whose \
      values are class numbers), seedNNNN_depth.png (with a color bar) and seedNNNN_depth16.png \
      (0 near … 65535 far; walk --depth expects the opposite). grid.png shows the first \(gridLimit) \
      portraits together. The same seed, \
      weights and pose give the same files. With --orbit it also writes seedNNNN_orbit.png, an \
      animated PNG, and a folder with its frames. With --latents it renders the portrait of a file, and \
      the file names begin with 'found' instead of 'seedNNNN' ('foundNNNN', from 0, if the file holds \
      several portraits). If no model is named, the shipped generator \
      is used. Example:

        ssgan3d generate --seed 1 2 3 --orbit 24 --out Output/portraits
      """)

  /// The most portraits on the grid; a larger picture would be impractical to open.
  static let gridLimit = 64
  private static let frameLimits = 2...360

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(
    parsing: .upToNextOption,
    help: "The random seeds of the portraits, whole numbers from 0 (default: 0).")
  var seed: [UInt64] = []

  @OptionGroup(title: "Inverted portrait")
  var found: FoundPortrait

  @Option(parsing: .unconditional, help: "The number of portraits; the seeds count up from --seed.")
  var count: Int?

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(
    parsing: .unconditional,
    help: "The number of frames of a closed camera orbit around --yaw and --pitch, 2 … 360.")
  var orbit: Int?

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--out", out)])
    try found.requireAlone([("--seed", !seed.isEmpty), ("--count", count != nil)])
    if let count, count < 1 || count > 1_000_000 {
      throw ValidationError("--count is \(count), expected 1 … 1000000")
    }
    if count != nil && seed.count > 1 {
      throw ValidationError("--count needs a single --seed; \(seed.count) were given")
    }
    if let orbit, !Self.frameLimits.contains(orbit) {
      throw ValidationError("--orbit is \(orbit), expected 2 … 360 frames")
    }
  }

  /// The seeds in the order given, without duplicates.
  private var seeds: [UInt64] {
    let first = seed.first ?? 0
    if let count { return (0..<UInt64(count)).map { first &+ $0 } }
    var known: Set<UInt64> = []
    return (seed.isEmpty ? [0] : seed).filter { known.insert($0).inserted }
  }

  func run() throws {
    try portrait.requireCamera(
      try source.configuration(), others: [("--orbit", orbit != nil)])
    let generator = try source.generator()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let known = try found.portraits(of: generator, truncation: portrait.truncation, mean: mean)
    let folder = try OutputFolder(out)
    try source.announce()
    let seeds = known.map { $0.indices.map { UInt64($0) } } ?? self.seeds
    let progress = ProgressReport("pictures", of: seeds.count * (1 + (orbit ?? 0)))
    var rows: [Picture] = []
    for seed in seeds {
      let wplus = withoutGradients {
        known?[Int(seed)] ?? portrait.latents(of: generator, seed: seed, mean: mean).wplus
      }
      let sitter = Sitter(generator, wplus: wplus)
      let pictures = sitter.pictures(from: portrait.pose)
      let digits = String(repeating: "0", count: max(0, 4 - "\(seed)".count)) + "\(seed)"
      let name = known.map { "found" + ($0.count > 1 ? digits : "") } ?? "seed" + digits
      try write(pictures, name, to: folder)
      if rows.count < Self.gridLimit { rows.append(pictures.tiles) }
      progress.advance()
      if let orbit { try turn(sitter, frames: orbit, name, to: folder, progress) }
    }
    try folder.write(Self.grid(rows), "grid.png")
    print("\(counted(seeds.count, "portrait")) written to \(out)")
  }

  private func write(_ pictures: PortraitPictures, _ name: String, to folder: OutputFolder) throws {
    try PNGFile.write(pictures.imageFile, to: folder("\(name)_image.png"))
    try PNGFile.write(pictures.mask, to: folder("\(name)_mask.png"))
    if let picture = pictures.depthPicture { try folder.write(picture, "\(name)_depth.png") }
    if let depth = pictures.depthFile {
      try PNGFile.write(depth, to: folder("\(name)_depth16.png"))
    }
  }

  /// Renders and writes an orbit: an ellipse around the pose in yaw and pitch.
  ///
  /// Its half axes are 1.5 standard deviations of the training yaw and one of the training pitch.
  private func turn(
    _ sitter: Sitter, frames count: Int, _ name: String, to folder: OutputFolder,
    _ progress: ProgressReport
  ) throws {
    let (camera, middle) = (sitter.generator.configuration.camera, portrait.pose)
    let frameFolder = try OutputFolder(folder("\(name)_orbit").path)
    var frames: [Image] = []
    for frame in 0..<count {
      let angle = 2 * Double.pi * Double(frame) / Double(count)
      let pose = CameraPose(
        yaw: middle.yaw + 1.5 * camera.yawDeviation * sin(angle),
        pitch: middle.pitch + camera.pitchDeviation * cos(angle))
      let image = sitter.pictures(from: pose).imageFile
      try PNGFile.write(image, to: frameFolder(String(format: "frame%03d.png", frame)))
      frames.append(image)
      progress.advance()
    }
    // An orbit takes three seconds, whatever its number of frames.
    try AnimatedPNG.write(
      frames, secondsPerFrame: 3 / Double(count), to: folder("\(name)_orbit.png"))
  }

  /// Returns the portraits on one sheet, with a number of columns that makes it about square.
  static func grid(_ rows: [Picture]) -> Picture {
    let columns = max(1, Int((Double(rows.count) / 3).squareRoot().rounded(.up)))
    let lines = stride(from: 0, to: rows.count, by: columns).map { first in
      Picture.row(Array(rows[first..<min(first + columns, rows.count)]), gap: 16)
    }
    return .column(lines, gap: 4)
  }
}

/// A folder for the results of a command.
struct OutputFolder {
  private let url: URL

  /// Creates the folder if it does not exist.
  init(_ path: String) throws {
    url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw InspectionError.cannotWrite(path, reason: "the folder cannot be created")
    }
  }

  /// Returns the location of a file inside the folder.
  func callAsFunction(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a picture as a PNG file.
  func write(_ picture: Picture, _ name: String) throws {
    try PNGFile.write(picture.image, to: self(name))
  }
}
