import Foundation

/// The Swift files of the engine, as text, for tests that compare them with lists of operations.
enum EngineSources {
  /// The folder that holds `Package.swift`.
  static let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  /// Returns the texts of all files in `Sources/Tensors`.
  static func texts() throws -> [String] {
    let folder = root.appendingPathComponent("Sources/Tensors")
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
  }

  /// Returns the names under which a text records operations.
  static func recordedNames(in text: String) -> [String] {
    matches(#"recorded(?:Constant)?\(\s*"([A-Za-z]+)""#, in: text)
  }

  /// Returns the names of all public functions and subscripts of `Tensor`; operators by their sign.
  static func publicFunctions() throws -> Set<String> {
    var found = Set<String>()
    for text in try texts() {
      // Only members of Tensor: from an unindented opening line to the next closing brace.
      for body in matches(#"(?ms)^(?:extension|public struct) Tensor\b[^{]*\{$(.*?)^\}"#, in: text)
      {
        found.formUnion(
          matches(#"public (?:static |prefix )*func (?:`)?([A-Za-z]+|[-+*/]+)"#, in: body))
        found.formUnion(matches(#"public (subscript)\b"#, in: body))
      }
    }
    return found
  }

  /// Returns the first group of every match of a regular expression.
  static func matches(_ pattern: String, in text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
    let whole = NSRange(text.startIndex..., in: text)
    return expression.matches(in: text, range: whole).compactMap { match in
      Range(match.range(at: 1), in: text).map { String(text[$0]) }
    }
  }
}
