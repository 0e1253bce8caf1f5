import ArgumentParser
import Camera
import CommandStatus
import ModelConfiguration
import PortraitModel
import Tensors

/// The options for the truncation of a portrait and the pose of the camera.
struct PortraitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Scales w relative to the mean latent, -10 … 10: 1 keeps w, 0 gives the mean face.")
  var truncation = 1.0

  @Option(
    parsing: .unconditional,
    help: """
      The yaw of the camera in radians: π/2 (default) is frontal, larger values move the camera to \
      the left of the image.
      """)
  var yaw: Double?

  @Option(
    parsing: .unconditional,
    help: """
      The pitch of the camera in radians, between 0 and π: π/2 (default) is level, smaller values \
      look down from above.
      """)
  var pitch: Double?

  func validate() throws {
    try Self.requireAngles(yaw: yaw, pitch: pitch)
    if !(-10...10).contains(truncation) {
      throw ValidationError("--truncation is \(truncation), expected -10 … 10")
    }
  }

  /// Throws `ValidationError` if an angle is out of range.
  static func requireAngles(yaw: Double?, pitch: Double?) throws {
    if let yaw, !(-1000...1000).contains(yaw) {
      throw ValidationError("--yaw is \(yaw), expected radians, -1000 … 1000")
    }
    if let pitch, !(pitch > 0 && pitch < .pi) {
      throw ValidationError("--pitch is \(pitch), expected radians between 0 and π (π/2 is level)")
    }
  }

  /// Returns a warning if one of the poses hardly occurs in training; nil for a flat model.
  static func warning(on poses: [CameraPose], of model: Configuration) -> String? {
    guard model.rendering == .volume else { return nil }
    let camera = model.camera
    let angles: [(String, ClosedRange<Double>, KeyPath<CameraPose, Double>)] = [
      ("yaw", camera.usualYaws, \.yaw), ("pitch", camera.usualPitches, \.pitch),
    ]
    let beyond = angles.compactMap { name, usual, path -> String? in
      let middle = (usual.lowerBound + usual.upperBound) / 2
      let farthest = poses.map { $0[keyPath: path] }.max {
        ($0 - middle).magnitude < ($1 - middle).magnitude
      }
      guard let farthest, !usual.contains(farthest) else { return nil }
      // No angle of a camera has more than 2π radians.
      let degrees =
        farthest.magnitude > 2 * .pi
        ? String(format: ", but %g degrees are %.3f radians", farthest, farthest * .pi / 180) : ""
      return String(
        format: "%@ %.3f lies outside the poses of training, %.3f … %.3f (3 standard deviations)%@",
        name, farthest, usual.lowerBound, usual.upperBound, degrees)
    }
    guard !beyond.isEmpty else { return nil }
    return beyond.joined(separator: "; ") + "; angles are in radians, π/2 is frontal and level"
  }

  /// Throws an error if an option needs a camera and the model has none.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - others: further options that need a camera, each with whether it was given.
  /// - Throws: `WrongUse` that names the option.
  func requireCamera(_ model: Configuration, others: [(String, Bool)]) throws(WrongUse) {
    guard model.rendering == .flat else { return }
    let given = [("--yaw", yaw != nil), ("--pitch", pitch != nil)] + others
    if let (option, _) = given.first(where: \.1) {
      throw WrongUse(
        "\(option): the model is flat (rendering=flat): it has neither camera nor rays")
    }
  }

  /// The options, each with whether it was given another value than its default.
  var given: [(String, Bool)] {
    [("--truncation", isTruncated), ("--yaw", yaw != nil), ("--pitch", pitch != nil)]
  }

  /// The pose of the camera; frontal and level by default.
  var pose: CameraPose { CameraPose(yaw: yaw ?? .pi / 2, pitch: pitch ?? .pi / 2) }

  /// Whether the truncation needs the mean latent.
  var isTruncated: Bool { truncation != 1 }

  /// Returns the truncated latents of the portrait with a seed.
  func latents(of generator: Generator, seed: UInt64, mean: Tensor?) -> PortraitLatents {
    generator.latents(seed: seed, truncation: truncation, mean: mean)
  }
}
