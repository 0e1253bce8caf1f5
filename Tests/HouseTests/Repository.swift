import Foundation

/// The repository's own files, for the rules that hold for all of them.
enum Repository {
  /// The folder that holds `Package.swift`, found from where this file stands.
  static let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  /// What is made by building and running, and so is not part of the repository.
  private static let made: Set = [".git", ".swiftpm", "Output", "__pycache__", "Package.resolved"]

  /// Every file's path relative to the root, in order.
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

  /// The files below a folder whose names end in one of the given ways.
  static func files(under folder: String = "", endingIn endings: String...) -> [String] {
    files.filter { path in
      (folder.isEmpty || path.hasPrefix(folder + "/")) && endings.contains { path.hasSuffix($0) }
    }
  }

  /// A file's text; empty when it is not there or is not text.
  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// The names of the folders right below a folder.
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
