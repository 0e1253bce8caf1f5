import ArgumentParser
import Camera
import CommandStatus
import ModelConfiguration
import PortraitModel
import Tensors

/// What a portrait is made of and where it is seen from.
struct PortraitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Draws w towards the mean latent: 1 leaves it, 0 gives the mean face; -10 … 10.")
  var truncation = 1.0

  @Option(
    parsing: .unconditional,
    help: "Radians in the horizontal plane; π/2 (default) is frontal, more moves to image left.")
  var yaw: Double?

  @Option(
    parsing: .unconditional,
    help: "Radians from the vertical; π/2 (default) is level, less looks down from above.")
  var pitch: Double?

  func validate() throws {
    try Self.requireAngles(yaw: yaw, pitch: pitch)
    if !(-10...10).contains(truncation) {
      throw ValidationError("--truncation is \(truncation), expected -10 … 10")
    }
  }

  /// Stops at angles that no camera has.
  static func requireAngles(yaw: Double?, pitch: Double?) throws {
    if let yaw, !(-1000...1000).contains(yaw) {
      throw ValidationError("--yaw is \(yaw), expected radians, -1000 … 1000")
    }
    if let pitch, !(pitch > 0 && pitch < .pi) {
      throw ValidationError("--pitch is \(pitch), expected radians between 0 and π, π/2 is level")
    }
  }

  /// Stops when an option was given that a model without a camera cannot follow.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - others: more such options, true where given.
  /// - Throws: `WrongUse` that names the option.
  func requireCamera(_ model: Configuration, others: [(String, Bool)]) throws(WrongUse) {
    guard model.rendering == .flat else { return }
    let given = [("--yaw", yaw != nil), ("--pitch", pitch != nil)] + others
    if let (option, _) = given.first(where: \.1) {
      throw WrongUse(
        "\(option): the configuration's rendering is flat, it has neither camera nor rays")
    }
  }

  /// The camera's pose.
  var pose: CameraPose { CameraPose(yaw: yaw ?? .pi / 2, pitch: pitch ?? .pi / 2) }

  /// Whether the mean latent is needed.
  var isTruncated: Bool { truncation != 1 }

  /// A portrait's latents.
  func latents(of generator: Generator, seed: UInt64, mean: Tensor?) -> PortraitLatents {
    generator.latents(seed: seed, truncation: truncation, mean: mean)
  }
}

extension CameraPose {
  /// Yaw and pitch as a generator wants them, `[1, 2]`.
  func tensor(_ type: ScalarType) -> Tensor { Tensor([1, 2], [yaw, pitch]).cast(to: type) }
}

extension Generator.Options {
  /// The sample counts of evaluation that a configuration names.
  static func evaluation(_ model: Configuration) -> Generator.Options {
    var options = Generator.Options()
    options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
    return options
  }
}
