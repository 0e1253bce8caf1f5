import Camera
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
    pack = try Self.pack(
      record.data, record.reading, poses: record.poses.map { URL(fileURLWithPath: $0) },
      size: record.model.imageSize, camera: record.model.camera)
  }

  /// Finds data, warns about what is remarkable, and prepares a pack if necessary.
  ///
  /// - Parameters:
  ///   - name: the name of the data, see ``named(_:_:)``.
  ///   - reading: how they are read.
  ///   - poses: the file of their camera poses; nil if they are not known.
  ///   - size: the number of rows and columns.
  ///   - camera: the camera of procedural portraits.
  /// - Throws: a one-line error if the data cannot be used as they are.
  /// - Returns: the pack.
  static func pack(
    _ name: String, _ reading: DataReading, poses: URL? = nil, size: Int, camera: Camera
  ) throws -> PortraitPack {
    let input = try DatasetInput(name, reading, camera: camera).posed(by: poses)
    // Faults are errors before they are the cause of a warning.
    if case .source = input { _ = try input.usableSource() }
    DataRemarks.warn(about: input)
    let pack = try PackCache.pack(
      input, named: name, size: size, progress: PreparingReport().update)
    DataRemarks.report(copies: pack.copies, of: pack.ids)
    return pack
  }

  /// Returns the name of the data with an absolute path, valid wherever the run is continued.
  ///
  /// An invalid name is a usage error.
  static func named(_ text: String, _ reading: DataReading) throws -> String {
    try DatasetOptions.require(reading, for: text)
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
