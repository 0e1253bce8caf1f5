import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import ModelConfiguration
import PortraitModel
import Training
import TrainingRuns

/// The options that name the model to train.
struct TrainedModel: ParsableArguments {
  @Option(help: "A JSON configuration.")
  var config: String?

  @Option(
    help: """
      A preset configuration: \(Configuration.presetNames.joined(separator: ", ")) (default: the \
      configuration of --start-from, otherwise small).
      """)
  var preset: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Sets one field of the configuration, for example depthPlanes=24; may be repeated.",
      valueName: "field=value"))
  var assignments: [String] = []

  func validate() throws {
    try requirePaths([("--config", config)])
    if config != nil && preset != nil {
      throw ValidationError("--config and --preset exclude each other; give only one")
    }
  }

  /// The options, each with whether it was given.
  var given: [(String, Bool)] {
    [("--config", config != nil), ("--preset", preset != nil), ("--set", !assignments.isEmpty)]
  }

  /// Whether the model was named; otherwise it is that of `--start-from` or the default.
  var isNamed: Bool { config != nil || preset != nil }

  /// Returns the configuration of the model: the named one, or else that of `--start-from`.
  func configuration(_ start: WarmStart?) throws -> Configuration {
    let named = try config.map { try GeneratorFile.configuration(URL(fileURLWithPath: $0)) }
    let model =
      try named ?? (isNamed ? nil : start?.model()) ?? ModelSource.preset(preset ?? "small")
    let changed = try ModelSource.setting(assignments, of: model)
    do { try changed.validateForDiscriminator() } catch {
      throw WrongUse("\(error.field) \(error.complaint)")
    }
    guard changed.imageSize <= PortraitPack.largestSize else {
      throw WrongUse(
        "imageSize is \(changed.imageSize), but data can be prepared only up to "
          + "\(PortraitPack.largestSize)"
      )
    }
    return changed
  }
}

/// The options of the training.
struct TrainSettings: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The number of images in a batch (default: \(TrainingOptions().batch)).")
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: "The random seed of fresh weights and of all random draws (default: 0).",
    transform: Seeds.one)
  var seed: UInt64?

  @Flag(help: "Flip, shift, scale and rotate real pairs at random.")
  var augment = false

  @Option(
    name: .customLong("option"),
    help: ArgumentHelp(
      """
      Sets one field of the training options, for example generatorRate=0.001, pathWeight=0 or \
      noise=false (run.json lists all fields); may be repeated.
      """, valueName: "field=value"))
  var assignments: [String] = []

  func validate() throws {
    let short = [("batch", batch != nil), ("seed", seed != nil), ("augment", augment)]
    for (field, isGiven) in short where isGiven {
      guard !assignments.contains(where: { $0.hasPrefix("\(field)=") }) else {
        throw ValidationError("--\(field) and --option \(field)= set the same field; give only one")
      }
    }
  }

  /// The options, each with whether it was given.
  var given: [(String, Bool)] {
    [
      ("--batch", batch != nil), ("--seed", seed != nil), ("--augment", augment),
      ("--option", !assignments.isEmpty),
    ]
  }

  /// Returns the training options with the given values.
  ///
  /// - Parameters:
  ///   - imageSize: the image size, which determines the default weights of R1.
  ///   - start: the options of the run to start from; nil for the default options.
  /// - Returns: the options.
  /// - Throws: `WrongUse` for an unknown field or a value out of range.
  func options(imageSize: Int, _ start: TrainingOptions?) throws(WrongUse) -> TrainingOptions {
    var options = start ?? TrainingOptions(imageSize: imageSize)
    if let seed { options.seed = seed }
    if augment { options.augment = true }
    do { if let batch { options = try options.setting(["batch=\(batch)"]) } } catch {
      throw WrongUse("--batch \(error.complaint)")
    }
    do { return try options.setting(assignments) } catch {
      throw WrongUse("--option: \(error.field) \(error.complaint)")
    }
  }
}

/// The options for how often a run writes metrics, pictures and checkpoints.
struct TrainWatching: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The number of iterations between lines of metrics (default: \(standard.logEvery)).")
  var logEvery: Int?

  @Option(
    parsing: .unconditional,
    help: "The number of iterations between picture sheets (default: \(standard.picturesEvery)).")
  var picturesEvery: Int?

  @Option(
    parsing: .unconditional,
    help: "The number of iterations between checkpoints (default: \(standard.saveEvery)).")
  var saveEvery: Int?

  @Option(
    parsing: .unconditional,
    help: "The number of recent checkpoints to keep (default: \(standard.keep)).")
  var keep: Int?

  @Option(
    parsing: .unconditional,
    help: "Writes every tensor and gradient of this iteration, counted from 0.")
  var dumpStep: Int?

  private static let standard = WatchOptions()

  /// Returns the previous options with the given values in their place.
  func options(_ before: WatchOptions) throws(WrongUse) -> WatchOptions {
    var options = before
    options.logEvery = logEvery ?? options.logEvery
    options.picturesEvery = picturesEvery ?? options.picturesEvery
    options.saveEvery = saveEvery ?? options.saveEvery
    options.keep = keep ?? options.keep
    do { try options.validate() } catch {
      throw WrongUse("\(Self.flag(of: error.field)) \(error.complaint)")
    }
    return options
  }

  /// Returns the option for a field, for example `--log-every` for `logEvery`.
  private static func flag(of field: String) -> String {
    "--" + field.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}
