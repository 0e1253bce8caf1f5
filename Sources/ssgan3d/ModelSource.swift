import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// Which model a command works with.
struct ModelSource: ParsableArguments {
  @Option(help: "A folder with config.json and generator.safetensors.")
  var checkpoint: String?

  @Option(help: "Weights, a safetensors file; goes with --config or --preset.")
  var weights: String?

  @Option(help: "A configuration, JSON; without --weights the weights are fresh.")
  var config: String?

  @Option(
    help: """
      A configuration by name: \(Configuration.presetNames.joined(separator: ", ")); without \
      --weights the weights are fresh.
      """)
  var preset: String?

  @Option(help: "The seed of fresh weights (default: 0).")
  var weightSeed: UInt64?

  func validate() throws {
    if checkpoint != nil && (weights != nil || config != nil || preset != nil) {
      throw ValidationError("--checkpoint holds weights and configuration; give it alone")
    }
    if config != nil && preset != nil {
      throw ValidationError("--config and --preset exclude each other; give one")
    }
    if weights != nil && config == nil && preset == nil {
      throw ValidationError("--weights needs the configuration they are of; add --config FILE")
    }
    if weightSeed != nil && (weights != nil || checkpoint != nil) {
      throw ValidationError("--weight-seed is for fresh weights; leave it out with given ones")
    }
  }

  /// The configuration of a preset; a name that there is not is wrong use.
  static func preset(_ name: String) throws(WrongUse) -> Configuration {
    guard let model = Configuration.preset(name) else {
      let names = Configuration.presetNames.joined(separator: ", ")
      throw WrongUse("--preset: there is no \(name), expected one of \(names)")
    }
    return model
  }

  /// The generator; fresh weights are announced on standard error.
  func generator(_ precision: ScalarType = .float32) throws -> Generator {
    let generator = try loaded()
    return Generator(generator.model, generator.parameters.cast(to: precision))
  }

  /// The mean latent: kept in the checkpoint where there is one, else computed.
  func meanLatent(of generator: Generator) throws -> Tensor {
    guard let checkpoint else { return generator.meanLatent() }
    return try GeneratorFile(URL(fileURLWithPath: checkpoint)).meanLatent(of: generator)
  }

  private func loaded() throws -> Generator {
    if let checkpoint {
      return try GeneratorFile(URL(fileURLWithPath: checkpoint)).read()
    }
    let model = try self.model()
    if let weights {
      let plan = ParameterPlan.generator(model)
      return Generator(model, try GeneratorFile.parameters(URL(fileURLWithPath: weights), plan))
    }
    let seed = weightSeed ?? 0
    let what = config ?? "preset \(preset ?? "small")"
    let why =
      config == nil && preset == nil ? "no model was named and no trained checkpoint ships: " : ""
    ProgressReport.say("\(why)\(what) with fresh weights (seed \(seed)), which know no faces yet")
    return Generator(model, ParameterPlan.generator(model).fresh(seed: seed))
  }

  private func model() throws -> Configuration {
    if let config { return try GeneratorFile.configuration(URL(fileURLWithPath: config)) }
    return try Self.preset(preset ?? "small")
  }
}
