import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// Which model a command works with: the shipped generator unless another is named.
struct ModelSource: ParsableArguments {
  @Option(
    help: """
      A folder with config.json and generator.safetensors (default, when no other model is named: \
      the shipped generator, \(ShippedGenerator.path)).
      """)
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
    if weightSeed != nil && !isFresh {
      throw ValidationError(
        "--weight-seed is for fresh weights; give it with --preset or --config and nothing else")
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

  /// Says on standard error which generator it is, unless its weights were named.
  func announce() throws {
    if isShipped {
      let folder = try Self.shipped().folder.path
      ProgressReport.say("the shipped generator, trained on procedural portraits: \(folder)")
    } else if isFresh {
      let what = config ?? "preset \(preset ?? "")"
      ProgressReport.say(
        "\(what) with fresh weights (seed \(weightSeed ?? 0)), which know no faces yet")
    }
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
    if isFresh {
      let model = try configuration()
      return Generator(model, ParameterPlan.generator(model).fresh(seed: weightSeed ?? 0))
    }
    if let weights {
      let (model, file) = (try namedModel(), URL(fileURLWithPath: weights))
      let parameters = try GeneratorFile.parameters(file, .generator(model))
      return try changed(Generator(model, parameters), file)
    }
    let file = try checkpointFile()
    let weights = file.folder.appendingPathComponent(GeneratorFile.weightsName)
    return try changed(try file.read(), weights)
  }

  /// The generator with fields replaced, as long as its weights still fit.
  private func changed(_ generator: Generator, _ file: URL) throws -> Generator {
    let model = try Self.setting(assignments, of: generator.model)
    do {
      try ParameterPlan.generator(model).check(generator.parameters, file: file.path)
    } catch {
      throw WrongUse(
        "--set \(culprit(generator)): \(error); weights keep their shapes, fresh ones come with --preset"
      )
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
    if let preset { return try Self.preset(preset) }
    if let config { return try GeneratorFile.configuration(URL(fileURLWithPath: config)) }
    return try checkpointFile().configuration()
  }

  /// Whether no model was named.
  private var isShipped: Bool { checkpoint == nil && config == nil && preset == nil }

  /// Whether there are sizes but no weights for them.
  private var isFresh: Bool { weights == nil && (config != nil || preset != nil) }

  /// The checkpoint that was named, or the shipped one.
  private func checkpointFile() throws -> GeneratorFile {
    guard let checkpoint else { return try Self.shipped() }
    return GeneratorFile(URL(fileURLWithPath: checkpoint))
  }

  /// The shipped checkpoint; where it is missing the options say what else there is.
  private static func shipped() throws(NoModel) -> GeneratorFile {
    do { return try ShippedGenerator.file() } catch {
      throw NoModel(
        description: "\(error), or name a model: --checkpoint, --config or --preset")
    }
  }
}

/// Neither a model was named nor the shipped one found.
private struct NoModel: Error, CustomStringConvertible {
  /// One line: what is missing, where it was looked for, how to mend it.
  let description: String
}
