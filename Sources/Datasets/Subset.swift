import Foundation
import Messages

/// The names of the pairs that a user chooses from a folder.
public enum Subset {
  /// Reads a list of names: one in a line; empty lines and lines that begin with `#` are skipped.
  ///
  /// - Parameter file: a text file.
  /// - Returns: the names as they are written.
  /// - Throws: `DatasetError` if the file cannot be read or names nothing.
  public static func names(in file: URL) throws(DatasetError) -> [String] {
    let text = try ListFile.text(
      file, as: "a list of names", remedy: "name a text file with one name in a line")
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard !names.isEmpty else {
      throw DatasetError(file.path, "names no pair", "write one name in each line")
    }
    return names
  }

  /// Returns the base name that a line means: `a`, `a.png` and `images/a.png` all mean `a`.
  static func base(_ name: String) -> String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let (base, kind) = FileListing.split(last)
    return PictureFile.kinds.contains(kind) ? base : last
  }

  /// Throws an error if names are not among those of the data.
  ///
  /// - Parameters:
  ///   - unknown: the names that were not found, as they are written in the list.
  ///   - folder: the folder of the data.
  /// - Throws: `DatasetError` that names the first of them.
  static func requireNone(_ unknown: [String], in folder: URL) throws(DatasetError) {
    guard let first = unknown.first else { return }
    let others = unknown.count == 1 ? "" : " (and \(counted(unknown.count - 1, "more name")))"
    throw DatasetError(
      "--subset", "names \(first), which is not in \(folder.path)\(others)",
      "remove it from the list, or add its files")
  }
}
