import Foundation

/// Listings of folders, in an order that does not depend on the machine.
enum FileListing {
  /// Returns the names in a folder, sorted by their bytes, without names that begin with a dot and
  /// without files that operating systems leave (``isLeftBehind(_:)``).
  ///
  /// - Parameter folder: the folder.
  /// - Returns: the names.
  /// - Throws: `DatasetError` if the folder cannot be listed.
  static func names(_ folder: URL) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { !isLeftBehind($0) }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw DatasetError(folder.path, "cannot be listed as a folder", "check the path")
    }
  }

  /// The names, in lower case, of files and folders that systems and storage devices leave.
  private static let leftBehind: Set = [
    "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "__macosx", "@eadir",
    "@tmp", "#recycle", "$recycle.bin", "system volume information", "lost+found",
  ]

  /// Returns whether a name is one that an operating system leaves in folders, and no data.
  ///
  /// These are names that begin with a dot (`.DS_Store`, `._a.jpg`), Windows' thumbnails and folder
  /// settings, the streams that it names after a file (`a.jpg:Zone.Identifier`), and the folders of
  /// macOS archives, network drives and recycle bins.
  static func isLeftBehind(_ name: String) -> Bool {
    let lower = name.lowercased()
    return name.hasPrefix(".") || leftBehind.contains(lower)
      || lower.hasSuffix(":zone.identifier") || lower.hasPrefix("thumbs.db:")
  }

  /// Splits a name at its last dot; the extension is returned in lower case.
  static func split(_ name: String) -> (base: String, kind: String) {
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return (name, "") }
    return (String(name[..<point]), name[name.index(after: point)...].lowercased())
  }
}
