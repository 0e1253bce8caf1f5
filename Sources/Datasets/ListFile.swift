import Foundation
import TensorFiles

/// Text files that belong to data: lists of names, camera poses, landmarks.
enum ListFile {
  /// The longest file that is read, in bytes.
  private static let longest = 1 << 30

  /// Returns the content of a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - what: what it should be, for example "a list of names".
  ///   - remedy: how to mend it if it cannot be read.
  /// - Throws: `DatasetError` if it cannot be read or is too long.
  /// - Returns: the bytes.
  static func data(
    _ file: URL, as what: String, remedy: String = "check the path"
  ) throws(DatasetError) -> Data {
    do { return try SmallFile.data(file, atMost: longest) } catch let error as SmallFile.TooLong {
      throw DatasetError(file.path, error.problem, remedy)
    } catch { throw DatasetError(file.path, "cannot be read as \(what)", remedy) }
  }

  /// Returns the content of a text file in UTF-8; the parameters are those of `data(_:as:remedy:)`.
  static func text(
    _ file: URL, as what: String, remedy: String = "check the path"
  ) throws(DatasetError) -> String {
    guard let text = String(data: try data(file, as: what, remedy: remedy), encoding: .utf8) else {
      throw DatasetError(file.path, "cannot be read as \(what): it is not UTF-8 text", remedy)
    }
    return text
  }

  /// Throws an error if an object of a JSON file has a key twice, or one that is not read.
  ///
  /// - Parameters:
  ///   - known: the keys that are read.
  ///   - json: the content of the file.
  ///   - file: the path of the file, for messages.
  /// - Throws: `DatasetError` that names the key.
  static func requireKeys(
    _ known: [String], in json: Data, _ file: String
  ) throws(DatasetError) {
    if let key = JSONText.repeatedKey(in: json) {
      throw DatasetError(file, "has the key \(key) twice", "remove one of the two")
    }
    if let key = JSONText.unknownKey(in: json, known: Set(known)) {
      throw DatasetError(
        file, "has the key \(key), which is not read",
        "remove it; expected \(known.joined(separator: " or "))")
    }
  }
}

extension UnkeyedDecodingContainer {
  /// Throws an error if a list has further elements.
  func requireEnd() throws {
    guard isAtEnd else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "further elements"))
    }
  }
}
