import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Foundation

/// The option that names the camera poses of the data.
struct PosesOption: ParsableArguments {
  @Option(
    help: """
      A JSON file with the camera pose of every picture, {"poses": [[name, yaw, pitch], …]} in \
      radians or EG3D's dataset.json (Docs/Data.md). Training then draws the poses of generated \
      portraits from them.
      """)
  var poses: String?

  func validate() throws { try requirePaths([("--poses", poses)]) }

  /// The option, with whether it was given.
  var given: [(String, Bool)] { [("--poses", poses != nil)] }

  /// The file, with an absolute path.
  var file: URL? { poses.map { URL(fileURLWithPath: $0).standardizedFileURL } }

  /// Returns the data with their poses; prints on standard error what is not used of them.
  func applied(to input: DatasetInput) throws -> DatasetInput {
    guard let file else { return input }
    let list = try PoseList(contentsOf: file)
    Self.report(list, pictures: input.ids.count)
    do { return try input.posed(by: list) } catch {
      throw WrongUse("--poses \(error)")
    }
  }

  /// Prints on standard error how many poses and rolls are not used.
  static func report(_ list: PoseList, pictures: Int) {
    if list.tilted > 0 {
      ProgressReport.say(
        "\(list.file): \(list.tilted) of \(list.count) cameras are tilted by more than 5 degrees; "
          + "pictures are taken as upright, so the roll is not used")
    }
    if list.count > pictures {
      ProgressReport.say(
        "\(list.file): has \(list.count) poses for \(pictures) pictures; the others are not used")
    }
  }

  /// Prints on standard error that poses are drawn from the data, and a warning if they are unusual.
  static func announce(_ poses: [CameraPose]?, _ camera: Camera) {
    guard let poses, !poses.isEmpty else { return }
    let summary = PoseSummary(poses, camera)
    ProgressReport.say(
      "generated portraits are seen from poses of the training pictures; "
        + summary.line)
    if let warning = summary.warning { ProgressReport.say(warning) }
  }
}
