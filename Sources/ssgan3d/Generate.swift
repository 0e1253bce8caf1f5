import ArgumentParser
import Camera
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitModel
import RenderedPortraits
import TensorFiles
import Tensors

/// The command `ssgan3d generate`, which makes portraits with their masks and depths.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generates portraits with masks and depth maps, from any camera pose.",
    discussion: """
      For every seed the command writes seedNNNN_image.png, seedNNNN_mask.png (a palette image whose \
      values are class numbers), seedNNNN_depth.png (with a color bar) and seedNNNN_depth16.png. Both \
      depths are the distance of the visible surface along the ray, Σw·t / Σw, in world units (the \
      tensor render_depth of 'dump' is Σw·t). The 16-bit file has a pixel for each ray, so it is smaller \
      than the portrait; 0 is camera.near, 65535 is camera.far or no surface. It says so itself \
      (PNG text 'ssgan3d depth'), as does seedNNNN_depth16.json, and walk --depth reads it. grid.png \
      shows the first \(gridLimit) portraits together. The same seed, weights and pose give the same \
      files. Files that this program did not write are never replaced. With --orbit it also writes \
      seedNNNN_orbit.png, an animated PNG, and a folder with its frames; with --views, \
      seedNNNN_views.png, a sheet of images, masks and depths from several poses (figure 6), and their \
      pictures (seedNNNN_viewN_image.png, …). Without these options, what an earlier call wrote for \
      the same portrait name is removed. With --latents it renders the \
      portrait of a file, and the file names begin with 'found' instead of 'seedNNNN' ('foundNNNN', from \
      0, if the file holds several portraits). If no model is named, the shipped generator \
      is used. Examples:

        ssgan3d generate --seed 1 2 3 --orbit 24 --out Output/portraits
        ssgan3d generate --seed 0-9 --views 5 --parts face,eyes,brows,nose,mouth --out Output/views
        ssgan3d generate --seed 3 --part hair:shape=12 --mute glasses --out Output/edited
      """)

  /// The most portraits on the grid; a larger picture would be impractical to open.
  static let gridLimit = 64
  private static let frameLimits = 2...360

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(
    parsing: .upToNextOption,
    help: """
      The random seeds of the portraits, whole numbers from 0; also ranges such as 0-9 and lists such \
      as 1,2,3 (default: 0).
      """, transform: Seeds.read)
  var seed: [Seeds] = []

  @OptionGroup(title: "Inverted portrait")
  var found: FoundPortrait

  @Option(parsing: .unconditional, help: "The number of portraits; the seeds count up from --seed.")
  var count: Int?

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @OptionGroup(title: "Edits")
  var edits: EditOptions

  @OptionGroup(title: "Views")
  var views: ViewOptions

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
    let given = seed.flatMap(\.values)
    if count != nil && given.count > 1 {
      throw ValidationError("--count needs a single --seed; \(given.count) were given")
    }
    if let count, Seeds.counting(count, from: given.first ?? 0) == nil {
      throw ValidationError(
        "--count \(count) from --seed \(given.first ?? 0) exceeds the largest seed, \(UInt64.max)")
    }
    if let orbit, !Self.frameLimits.contains(orbit) {
      throw ValidationError("--orbit is \(orbit), expected 2 … 360 frames")
    }
  }

  /// The seeds in the order given, without duplicates.
  private var seeds: [UInt64] {
    let given = seed.flatMap(\.values)
    if let count { return Seeds.counting(count, from: given.first ?? 0) ?? [] }
    var known: Set<UInt64> = []
    return (given.isEmpty ? [0] : given).filter { known.insert($0).inserted }
  }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(
      model, others: [("--orbit", orbit != nil), ("--views", views.views != nil)])
    let shown = try edits.shownParts(of: model)
    let generator = try source.generator()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let known = try found.portraits(of: generator, truncation: portrait.truncation, mean: mean)
    let seeds = known.map { $0.indices.map { UInt64($0) } } ?? self.seeds
    let names = seeds.map { seed in
      known.map { $0.count > 1 ? Self.name("found", seed) : "found" } ?? Self.name("seed", seed)
    }
    let folder = try folder(for: names, generator.configuration)
    let camera = generator.configuration.camera
    try source.announce(from: [portrait.pose] + viewPoses(camera) + orbitPoses(camera))
    let progress = ProgressReport(
      "pictures", of: seeds.count * (1 + viewPoses(camera).count + (orbit ?? 0)))
    var (rows, empty): ([Picture], Int) = ([], 0)
    var depth: String?
    for (seed, name) in zip(seeds, names) {
      let wplus = withoutGradients {
        generator.wplus(
          edits.recipe(seed: seed, truncation: portrait.truncation), from: known?[Int(seed)],
          mean: mean)
      }
      let sitter = Sitter(generator, wplus: wplus)
      let pictures = sitter.pictures(
        from: portrait.pose, parts: shown, weighting: edits.maskWeights)
      // An orbit or a depth of an earlier portrait of this name would pass for one of this portrait.
      folder.clear("\(name)_", except: files(of: name, generator.configuration))
      try write(pictures, name, to: folder)
      (empty, depth) = (empty + (pictures.isEmpty ? 1 : 0), pictures.depthLine)
      if rows.count < Self.gridLimit { rows.append(pictures.tiles) }
      progress.advance()
      if views.views != nil { try show(sitter, shown, name, to: folder, progress) }
      if orbit != nil { try turn(sitter, shown, name, to: folder, progress) }
    }
    try folder.write(Self.grid(rows), "grid.png")
    ModelSource.warn(PortraitPictures.emptyWarning(empty, of: seeds.count))
    print("\(counted(seeds.count, "portrait")) written to \(out)")
    if let depth { print("_depth16.png: \(depth)") }
  }

  /// Returns the beginning of a portrait's file names: a word and a number of at least four digits.
  private static func name(_ word: String, _ number: UInt64) -> String {
    word + String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)"
  }

  /// Opens the output folder after a check that nothing but the program's own files will be replaced.
  private func folder(for names: [String], _ model: Configuration) throws -> OutputFolder {
    var files = ["grid.png"] + names.flatMap { self.files(of: $0, model) }
    if orbit != nil {
      // An old frame beyond the new ones would pass for one of them.
      let here = URL(fileURLWithPath: out)
      files += names.flatMap { OutputFolder.names(in: "\($0)_orbit", of: here) }
        .filter { $0.hasSuffix(".png") }
    }
    return try OutputFolder(out, for: files)
  }

  /// Returns the files that the command writes for one portrait.
  private func files(of name: String, _ model: Configuration) -> [String] {
    var endings = ["_image.png", "_mask.png"]
    if model.rendering == .volume {
      endings += ["_depth.png", PortraitPictures.depthEnding, PortraitPictures.depthRecordEnding]
    }
    if orbit != nil { endings.append("_orbit.png") }
    if views.views != nil { endings.append("_views.png") }
    endings += viewPoses(model.camera).indices.flatMap {
      ["_view\($0)_image.png", "_view\($0)_mask.png"]
    }
    return endings.map { name + $0 } + (0..<(orbit ?? 0)).map { Self.frame($0, of: name) }
  }

  private func write(_ pictures: PortraitPictures, _ name: String, to folder: OutputFolder) throws {
    try folder.write(pictures.imageFile, "\(name)_image.png")
    try folder.write(pictures.mask, "\(name)_mask.png")
    if let picture = pictures.depthPicture { try folder.write(picture, "\(name)_depth.png") }
    try pictures.writeDepth(name, to: folder)
  }

  private static func frame(_ number: Int, of name: String) -> String {
    String(format: "%@_orbit/frame%03d.png", name, number)
  }

  /// The poses of `--views`; empty without it.
  private func viewPoses(_ camera: Camera) -> [CameraPose] {
    views.views == nil ? [] : views.poses(around: portrait.pose, camera, otherwise: 1)
  }

  /// Renders and writes a portrait from the poses of `--views`.
  private func show(
    _ sitter: Sitter, _ shown: Set<Int>?, _ name: String, to folder: OutputFolder,
    _ progress: ProgressReport
  ) throws {
    var pictures: [PortraitPictures] = []
    for (number, pose) in viewPoses(sitter.generator.configuration.camera).enumerated() {
      let made = sitter.pictures(from: pose, parts: shown, weighting: edits.maskWeights)
      try folder.write(made.imageFile, "\(name)_view\(number)_image.png")
      try folder.write(made.mask, "\(name)_view\(number)_mask.png")
      pictures.append(made)
      progress.advance()
    }
    try folder.write(PortraitPictures.sheet(pictures), "\(name)_views.png")
  }

  /// The poses of an orbit; empty without one.
  private func orbitPoses(_ camera: Camera) -> [CameraPose] {
    let (count, middle) = (orbit ?? 0, portrait.pose)
    return (0..<count).map { frame in
      let angle = 2 * Double.pi * Double(frame) / Double(count)
      return CameraPose(
        yaw: middle.yaw + 1.5 * camera.yawDeviation * sin(angle),
        pitch: middle.pitch + camera.pitchDeviation * cos(angle))
    }
  }

  /// Renders and writes an orbit: an ellipse around the pose in yaw and pitch.
  ///
  /// Its half axes are 1.5 standard deviations of the training yaw and one of the training pitch.
  private func turn(
    _ sitter: Sitter, _ shown: Set<Int>?, _ name: String, to folder: OutputFolder,
    _ progress: ProgressReport
  ) throws {
    var frames: [Image] = []
    // If the command is killed, frames of two portraits are not left beside each other.
    folder.clear("\(name)_orbit/")
    for (number, pose) in orbitPoses(sitter.generator.configuration.camera).enumerated() {
      let image = sitter.pictures(from: pose, parts: shown, weighting: edits.maskWeights).imageFile
      try folder.write(image, Self.frame(number, of: name))
      frames.append(image)
      progress.advance()
    }
    // An orbit takes three seconds, whatever its number of frames.
    try folder.write(
      AnimatedPNG.encode(frames, secondsPerFrame: 3 / Double(frames.count)), "\(name)_orbit.png")
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
