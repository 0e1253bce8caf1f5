import Foundation

/// The inputs in `Fixtures/Fuzz`, one file for every reader, one input in Base64 on every line.
///
/// `READER.txt` has the inputs that together reach everything that the fuzzer has reached (`make fuzz`
/// writes it), `Findings/READER.txt` those that once showed a fault. Lines that begin with `#` are
/// comments.
package struct StoredCorpus: Sendable {
  private let folder: URL

  /// Creates a reference to the corpus in the folder `Fixtures`.
  package init(_ fixtures: URL) { folder = fixtures.appendingPathComponent("Fuzz") }

  /// Returns the stored inputs of a reader.
  ///
  /// - Parameter reader: the name of the reader.
  /// - Returns: the corpus, then the findings; empty if nothing is stored.
  /// - Throws: ``FuzzedReader/Fault`` for a line that is not Base64.
  package func inputs(of reader: String) throws -> [Data] {
    try [corpus(reader), findings(reader)].flatMap(Self.inputs)
  }

  /// Replaces the corpus of a reader; findings stay.
  ///
  /// - Parameters:
  ///   - inputs: the inputs in any order; they are stored by length, and each once.
  ///   - reader: the name of the reader.
  /// - Throws: an error of Foundation if the file cannot be written.
  package func replace(_ inputs: [Data], of reader: String) throws {
    let found = Set(try Self.inputs(findings(reader)))
    let lines = Set(inputs).subtracting(found).map { $0.base64EncodedString() }
    let sorted = lines.sorted { ($0.count, $0) < ($1.count, $1) }
    let text = "# Written by `make fuzz`.\n" + sorted.map { $0 + "\n" }.joined()
    try Data(text.utf8).write(to: corpus(reader), options: .atomic)
  }

  private func corpus(_ reader: String) -> URL { folder.appendingPathComponent("\(reader).txt") }

  private func findings(_ reader: String) -> URL {
    folder.appendingPathComponent("Findings/\(reader).txt")
  }

  private static func inputs(_ file: URL) throws -> [Data] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .filter { !$0.hasPrefix("#") }
      .map { line in
        guard let data = Data(base64Encoded: String(line)) else {
          throw FuzzedReader.Fault("\(file.path): \(line.prefix(20))… is not Base64")
        }
        return data
      }
  }
}
