import Foundation
import Networks
import PortraitData
import TensorFiles
import Tensors

/// The record of a parser as `parser.json` has it.
private struct StoredRecord: Codable {
  /// Grows when the files change their meaning.
  static let format = 1

  let format: Int
  /// The classes' names, in the order of the logits.
  let classes: [String]
  /// CRC-32 of the file of weights, eight hexadecimal digits.
  let weightsChecksum: String
  let parser: ParserRecord
}

/// The number that every version of the file has.
private struct StoredFormat: Decodable {
  let format: Int
}

// A parser on disk: `parser.safetensors` and `parser.json` in one folder.
extension PortraitParser {
  /// The file of the weights.
  public static let weightsName = "parser.safetensors"
  /// The file of the record.
  public static let recordName = "parser.json"

  /// CRC-32 of the weights as they are written, eight hexadecimal digits.
  public var checksum: String {
    // Weights are finite numbers with names, which can always be encoded.
    (try? SafetensorsFile.encode(network.parameters.tensors.mapValues { $0.detached() }))
      .map(Self.checksum) ?? ""
  }

  /// Writes the parser into a folder that is not there yet or empty: the whole of it or nothing.
  ///
  /// - Parameter folder: its path.
  /// - Throws: an error of one line when the folder holds something, or cannot be written.
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
  /// - Parameter folder: its path.
  /// - Throws: an error of one line that names the file, when anything is missing or damaged.
  public init(contentsOf folder: String) throws {
    let place = URL(fileURLWithPath: folder)
    let stored = try Self.stored(place.appendingPathComponent(Self.recordName))
    let file = place.appendingPathComponent(Self.weightsName)
    let data = try Self.bytes(file)
    guard Self.checksum(data) == stored.weightsChecksum else {
      throw Self.damaged(file, "has not the checksum that \(Self.recordName) says")
    }
    let source = try SafetensorsFile(data, name: file.path)
    let expected = ParserNetwork.shapes(stored.parser.widths)
    guard Set(source.names) == Set(expected.map(\.name)) else {
      throw Self.damaged(file, "has not the weights of widths \(stored.parser.widths)")
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
    let decoder = JSONDecoder()
    if let format = try? decoder.decode(StoredFormat.self, from: data).format,
      format != StoredRecord.format
    {
      throw ParserError(
        file.path, "is of format \(format), expected \(StoredRecord.format)",
        "train the parser again with this version")
    }
    // The decoder throws errors of several kinds, and some say nothing; each means the same here.
    guard let stored = try? decoder.decode(StoredRecord.self, from: data) else {
      throw damaged(file, "is not the record of a parser")
    }
    guard stored.classes == PartClass.allCases.map(\.name) else {
      throw damaged(file, "names other classes than the 13 of portraits")
    }
    if let flaw = stored.parser.flaw { throw damaged(file, flaw) }
    return stored
  }

  private static func bytes(_ file: URL) throws -> Data {
    do { return try Data(contentsOf: file) } catch {
      throw ParserError(
        file.path, "cannot be read",
        "name the folder of a parser, as ssgan3d parser writes it")
    }
  }

  private static func checksum(_ data: Data) -> String {
    let digits = String(CRC32.of(data), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func damaged(_ file: URL, _ problem: String) -> ParserError {
    ParserError(file.path, problem, "copy the parser again, or train another")
  }
}
