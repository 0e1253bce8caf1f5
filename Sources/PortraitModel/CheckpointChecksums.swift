import Foundation
import TensorFiles

/// The checksums that a run keeps of a checkpoint's files, in `checksums.txt`.
///
///     e3069283  config.json
///     …
///
/// A line holds the CRC-32C of a file and the file's name. Every version has written the list with
/// exactly one line for each of the five files of a run's checkpoint, so the list of a folder with
/// `training.json` must have these lines. Some of the files may have been copied to another folder: a
/// list there must have a line for each file that is read. Folders without `training.json` and without
/// a list, such as an import, have no checksums.
package struct CheckpointChecksums: Sendable {
  /// The file name of the state of a run.
  package static let recordName = "training.json"
  /// The file name of the tensors that only training needs.
  package static let tensorsName = "training.safetensors"
  /// The names of all files that have a checksum.
  package static let names = [
    GeneratorFile.configurationName, GeneratorFile.weightsName, GeneratorFile.discriminatorName,
    tensorsName, recordName,
  ]

  private let folder: URL
  private let remedy: String
  private let checksums: [String: String]

  /// Reads the list of a folder; nil if the folder has none and is not a run's checkpoint.
  ///
  /// - Parameters:
  ///   - folder: the folder of the checkpoint.
  ///   - remedy: the end of error messages.
  /// - Throws: `ParameterError` if the list is missing or has a missing, repeated or unknown line.
  package init?(_ folder: URL, remedy: String = "use another checkpoint") throws(ParameterError) {
    let isOfRun = FileManager.default.fileExists(
      atPath: folder.appendingPathComponent(Self.recordName).path)
    let list = folder.appendingPathComponent(GeneratorFile.checksumsName)
    guard isOfRun || FileManager.default.fileExists(atPath: list.path) else { return nil }
    try self.init(ofRun: folder, isComplete: isOfRun, remedy: remedy)
  }

  /// Reads the list of a run's checkpoint.
  ///
  /// - Parameters:
  ///   - folder: the folder of the checkpoint.
  ///   - isComplete: whether the list must have a line for each file of a run's checkpoint.
  ///   - remedy: the end of error messages.
  /// - Throws: `ParameterError` if the list is missing or has a missing, repeated or unknown line.
  package init(
    ofRun folder: URL, isComplete: Bool = true, remedy: String
  ) throws(ParameterError) {
    self.folder = folder
    self.remedy = remedy
    let list = folder.appendingPathComponent(GeneratorFile.checksumsName)
    func flaw(_ problem: String) -> ParameterError {
      ParameterError(description: "\(list.path): \(problem); \(remedy)")
    }
    let bytes: Data
    do { bytes = try SmallFile.data(list) } catch let error as SmallFile.TooLong {
      throw ParameterError(description: "\(error)")
    } catch {
      throw flaw("cannot be read, so the folder is not a checkpoint of a run")
    }
    var found: [String: String] = [:]
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !(line.isEmpty && number == lines.count - 1) {
      guard let name = Self.names.first(where: { line.dropFirst(8) == "  \($0)" }) else {
        throw flaw("line \(number + 1) does not name a file of a checkpoint with its checksum")
      }
      guard found.updateValue(String(line.prefix(8)), forKey: name) == nil else {
        throw flaw("has two lines for \(name)")
      }
    }
    if isComplete, let name = Self.names.first(where: { found[$0] == nil }) {
      throw flaw("has no line for \(name)")
    }
    checksums = found
  }

  /// Throws an error if a file has changed since it was written.
  ///
  /// - Parameter name: one of `names`.
  /// - Throws: `ParameterError` that names the file or the list.
  package func verify(_ name: String) throws(ParameterError) {
    let file = folder.appendingPathComponent(name)
    guard let recorded = checksums[name] else {
      let list = folder.appendingPathComponent(GeneratorFile.checksumsName)
      throw ParameterError(description: "\(list.path): has no line for \(name); \(remedy)")
    }
    guard let actual = try? CRC32.text(of: OpenFile(reading: file)) else {
      throw ParameterError(description: "\(file.path): cannot be read; \(remedy)")
    }
    guard actual == recorded else {
      throw ParameterError(
        description: "\(file.path): is damaged: its checksum is \(actual), not the \(recorded) in "
          + "\(GeneratorFile.checksumsName); \(remedy)")
    }
  }

  /// Returns the text of the list for the files of a folder.
  ///
  /// - Parameter folder: a folder with all files of a run's checkpoint.
  /// - Throws: an error if one of them cannot be read.
  /// - Returns: the lines, each with its end.
  package static func text(of folder: URL) throws -> String {
    try names.map { name in
      let file = try OpenFile(reading: folder.appendingPathComponent(name))
      return "\(try CRC32.text(of: file))  \(name)\n"
    }.joined()
  }
}
