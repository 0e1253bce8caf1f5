import PortraitClasses
import Foundation
import Inspection
import Networks
import Probes
import TensorFiles
import Tensors
import Training

/// A dump of every tensor and gradient of one iteration.
///
///     before.safetensors, after.safetensors  generator/…, discriminator/…, average/…, path_mean
///     real.safetensors                       image, mask: the real pairs
///     gradients.safetensors                  {update}/{parameter}, every update that was due
///     values.json                            losses, scores, gradient norms
///     portrait/                              Fig. 2 of the first portrait, numbers and pictures
struct StepDump {
  /// The name of the file that is written first.
  static let firstName = "before.safetensors"

  private let before: TrainingState
  private let after: TrainingState
  private let report: IterationReport
  private let recordings: [Recording]

  init(
    before: TrainingState, after: TrainingState, _ report: IterationReport,
    _ recordings: [Recording]
  ) {
    (self.before, self.after) = (before, after)
    (self.report, self.recordings) = (report, recordings)
  }

  /// Writes the folder; replaces an earlier dump of the same iteration.
  func write(to folder: URL) throws {
    if FileManager.default.fileExists(atPath: folder.path) {
      try FileManager.default.removeItem(at: folder)
    }
    try Folder.write(folder) { folder in
      for (name, state) in [("before", before), ("after", after)] {
        try SafetensorsFile.write(
          Self.tensors(of: state), to: folder.appendingPathComponent("\(name).safetensors"))
      }
      try SafetensorsFile.write(
        ["image": report.real.image, "mask": report.real.mask],
        to: folder.appendingPathComponent("real.safetensors"))
      try SafetensorsFile.write(
        gradients, to: folder.appendingPathComponent("gradients.safetensors"))
      try writeValues(folder.appendingPathComponent("values.json"))
      try writePortrait(folder.appendingPathComponent("portrait"))
    }
  }

  /// The gradients of every update, named by update and parameter: `generator/style.1.weight`.
  private var gradients: [String: Tensor] {
    var all: [String: Tensor] = [:]
    for update in report.updates {
      let prefix = StepRecording.gradients(update)
      for recording in recordings where recording.name.hasPrefix(prefix) {
        all["\(update.rawValue)/\(recording.name.dropFirst(prefix.count))"] = recording.tensor
      }
    }
    return all
  }

  private func writeValues(_ file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(report.dumpedValues) + Data("\n".utf8), to: file)
  }

  private func writePortrait(_ folder: URL) throws {
    let writer = try DumpWriter(folder: folder)
    for recording in recordings where recording.name.hasPrefix(StepRecording.portrait + "/") {
      var view = View(recording, palette: .portrait)
      view.name = String(view.name.dropFirst(StepRecording.portrait.count + 1))
      try writer.write(view)
    }
    try DumpPage(
      title: "The first portrait of iteration \(report.iteration)",
      introduction: "The portrait in the generator's update, before the update changed the weights."
    ).write(writer)
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
