import Camera
import Foundation
import Inspection
import Networks
import PortraitClasses
import PortraitModel
import Probes
import TensorFiles
import Tensors
import Training

/// A dump of every tensor and gradient of one iteration.
///
///     dump.json, config.json, options.json   what made the dump, the model, the training options
///     before.safetensors, after.safetensors  generator/…, discriminator/…, average/…, path_mean
///     before_{update}.safetensors            the weights before gradientPenalty and pathLength
///     real.safetensors                       image, mask: the real pairs
///     batch_{update}.safetensors             random numbers, latents and results of the whole batch
///     gradients.safetensors                  {update}/{parameter}, every update that was due
///     values.json                            losses, scores, gradient norms
///     portrait/                              Fig. 2 of the first portrait, numbers and pictures
///
/// Every loss of the iteration can be computed from these files alone; `Docs/Dumps.md` says how.
struct StepDump {
  /// The name of the file that is written first.
  static let firstName = "before.safetensors"

  private let before: TrainingState
  private let after: TrainingState
  private let report: IterationReport
  private let recordings: [Recording]
  private let maker: DumpMaker

  init(
    before: TrainingState, after: TrainingState, _ report: IterationReport,
    _ recordings: [Recording], by maker: DumpMaker
  ) {
    (self.before, self.after, self.report) = (before, after, report)
    (self.recordings, self.maker) = (recordings, maker)
  }

  /// Writes the folder; replaces an earlier dump of the same iteration.
  ///
  /// - Parameter folder: the folder.
  /// - Throws: `TensorFileError` if the folder holds anything that no such dump wrote.
  func write(to folder: URL) throws {
    let record = record
    try StepDumpFolder(folder).remove()
    try Folder.write(folder) { folder in
      let files = try ResultFolder(folder)
      try files.write(try record.json(), DumpRecord.fileName)
      try files.write(try before.configuration.json(), DumpRecord.configurationName)
      try files.write(try before.options.json(), "options.json")
      for (name, state) in [("before", before), ("after", after)] {
        try Self.write(Self.tensors(of: state), name, to: files)
      }
      try Self.write(
        ["image": report.real.image, "mask": report.real.mask], "real", to: files)
      try Self.write(gradients, "gradients", to: files)
      for update in report.updates { try write(update, to: files) }
      try writeValues(files)
      try writePortrait(files(StepDumpFolder.portraitName), record)
    }
  }

  /// What made the dump, and how the first portrait of the generator's update was made.
  private var record: DumpRecord {
    let (model, options) = (before.configuration, before.options)
    var record = DumpRecord(
      program: maker.program, command: maker.command,
      weights: .init(.training, fingerprint: before.generator.fingerprint()), precision: .float32)
    (record.seed, record.iteration) = (options.seed, report.iteration)
    let poses = tensors(StepRecording.batch(.generator))["poses"]?.scalars ?? []
    if poses.count > 1 { record.pose = CameraPose(yaw: poses[0], pitch: poses[1]) }
    if model.kind != .flat {
      record.samples = .init(coarse: model.samples, importance: model.importanceSamples)
      record.maskWeighting = before.maskWeighting(at: report.iteration).rawValue
    }
    if options.noise { record.noise = "drawn for each portrait: noise0, noise1, …" }
    return record
  }

  /// The tensors whose names begin with a prefix, without the prefix.
  private func tensors(_ prefix: String) -> [String: Tensor] {
    var all: [String: Tensor] = [:]
    for recording in recordings where recording.name.hasPrefix(prefix) {
      all[String(recording.name.dropFirst(prefix.count))] = recording.tensor
    }
    return all
  }

  /// The gradients of every update, named by update and parameter: `generator/style.1.weight`.
  private var gradients: [String: Tensor] {
    var all: [String: Tensor] = [:]
    for update in report.updates {
      for (name, tensor) in tensors(StepRecording.gradients(update)) {
        all["\(update.rawValue)/\(name)"] = tensor
      }
    }
    return all
  }

  private static func write(
    _ tensors: [String: Tensor], _ name: String, to files: ResultFolder
  ) throws {
    try files.write("\(name).safetensors") { try SafetensorsFile.write(tensors, to: $0) }
  }

  /// Writes the batch of an update, and the weights before it if an earlier update changed them.
  private func write(_ update: LazySchedule.Update, to files: ResultFolder) throws {
    let batch = tensors(StepRecording.batch(update))
    if !batch.isEmpty { try Self.write(batch, "batch_\(update.rawValue)", to: files) }
    let weights = tensors(StepRecording.weights(update))
    if !weights.isEmpty {
      let network = update == .gradientPenalty ? "discriminator" : "generator"
      try Self.write(
        Dictionary(uniqueKeysWithValues: weights.map { ("\(network)/\($0)", $1) }),
        "before_\(update.rawValue)", to: files)
    }
  }

  private func writeValues(_ files: ResultFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try files.write(try encoder.encode(report.dumpedValues) + Data("\n".utf8), "values.json")
  }

  private func writePortrait(_ folder: URL, _ record: DumpRecord) throws {
    let writer = try DumpWriter(folder: folder, origin: record.origin)
    for recording in recordings where recording.name.hasPrefix(StepRecording.portrait + "/") {
      let name = String(recording.name.dropFirst(StepRecording.portrait.count + 1))
      let renamed = Recording(
        name: name, tensor: recording.tensor, axes: recording.axes, unit: recording.unit,
        equation: recording.equation, meaning: recording.meaning)
      try writer.write(View(renamed, palette: .portrait).titled)
    }
    var page = DumpPage(
      title: "The first portrait of iteration \(report.iteration)",
      introduction: "The portrait in the generator's update, before the update changed the "
        + "weights. The folder above holds the whole batch, all weights and all gradients.")
    page.facts = record.facts
    page.warnings = record.warnings
    page.configuration = String(decoding: try before.configuration.json(), as: UTF8.self)
    try page.write(writer)
  }

  private static func tensors(of state: TrainingState) -> [String: Tensor] {
    var all = ["path_mean": state.pathMean]
    for (group, parameters) in [
      ("generator", state.generator), ("discriminator", state.discriminator),
      ("average", state.average.parameters),
    ] {
      for (name, tensor) in parameters.tensors { all["\(group)/\(name)"] = tensor.detached() }
    }
    return all
  }
}

/// The program and the command that write a dump.
public struct DumpMaker: Sendable {
  /// The program with its version.
  public var program: String
  /// The command word by word.
  public var command: [String]

  /// Names a program and a command; both are unknown by default.
  public init(program: String = "unknown", command: [String] = []) {
    self.program = program
    self.command = command
  }
}
