import ArgumentParser
import CommandStatus
import Foundation
import ModelConfiguration
import PortraitData
import PortraitModel
import Training

/// Which model is trained.
struct TrainedModel: ParsableArguments {
  @Option(help: "A configuration, JSON.")
  var config: String?

  @Option(
    help: """
      A configuration by name: \(Configuration.presetNames.joined(separator: ", ")) (default: that of \
      --start-from, else small).
      """)
  var preset: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A field's new value in place of the configuration's, as in config; may be repeated.",
      valueName: "field=value"))
  var assignments: [String] = []

  func validate() throws {
    try requirePaths([("--config", config)])
    if config != nil && preset != nil {
      throw ValidationError("--config and --preset exclude each other; give one")
    }
  }

  /// What was given, true where it was.
  var given: [(String, Bool)] {
    [("--config", config != nil), ("--preset", preset != nil), ("--set", !assignments.isEmpty)]
  }

  /// Whether it was named, and not left to what it begins with.
  var isNamed: Bool { config != nil || preset != nil }

  /// The model's configuration: unless it is named, that of what training begins with.
  func configuration(_ start: WarmStart?) throws -> Configuration {
    let named = try config.map { try GeneratorFile.configuration(URL(fileURLWithPath: $0)) }
    let model =
      try named ?? (isNamed ? nil : start?.model()) ?? ModelSource.preset(preset ?? "small")
    let changed = try ModelSource.setting(assignments, of: model)
    guard changed.rendering == .volume else {
      throw WrongUse(
        "the configuration's rendering is flat: it can be generated from, not trained; name another, "
          + "for example --preset small")
    }
    do { try changed.validateForDiscriminator() } catch {
      throw WrongUse("\(error.field) \(error.complaint)")
    }
    guard changed.imageSize <= PortraitPack.largestSize else {
      throw WrongUse(
        "imageSize is \(changed.imageSize), and data are prepared up to \(PortraitPack.largestSize)"
      )
    }
    return changed
  }
}

/// How it is trained.
struct TrainSettings: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Portraits in a batch (default: \(TrainingOptions().batch)).")
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: "The seed of fresh weights and of everything that is drawn (default: 0).")
  var seed: UInt64?

  @Flag(help: "Flip, shift, scale and turn real pairs at random.")
  var augment = false

  @Option(
    name: .customLong("option"),
    help: ArgumentHelp(
      """
      Any field of training, for example generatorRate=0.001, pathWeight=0 or noise=false; run.json \
      lists them all; may be repeated.
      """, valueName: "field=value"))
  var assignments: [String] = []

  func validate() throws {
    let short = [("batch", batch != nil), ("seed", seed != nil), ("augment", augment)]
    for (field, isGiven) in short where isGiven {
      guard !assignments.contains(where: { $0.hasPrefix("\(field)=") }) else {
        throw ValidationError("--\(field) and --option \(field)= are the same; give one")
      }
    }
  }

  /// What was given, true where it was.
  var given: [(String, Bool)] {
    [
      ("--batch", batch != nil), ("--seed", seed != nil), ("--augment", augment),
      ("--option", !assignments.isEmpty),
    ]
  }

  /// The options of training: those of a run that it begins with, or else those for portraits of a size,
  /// by which the weights of R1 go; and what was given in place of them.
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

/// How often it is measured, shown and saved.
struct TrainWatching: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Iterations from one line of metrics to the next (default: \(standard.logEvery)).")
  var logEvery: Int?

  @Option(
    parsing: .unconditional,
    help: "Iterations from one sheet of pictures to the next (default: \(standard.picturesEvery)).")
  var picturesEvery: Int?

  @Option(
    parsing: .unconditional,
    help: "Iterations from one checkpoint to the next (default: \(standard.saveEvery)).")
  var saveEvery: Int?

  @Option(
    parsing: .unconditional, help: "How many checkpoints are kept (default: \(standard.keep)).")
  var keep: Int?

  @Option(
    parsing: .unconditional,
    help: "Write every tensor and gradient of this iteration, counted from 0.")
  var dumpStep: Int?

  private static let standard = WatchOptions()

  /// Given intervals in place of those before.
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

  /// `--log-every` for `logEvery`.
  private static func flag(of field: String) -> String {
    "--" + field.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}
