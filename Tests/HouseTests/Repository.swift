import Foundation

/// The files of the repository, for rules that hold for all of them.
enum Repository {
  /// The folder with `Package.swift`, found from the path of this file.
  static let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  /// Names of generated files and folders, which are not part of the repository.
  private static let made: Set = [".git", ".swiftpm", "Output", "__pycache__", "Package.resolved"]

  /// The sorted paths of all files, relative to the root.
  static let files: [String] = {
    let keys: [URLResourceKey] = [.isDirectoryKey]
    guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
    else { return [] }
    var found: [String] = []
    for case let url as URL in walk {
      let name = url.lastPathComponent
      if made.contains(name) || name.hasPrefix(".build") {
        walk.skipDescendants()
      } else if !exists(folder: url) {
        found.append(String(url.path.dropFirst(root.path.count + 1)))
      }
    }
    return found.sorted()
  }()

  /// Returns the files below a folder whose names have one of the endings.
  static func files(under folder: String = "", endingIn endings: String...) -> [String] {
    files.filter { path in
      (folder.isEmpty || path.hasPrefix(folder + "/")) && endings.contains { path.hasSuffix($0) }
    }
  }

  /// Returns the text of a file; empty if the file does not exist or is not text.
  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// Returns the names of the folders directly inside a folder.
  static func folders(in path: String) -> [String] {
    let url = root.appendingPathComponent(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { exists(folder: url.appendingPathComponent($0)) }.sorted()
  }

  private static func exists(folder url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
