import ArgumentParser
import Camera
import CommandStatus
import Foundation
import PortraitData
import PortraitModel
import TensorFiles
import Training

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
    return try Folder.exists(place)
      ? WarmStart(place).model().camera : GeneratorFile.configuration(place).camera
  }
}
