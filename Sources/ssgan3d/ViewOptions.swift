import ArgumentParser
import Camera

/// The option for several views of a portrait.
struct ViewOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      The number of camera poses, 1 … \(ViewOptions.most), spread evenly over ±1.5 standard deviations \
      of the training yaw around --yaw.
      """)
  var views: Int?

  static let most = 9

  func validate() throws {
    if let views, !(1...Self.most).contains(views) {
      throw ValidationError("--views is \(views), expected 1 … \(Self.most)")
    }
  }

  /// Returns the poses, by ascending yaw.
  ///
  /// - Parameters:
  ///   - pose: the middle of the poses.
  ///   - camera: the camera of the model.
  ///   - count: the number of poses if the option is not given.
  /// - Returns: at least one pose.
  func poses(around pose: CameraPose, _ camera: Camera, otherwise count: Int) -> [CameraPose] {
    camera.poses(views ?? count, around: pose)
  }
}

extension Camera {
  /// Returns poses evenly spread over ±1.5 standard deviations of the training yaw, by ascending yaw.
  ///
  /// - Parameters:
  ///   - count: the number of poses, 1 or more; a single one is `pose`.
  ///   - pose: the middle of the poses, whose pitch all have.
  /// - Returns: the poses.
  func poses(_ count: Int, around pose: CameraPose) -> [CameraPose] {
    guard count > 1 else { return [pose] }
    let reach = 1.5 * yawDeviation
    return (0..<count).map {
      CameraPose(
        yaw: pose.yaw + reach * (2 * Double($0) / Double(count - 1) - 1), pitch: pose.pitch)
    }
  }
}
