import Foundation
import TensorFiles

/// The folder of a dumped iteration, which is removed only as a whole and only if nothing else is in it.
///
/// The dump and the folder of its portrait each keep a list of the files that were written there
/// (`ResultFolder`). A file that is not listed, that has changed, or that is reached through a link
/// belongs to somebody else.
struct StepDumpFolder {
  /// The folder of the first portrait's tensors.
  static let portraitName = "portrait"

  private let url: URL

  init(_ url: URL) { self.url = url }

  /// Throws `TensorFileError` if something is in the way that no dump of an iteration wrote.
  func requireReplaceable() throws {
    let kind = OwnPlace.kind(url)
    guard kind != .nothing else { return }
    guard kind == .folder else { throw Self.refusal(url) }
    let folders = try folders()
    for folder in folders {
      let inner = folders.count > 1 && folder.url == url ? [Self.portraitName] : []
      if let stranger = folder.strangers.first(where: { !inner.contains($0) }) {
        throw Self.refusal(folder(stranger))
      }
    }
  }

  /// Removes the folder if it is one of a dumped iteration.
  ///
  /// - Throws: `TensorFileError` if it holds anything else; nothing is removed then.
  func remove() throws {
    guard OwnPlace.kind(url) != .nothing else { return }
    try requireReplaceable()
    for folder in try folders() { folder.removeAll() }
  }

  /// The folders with a list of own files: that of the portrait, if there is one, then the dump's.
  private func folders() throws -> [ResultFolder] {
    let portrait = url.appendingPathComponent(Self.portraitName)
    return try ([portrait].filter { OwnPlace.kind($0) == .folder } + [url]).map(ResultFolder.init)
  }

  private static func refusal(_ place: URL) -> TensorFileError {
    TensorFileError(
      .file, file: place.path, problem: "was not written by training",
      remedy: "move it away, or dump another iteration", isWrongUse: true)
  }
}
