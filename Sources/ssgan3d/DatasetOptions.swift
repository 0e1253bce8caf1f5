import ArgumentParser
import Camera
import CommandStatus
import Foundation
import PortraitData
import PortraitModel
import Synchronization
import Training

extension LabelScheme: ExpressibleByArgument {}

/// Which data a command works with.
struct DatasetOptions: ParsableArguments {
  @Argument(help: "A folder, a pack, or procedural:COUNT[,SEED].")
  var data: String

  @Option(
    help: """
      How the maps in labels/ are numbered: 19 (CelebAMask-HQ), bisenet (face-parsing.PyTorch's 19) or \
      13 (this project's).
      """)
  var classes: LabelScheme?

  func validate() throws { try requirePaths([("the data's name", data)]) }

  /// Finds and lists the data, every byte of a pack checked if so wished; a needless or missing
  /// `--classes` is wrong use.
  func input(camera: Camera = Camera(), verifies: Bool = true) throws -> DatasetInput {
    try Self.requireScheme(classes, for: data)
    try Self.requireProcedural(data)
    return try DatasetInput(data, scheme: classes, camera: camera, verifies: verifies)
  }

  /// Stops when `--classes` is missing or needless for the data.
  static func requireScheme(_ classes: LabelScheme?, for data: String) throws {
    let layout = try DatasetInput.layout(of: data)
    if let (problem, remedy) = DatasetInput.complaint(layout, classes) {
      throw WrongUse("--classes: \(data) \(problem); \(remedy)")
    }
  }

  /// Stops at a name of procedural portraits that is none, which is wrong use.
  static func requireProcedural(_ data: String, option: String = "") throws(WrongUse) {
    guard data.hasPrefix(ProceduralPortraits.prefix) else { return }
    do { _ = try ProceduralPortraits(data) } catch { throw WrongUse("\(option)\(error)") }
  }
}

/// Whose camera procedural portraits are seen with.
struct CameraOption: ParsableArguments {
  @Option(
    help: """
      A run, a checkpoint or a configuration (JSON) with whose camera procedural portraits are seen; \
      needed where that is not the usual one.
      """)
  var cameraOf: String?

  func validate() throws { try requirePaths([("--camera-of", cameraOf)]) }

  /// The camera; one that is named for data that have been photographed already is wrong use.
  func camera(of data: String) throws -> Camera {
    guard let cameraOf else { return Camera() }
    guard data.hasPrefix(ProceduralPortraits.prefix) else {
      throw WrongUse(
        "--camera-of: \(data) holds portraits that were photographed already; leave --camera-of out"
      )
    }
    let named = URL(fileURLWithPath: cameraOf)
    // A run's record stands for the run.
    let place = named.lastPathComponent == "run.json" ? named.deletingLastPathComponent() : named
    let isFolder = (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    return try isFolder
      ? WarmStart(place).model().camera : GeneratorFile.configuration(place).camera
  }
}

/// Shows how far preparing is.
final class PreparingReport: Sendable {
  private let report = Mutex<ProgressReport?>(nil)

  /// What `PortraitPack.prepare` is given; the first call tells what was there already.
  func update(_ done: Int, _ total: Int) {
    report.withLock { report in
      if let report { return report.advance() }
      if done > 0 { ProgressReport.say("\(done) of \(counted(total, "pair")) were there already") }
      report = ProgressReport("pairs", of: total - done)
    }
  }
}
