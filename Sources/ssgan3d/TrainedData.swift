import CommandStatus
import Foundation
import PortraitData
import Training

/// What a run is trained on: a pack, prepared first where the data are none.
struct TrainedData {
  /// What the run was begun with.
  let record: RunRecord
  private let pack: PortraitPack

  /// Finds the data of a run, or prepares them.
  init(_ record: RunRecord) throws {
    self.record = record
    guard record.model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(record.model.parts) parts and the data \(PartClass.count); "
          + "add --set parts=\(PartClass.count)")
    }
    let preparing = PreparingReport()
    pack = try PackCache.pack(
      record.data, scheme: record.classes.flatMap { LabelScheme(rawValue: $0) },
      size: record.model.imageSize, camera: record.model.camera,
      progress: preparing.update)
  }

  /// A path that means the same wherever the run is continued; wrong use where the name is none.
  static func named(_ text: String, _ classes: LabelScheme?) throws -> String {
    try DatasetOptions.requireScheme(classes, for: text)
    guard try DatasetInput.layout(of: text) == .procedural else {
      return URL(fileURLWithPath: text).standardizedFileURL.path
    }
    try DatasetOptions.requireProcedural(text, option: "--data ")
    return text
  }

  /// The pairs that are not held out, from a position on.
  func batches(_ position: BatchLoader.Position? = nil) throws -> BatchLoader {
    try BatchLoader(
      pack.training, batch: record.options.batch, seed: record.options.seed,
      augment: record.options.augment, position: position)
  }
}
