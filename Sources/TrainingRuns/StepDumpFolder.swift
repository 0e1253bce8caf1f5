import Foundation
import TensorFiles
import Training

/// The folder of a dumped iteration, which is removed only as a whole and only if nothing else is in it.
///
/// `checksums.txt` lists every file with its checksum. A file that is not listed, that has changed, or
/// that is reached through a link belongs to somebody else.
struct StepDumpFolder {
  /// The folder of the first portrait's tensors.
  static let portraitName = "portrait"
  private static let listName = "checksums.txt"
  /// The list of own files that every dump keeps.
  private static let portraitRecord = "\(portraitName)/\(ResultFolder.recordName)"

  private let url: URL

  init(_ url: URL) { self.url = url }

  /// Writes the list of all files in the folder.
  func writeChecksums() throws {
    let lines = files().sorted().compactMap { name in
      WrittenFile.checksum(url.appendingPathComponent(name)).map { "\($0)  \(name)\n" }
    }
    try AtomicFile.write(lines.joined(), to: url.appendingPathComponent(Self.listName))
  }

  /// Throws `TrainingError` if something is in the way that no dump of an iteration wrote.
  func requireReplaceable() throws {
    guard WrittenFile.isThere(url) else { return }
    func refusal(_ what: String) -> TrainingError {
      TrainingError("\(what): was not written by training; move it away, or dump another iteration")
    }
    guard WrittenFile.staysInside("\(url.lastPathComponent)/x", of: url.deletingLastPathComponent())
    else { throw refusal(url.path) }
    let listed = listed
    let stranger = files().sorted().first { name in
      listed[name] == nil || !WrittenFile.isRegular(name, in: url)
        || WrittenFile.checksum(url.appendingPathComponent(name)) != listed[name]
    }
    if let stranger { throw refusal(url.appendingPathComponent(stranger).path) }
  }

  /// Removes the folder if it is one of a dumped iteration.
  ///
  /// - Throws: `TrainingError` if it holds anything else; nothing is removed then.
  func remove() throws {
    guard WrittenFile.isThere(url) else { return }
    try requireReplaceable()
    for (name, checksum) in listed { WrittenFile.remove(name, in: url, checksum: checksum) }
    if WrittenFile.isRegular(Self.listName, in: url) {
      unlink(url.appendingPathComponent(Self.listName).path)
    }
    unlink(url.appendingPathComponent(Self.portraitRecord).path)
    // A folder that is not empty stays.
    for name in ["\(Self.portraitName)", ""] { rmdir(url.appendingPathComponent(name).path) }
  }

  /// The checksums of the listed files by their names.
  private var listed: [String: String] {
    guard WrittenFile.isRegular(Self.listName, in: url),
      let text = try? String(
        contentsOf: url.appendingPathComponent(Self.listName), encoding: .utf8)
    else { return [:] }
    let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { return nil }
      return (words[1].trimmingCharacters(in: .whitespaces), String(words[0]))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// Everything in the folder except its list and folders of portraits, as paths relative to it.
  private func files() -> [String] {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: url.path)) ?? []
    return all.filter { name in
      let isFolder = name == Self.portraitName && WrittenFile.staysInside("\(name)/x", of: url)
      let isList = name == Self.listName && WrittenFile.isRegular(name, in: url)
      return !isFolder && !isList && name != Self.portraitRecord
    }
  }
}
