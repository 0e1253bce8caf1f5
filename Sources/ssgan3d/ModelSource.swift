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

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A field's new value in place of the configuration's, as in config; may be repeated.",
      valueName: "field=value"))
  var assignments: [String] = []

  @Option(parsing: .unconditional, help: "The seed of fresh weights (default: 0).")
  var weightSeed: UInt64?

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--weights", weights), ("--config", config)])
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

  /// The configuration alone, fields replaced, so that much can be refused before weights are read.
  func configuration() throws -> Configuration {
    try Self.setting(assignments, of: try namedModel())
  }

  /// Says on standard error that weights are fresh, if they are.
  func announce() {
    guard checkpoint == nil && weights == nil else { return }
    let what = config ?? "preset \(preset ?? "small")"
    let why =
      config == nil && preset == nil ? "no model was named and no trained checkpoint ships: " : ""
    ProgressReport.say(
      "\(why)\(what) with fresh weights (seed \(weightSeed ?? 0)), which know no faces yet")
  }

  /// The generator.
  func generator(_ precision: ScalarType = .float32) throws -> Generator {
    let generator = try loaded()
    return Generator(generator.model, generator.parameters.cast(to: precision))
  }

  /// The mean latent: kept in the checkpoint where there is one, else computed.
  func meanLatent(of generator: Generator) throws -> Tensor {
    guard let checkpoint else { return generator.meanLatent() }
    return try GeneratorFile(URL(fileURLWithPath: checkpoint)).meanLatent(of: generator)
  }

  /// A configuration with fields replaced; a field or value that there is not is wrong use.
  static func setting(
    _ assignments: [String], of model: Configuration
  ) throws(WrongUse) -> Configuration {
    do { return try model.setting(assignments) } catch { throw WrongUse("--set: \(error)") }
  }

  private func loaded() throws -> Generator {
    if let checkpoint {
      let folder = URL(fileURLWithPath: checkpoint)
      let weights = folder.appendingPathComponent(GeneratorFile.weightsName)
      return try changed(try GeneratorFile(folder).read(), weights)
    }
    if let weights {
      let (model, file) = (try namedModel(), URL(fileURLWithPath: weights))
      let parameters = try GeneratorFile.parameters(file, .generator(model))
      return try changed(Generator(model, parameters), file)
    }
    let model = try configuration()
    return Generator(model, ParameterPlan.generator(model).fresh(seed: weightSeed ?? 0))
  }

  /// The generator with fields replaced, as long as its weights still fit.
  private func changed(_ generator: Generator, _ file: URL) throws -> Generator {
    let model = try Self.setting(assignments, of: generator.model)
    do {
      try ParameterPlan.generator(model).check(generator.parameters, file: file.path)
    } catch {
      throw WrongUse("--set \(culprit(generator)): \(error)")
    }
    return Generator(model, generator.parameters)
  }

  /// The first assignment that alone keeps the weights from fitting; all of them when none does alone.
  private func culprit(_ generator: Generator) -> String {
    assignments.first { assignment in
      guard let model = try? generator.model.setting([assignment]) else { return false }
      let plan = ParameterPlan.generator(model)
      return (try? plan.check(generator.parameters, file: "")) == nil
    } ?? assignments.joined(separator: " ")
  }

  /// The configuration as it was named, before fields are replaced.
  private func namedModel() throws -> Configuration {
    if let checkpoint { return try GeneratorFile(URL(fileURLWithPath: checkpoint)).configuration() }
    if let config { return try GeneratorFile.configuration(URL(fileURLWithPath: config)) }
    return try Self.preset(preset ?? "small")
  }
}
