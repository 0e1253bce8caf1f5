import Foundation
import Inspection
import Networks
import TensorFiles
import Tensors

/// Every tensor and gradient of one iteration, for whoever asks why.
///
///     before.safetensors, after.safetensors  generator/…, discriminator/…, average/…, path_mean
///     real.safetensors                       image, mask: the real pairs
///     gradients.safetensors                  {update}/{parameter}, every update that was due
///     values.json                            losses, scores, gradient lengths
///     portrait/                              Fig. 2 of the first portrait, numbers and pictures
struct StepDump {
  private let before: TrainingState
  private let after: TrainingState
  private let real: (image: Tensor, mask: Tensor)
  private let recordings: [Recording]
  private static let gradient = "/gradient/"

  init(
    before: TrainingState, after: TrainingState, _ real: (image: Tensor, mask: Tensor),
    _ recordings: [Recording]
  ) {
    (self.before, self.after, self.real, self.recordings) = (before, after, real, recordings)
  }

  /// Writes the folder; one from an earlier run of the same iteration gives way.
  func write(to folder: URL, iteration: Int) throws {
    if FileManager.default.fileExists(atPath: folder.path) {
      try FileManager.default.removeItem(at: folder)
    }
    try Folder.write(folder) { folder in
      for (name, state) in [("before", before), ("after", after)] {
        try SafetensorsFile.write(
          Self.tensors(of: state), to: folder.appendingPathComponent("\(name).safetensors"))
      }
      try SafetensorsFile.write(
        ["image": real.image, "mask": real.mask],
        to: folder.appendingPathComponent("real.safetensors"))
      let slopes = recordings.filter { $0.name.contains(Self.gradient) }.map {
        ($0.name.replacingOccurrences(of: Self.gradient, with: "/"), $0.tensor)
      }
      try SafetensorsFile.write(
        Dictionary(slopes, uniquingKeysWith: { $1 }),
        to: folder.appendingPathComponent("gradients.safetensors"))
      try writeValues(folder.appendingPathComponent("values.json"))
      try writePortrait(folder.appendingPathComponent("portrait"), iteration)
    }
  }

  private func writeValues(_ file: URL) throws {
    let values = recordings.filter { TrainingNames.measured.contains($0.name) }
      .map { ($0.name, $0.tensor.scalars) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(Dictionary(values, uniquingKeysWith: { $1 })) + Data("\n".utf8), to: file)
  }

  private func writePortrait(_ folder: URL, _ iteration: Int) throws {
    let writer = try DumpWriter(folder: folder)
    for recording in recordings where recording.name.hasPrefix(TrainingNames.portrait + "/") {
      var view = View(recording)
      view.name = String(view.name.dropFirst(TrainingNames.portrait.count + 1))
      try writer.write(view)
    }
    try DumpPage(
      title: "The first portrait of iteration \(iteration)",
      introduction: "As the generator's update saw it, before its weights were changed."
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
