import Foundation

/// Tables as comma-separated values (RFC 4180).
enum CommaSeparated {
  /// Returns the text of a table; a cell is quoted if it holds a comma, a quote or the end of a line.
  ///
  /// - Parameters:
  ///   - rows: the cells of every row.
  ///   - ending: the end of every line.
  /// - Returns: the lines of the file.
  static func text(_ rows: [[String]], ending: String = "\n") -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + ending }.joined()
  }

  private static func quoted(_ text: String) -> String {
    // Of scalars, because a line feed after a carriage return is one character with it.
    let special: [Unicode.Scalar] = [",", "\"", "\r", "\n"]
    guard text.unicodeScalars.contains(where: special.contains) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
