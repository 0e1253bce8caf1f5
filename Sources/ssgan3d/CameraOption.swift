import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Foundation
import PortraitModel
import TensorFiles
import TrainingRuns

/// The option that names the camera that renders procedural portraits.
struct CameraOption: ParsableArguments {
  @Option(
    help: """
      A run, a checkpoint or a JSON configuration whose camera renders procedural portraits \
      (default: the camera of the preset paper).
      """)
  var cameraOf: String?

  func validate() throws { try requirePaths([("--camera-of", cameraOf)]) }

  /// Returns the camera; throws `WrongUse` if one is named for data that are not procedural.
  func camera(of data: String) throws -> Camera {
    guard let cameraOf else { return Camera() }
    guard data.hasPrefix(ProceduralSource.prefix) else {
      throw WrongUse(
        "--camera-of: \(data) is not procedural, so its camera is fixed; leave --camera-of out"
      )
    }
    let named = URL(fileURLWithPath: cameraOf)
    // The path of a run's record is taken as the run.
    let place = named.lastPathComponent == "run.json" ? named.deletingLastPathComponent() : named
    return try Folder.exists(place)
      ? WarmStart(place).model().camera : GeneratorFile.configuration(place).camera
  }
}
