import Foundation

/// Files with one JSON object on every line.
enum MeasurementLines {
  /// Returns the bytes of a file of lines, with sorted keys.
  static func data(_ lines: [some Encodable]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try lines.map { try encoder.encode($0) + Data("\n".utf8) }.reduce(Data(), +)
  }
}
