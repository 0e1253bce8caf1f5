import CommandStatus
import Datasets
import Foundation
import PortraitClasses
import TrainingRuns

/// The training data of a run: a pack, which is prepared first from any other data.
struct TrainedData {
  /// The record of the run, with the name of its data.
  let record: RunRecord
  private let pack: PortraitPack

  /// Finds the data of a run and prepares a pack if necessary.
  init(_ record: RunRecord) throws {
    self.record = record
    guard record.model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(record.model.parts) parts, the data \(PartClass.count); "
          + "add --set parts=\(PartClass.count)")
    }
    let preparing = PreparingReport()
    pack = try PackCache.pack(
      record.data, scheme: record.classes.flatMap { LabelScheme(rawValue: $0) },
      size: record.model.imageSize, camera: record.model.camera,
      poses: record.poses.map { URL(fileURLWithPath: $0) },
      progress: preparing.update)
  }

  /// Returns the name of the data with an absolute path, valid wherever the run is continued.
  ///
  /// An invalid name is a usage error.
  static func named(_ text: String, _ classes: LabelScheme?) throws -> String {
    try DatasetOptions.requireScheme(classes, for: text)
    guard try DatasetInput.layout(of: text) == .procedural else {
      return URL(fileURLWithPath: text).standardizedFileURL.path
    }
    try DatasetOptions.requireProcedural(text, option: "--data ")
    return text
  }

  /// Returns batches of the pairs that are not held out, starting at a position.
  func batches(_ position: BatchLoader.Position? = nil) throws -> BatchLoader {
    PosesOption.announce(pack.training.poses, record.model.camera)
    return try BatchLoader(
      pack.training, batch: record.options.batch, seed: record.options.seed,
      augment: record.options.augment, position: position)
  }
}
