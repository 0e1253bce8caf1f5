import CommandStatus
import Foundation
import ModelConfiguration
import Networks
import PortraitModel

// The weights of a dump: where they came from, and where they are found again.
extension ModelSource {
  /// The options that change a model or name a fresh one, each with whether it was given.
  var changes: [(String, Bool)] {
    [
      ("--preset", preset != nil), ("--set", !assignments.isEmpty),
      ("--weight-seed", weightSeed != nil),
    ]
  }

  /// Returns where the weights of a generator come from, with an absolute path.
  func origin(of generator: Generator) throws -> DumpRecord.Weights {
    let mark = generator.parameters.fingerprint()
    func path(_ name: String) -> String { URL(fileURLWithPath: name).standardizedFileURL.path }
    if let checkpoint {
      return DumpRecord.Weights(.checkpoint, path: path(checkpoint), fingerprint: mark)
    }
    if let weights { return DumpRecord.Weights(.file, path: path(weights), fingerprint: mark) }
    if config != nil || preset != nil {
      return DumpRecord.Weights(.fresh, seed: weightSeed ?? 0, fingerprint: mark)
    }
    return DumpRecord.Weights(
      .shipped, path: try Self.shipped().folder.standardizedFileURL.path, fingerprint: mark)
  }

  /// Returns where the weights of a dump come from now: the named place, or the recorded one.
  func origin(
    of generator: Generator, recorded: DumpRecord.Weights
  ) throws -> DumpRecord.Weights {
    if checkpoint != nil || weights != nil { return try origin(of: generator) }
    guard recorded.source == .shipped else { return recorded }
    return DumpRecord.Weights(
      .shipped, path: try Self.shipped().folder.standardizedFileURL.path,
      fingerprint: recorded.fingerprint)
  }

  /// Returns the weights of a dump, from the named place or else from the recorded one.
  func parameters(
    of model: Configuration, recorded: DumpRecord.Weights
  ) throws -> Parameters {
    let plan = ParameterPlan.generator(model)
    if let weights { return try GeneratorFile.parameters(URL(fileURLWithPath: weights), plan) }
    func inside(_ folder: URL) throws -> Parameters {
      try GeneratorFile.parameters(folder.appendingPathComponent(GeneratorFile.weightsName), plan)
    }
    if let checkpoint { return try inside(URL(fileURLWithPath: checkpoint)) }
    switch recorded.source {
    case .fresh: return plan.fresh(seed: recorded.seed ?? 0)
    case .shipped: return try inside(try Self.shipped().folder)
    case .checkpoint: return try inside(URL(fileURLWithPath: recorded.path ?? ""))
    case .file: return try GeneratorFile.parameters(URL(fileURLWithPath: recorded.path ?? ""), plan)
    case .training:
      throw WrongUse(
        "--again: the weights are those of a training run; name them with --checkpoint")
    }
  }
}
