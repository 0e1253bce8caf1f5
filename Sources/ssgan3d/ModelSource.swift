import ArgumentParser
import Camera
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// The options that name the model of a command; the shipped generator if none is named.
struct ModelSource: ParsableArguments {
  @Option(
    help: """
      A folder with config.json and generator.safetensors (default, if no other model is named: \
      the shipped generator in \(ShippedGenerator.path)).
      """)
  var checkpoint: String?

  @Option(help: "A safetensors file with weights; needs --config or --preset.")
  var weights: String?

  @Option(help: "A JSON configuration; without --weights the weights are fresh (untrained).")
  var config: String?

  @Option(
    help: """
      A preset configuration: \(Configuration.presetNames.joined(separator: ", ")); without \
      --weights the weights are fresh (untrained).
      """)
  var preset: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets one field of the configuration, for example depthPlanes=24; may be repeated.",
      valueName: "field=value"))
  var assignments: [String] = []

  @Option(
    parsing: .unconditional, help: "The random seed of fresh weights (default: 0).",
    transform: Seeds.one)
  var weightSeed: UInt64?

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--weights", weights), ("--config", config)])
    if checkpoint != nil && (weights != nil || config != nil || preset != nil) {
      throw ValidationError(
        "--checkpoint excludes --weights, --config and --preset; leave those options out")
    }
    if config != nil && preset != nil {
      throw ValidationError("--config and --preset exclude each other; give only one")
    }
    if weights != nil && config == nil && preset == nil {
      throw ValidationError("--weights needs a configuration; add --config FILE or --preset NAME")
    }
    if weightSeed != nil && !isFresh {
      throw ValidationError(
        "--weight-seed is for fresh weights; use it with --preset or --config, without --weights")
    }
  }

  /// The words of a command that name the same model; empty for the shipped generator.
  var words: [String] {
    let named: [(String, String?)] = [
      ("--checkpoint", checkpoint), ("--weights", weights), ("--config", config),
      ("--preset", preset), ("--weight-seed", weightSeed.map { "\($0)" }),
    ]
    return named.flatMap { option, value in value.map { [option, $0] } ?? [] }
      + assignments.flatMap { ["--set", $0] }
  }

  /// Returns the configuration of a preset; throws `WrongUse` for an unknown name.
  static func preset(_ name: String) throws(WrongUse) -> Configuration {
    guard let model = Configuration.preset(name) else {
      let names = Configuration.presetNames.joined(separator: ", ")
      throw WrongUse("--preset: there is no preset \(name), expected one of \(names)")
    }
    return model
  }

  /// Returns the configuration with its fields replaced.
  ///
  /// No weights are read, so that commands can reject a model early.
  func configuration() throws -> Configuration {
    try Self.setting(assignments, of: try namedModel())
  }

  /// Prints on standard error which generator is used, unless its weights were named.
  ///
  /// The function also prints a warning line for every setting whose results would look valid and mean
  /// nothing.
  ///
  /// - Parameters:
  ///   - poses: the poses to render from; the first is that of the portrait.
  ///   - isTraining: whether rays have the samples of training.
  /// - Throws: a one-line error if the configuration cannot be read.
  /// - Returns: the warnings.
  @discardableResult
  func announce(from poses: [CameraPose], isTraining: Bool = false) throws -> [String] {
    if isShipped {
      let folder = try Self.shipped().folder.path
      ProgressReport.say("using the shipped generator, trained on procedural portraits: \(folder)")
    } else if isFresh {
      let what = config ?? "preset \(preset ?? "")"
      ProgressReport.say(
        "using \(what) with fresh weights (seed \(weightSeed ?? 0)), which are untrained")
    }
    let model = try configuration()
    let pose = PortraitOptions.warning(on: poses, of: model)
    let warnings =
      [pose].compactMap(\.self)
      + model.warnings(from: Array(poses.prefix(1)), isTraining: isTraining, isFresh: isFresh)
      + (try warningsAboutSettings())
    Self.warn(warnings)
    return warnings
  }

  /// Prints warnings on standard error, a line each.
  static func warn(_ warnings: [String]) {
    for warning in warnings { ProgressReport.say("warning: \(warning)") }
  }

  /// Returns a warning if `--set` changes what the weights of a training mean.
  private func warningsAboutSettings() throws -> [String] {
    // A preset says nothing about how weights were trained; there, `--set` describes them.
    guard !isFresh, !assignments.isEmpty, preset == nil else { return [] }
    let changed = try configuration().changedMeaning(since: namedModel())
    var warnings: [String] = []
    if !changed.isEmpty {
      warnings.append(
        "--set \(changed.joined(separator: ", ")): the weights were trained otherwise, so the result "
          + "does not show what a model trained in this way makes; train one with --set")
    }
    if assignments.contains(where: { $0.hasPrefix("initialDepth=") }) {
      warnings.append(
        "--set initialDepth: trained weights hold their own depths, so this field has no effect")
    }
    return warnings
  }

  /// Returns the generator in the given precision.
  func generator(_ precision: ScalarType = .float32) throws -> Generator {
    let generator = try loaded()
    return Generator(generator.configuration, generator.parameters.cast(to: precision))
  }

  /// Returns the mean latent, from the checkpoint if one is named, otherwise computed.
  func meanLatent(of generator: Generator) throws -> Tensor {
    guard let checkpoint else { return generator.meanLatent() }
    return try GeneratorFile(URL(fileURLWithPath: checkpoint)).meanLatent(of: generator)
  }

  /// Returns a configuration with fields replaced; throws `WrongUse` for an unknown field or value.
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
      // The fields of --set describe the weights here, as those of --config and --preset do.
      let (model, file) = (try configuration(), URL(fileURLWithPath: weights))
      do {
        return Generator(model, try GeneratorFile.parameters(file, .generator(model)))
      } catch let error as ParameterError {
        let fields = FittingFields.assignments(for: file, to: model)
        // The shapes fit: something else is wrong with the file.
        if fields == [] { throw error }
        throw WrongUse("--weights: \(error); \(Self.remedy(fields))")
      }
    }
    let file = try checkpointFile()
    let weights = file.folder.appendingPathComponent(GeneratorFile.weightsName)
    return try changed(try file.read(), weights)
  }

  /// Returns what to do about weights that fit with other fields, or with none that could be found.
  private static func remedy(_ fields: [String]?) -> String {
    guard let fields else { return "name the configuration of its training with --config" }
    return "its shapes fit with \(fields.map { "--set \($0)" }.joined(separator: " "))"
  }

  /// Returns the generator with fields replaced; throws `WrongUse` if its weights no longer fit.
  private func changed(_ generator: Generator, _ file: URL) throws -> Generator {
    let model = try Self.setting(assignments, of: generator.configuration)
    do {
      try ParameterPlan.generator(model).check(generator.parameters, file: file.path)
    } catch {
      throw WrongUse(
        "--set \(culprit(generator)): \(error); the weights no longer fit, use --preset for fresh ones"
      )
    }
    return Generator(model, generator.parameters)
  }

  /// Returns the first assignment that alone makes the weights unsuitable; all assignments if there
  /// is none.
  private func culprit(_ generator: Generator) -> String {
    assignments.first { assignment in
      guard let model = try? generator.configuration.setting([assignment]) else { return false }
      let plan = ParameterPlan.generator(model)
      return (try? plan.check(generator.parameters, file: "")) == nil
    } ?? assignments.joined(separator: " ")
  }

  /// Returns the named configuration before fields are replaced.
  private func namedModel() throws -> Configuration {
    if let preset { return try Self.preset(preset) }
    if let config { return try GeneratorFile.configuration(URL(fileURLWithPath: config)) }
    return try checkpointFile().configuration()
  }

  /// Whether no model was named, so that the shipped generator is used.
  private var isShipped: Bool { checkpoint == nil && config == nil && preset == nil }

  /// Whether a configuration was named without weights.
  private var isFresh: Bool { weights == nil && (config != nil || preset != nil) }

  /// Returns the named checkpoint, or the shipped one.
  private func checkpointFile() throws -> GeneratorFile {
    guard let checkpoint else { return try Self.shipped() }
    return GeneratorFile(URL(fileURLWithPath: checkpoint))
  }

  /// Returns the shipped checkpoint; if it is missing, the error lists the options that name a model.
  static func shipped() throws(NoModel) -> GeneratorFile {
    do { return try ShippedGenerator.file() } catch {
      throw NoModel(
        description: "\(error), or name a model: --checkpoint, --config or --preset")
    }
  }
}

/// The error when no model was named and the shipped generator was not found.
struct NoModel: Error, CustomStringConvertible {
  /// One line: what is missing, where it was searched for, and how to solve the problem.
  let description: String
}
