import Foundation
import Networks
import PortraitClasses
import TensorFiles
import Tensors

/// The record of a parser as it is stored in `parser.json`.
private struct StoredRecord: Codable {
  /// The version of the format; it increases when the meaning of the files changes.
  static let format = 1

  let format: Int
  /// The names of the classes, in the order of the logits.
  let classes: [String]
  /// The CRC-32 of the file of weights, eight hexadecimal digits.
  let weightsChecksum: String
  let parser: ParserRecord
}

/// The field that every version of the file contains.
private struct StoredFormat: Decodable {
  let format: Int
}

// A parser on disk consists of `parser.safetensors` and `parser.json` in one folder.
extension PortraitParser {
  /// The name of the file of weights.
  public static let weightsName = "parser.safetensors"
  /// The name of the file of the record.
  public static let recordName = "parser.json"

  /// The CRC-32 of the weights as they are written, eight hexadecimal digits.
  public var checksum: String {
    // Named tensors of finite numbers can always be encoded.
    (try? SafetensorsFile.encode(network.parameters.tensors.mapValues { $0.detached() }))
      .map(Self.checksum) ?? ""
  }

  /// Writes the parser to a new or empty folder, either completely or not at all.
  ///
  /// - Parameter folder: the path of the folder.
  /// - Throws: a one-line error if the folder is not empty or cannot be written.
  public func write(to folder: String) throws {
    let weights = try SafetensorsFile.encode(network.parameters.tensors.mapValues { $0.detached() })
    let stored = StoredRecord(
      format: StoredRecord.format, classes: PartClass.allCases.map(\.name),
      weightsChecksum: Self.checksum(weights), parser: record)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(stored) + Data("\n".utf8)
    try Folder.write(URL(fileURLWithPath: folder)) { place in
      try AtomicFile.write(
        weights, to: place.appendingPathComponent(Self.weightsName), durable: true)
      try AtomicFile.write(text, to: place.appendingPathComponent(Self.recordName), durable: true)
    }
  }

  /// Reads a parser that ``write(to:)`` wrote.
  ///
  /// - Parameter folder: the path of the folder.
  /// - Throws: a one-line error that names the file, if anything is missing or damaged.
  public init(contentsOf folder: String) throws {
    let place = URL(fileURLWithPath: folder)
    let stored = try Self.stored(place.appendingPathComponent(Self.recordName))
    let file = place.appendingPathComponent(Self.weightsName)
    let data = try Self.bytes(file)
    guard Self.checksum(data) == stored.weightsChecksum else {
      throw Self.damaged(file, "does not have the checksum given in \(Self.recordName)")
    }
    let source = try SafetensorsFile(data, name: file.path)
    let expected = ParserNetwork.shapes(stored.parser.widths)
    guard Set(source.names) == Set(expected.map(\.name)) else {
      throw Self.damaged(file, "does not have the weights of widths \(stored.parser.widths)")
    }
    var tensors: [String: Tensor] = [:]
    for (name, shape) in expected {
      let tensor = try source.tensor(name)
      guard tensor.shape == shape, tensor.scalarType == .float32, tensor.sum().item.isFinite else {
        throw Self.damaged(file, "\(name) is not a finite float32 tensor of shape \(shape)")
      }
      tensors[name] = tensor
    }
    self.init(stored.parser, Parameters(tensors))
  }

  private static func stored(_ file: URL) throws -> StoredRecord {
    let data = try bytes(file)
    if let key = JSONText.repeatedKey(in: data) {
      throw damaged(file, "has the key \(key) twice")
    }
    let decoder = JSONDecoder()
    if let format = try? decoder.decode(StoredFormat.self, from: data).format,
      format != StoredRecord.format
    {
      throw ParserError(
        file.path, "has format \(format), expected \(StoredRecord.format)",
        "train the parser again with this version")
    }
    // The decoder throws several kinds of errors, some without a message; all mean the same here.
    guard let stored = try? decoder.decode(StoredRecord.self, from: data) else {
      throw damaged(file, "is not the record of a parser")
    }
    guard stored.classes == PartClass.allCases.map(\.name) else {
      throw damaged(file, "names classes other than the 13 of portraits")
    }
    if let flaw = stored.parser.flaw { throw damaged(file, flaw) }
    return stored
  }

  private static func bytes(_ file: URL) throws -> Data {
    do { return try SmallFile.data(file, atMost: 1 << 30) } catch {
      throw ParserError(
        file.path, "cannot be read",
        "name the folder of a parser that ssgan3d parser has written")
    }
  }

  private static func checksum(_ data: Data) -> String {
    CRC32.text(data, .zip)
  }

  private static func damaged(_ file: URL, _ problem: String) -> ParserError {
    ParserError(file.path, problem, "copy the parser again, or train another")
  }
}
