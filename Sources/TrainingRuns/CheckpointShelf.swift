import Foundation
import TensorFiles

/// The checkpoints of a run, named by the number of iterations done: `iteration-00000200`, ….
public struct CheckpointShelf: Sendable {
  /// The folder of the checkpoints.
  public let folder: URL
  private static let prefix = "iteration-"
  /// The largest number of iterations of a run.
  public static let mostIterations = 1_000_000_000_000

  /// Creates a shelf for the checkpoints in a folder, which need not exist yet.
  public init(_ folder: URL) { self.folder = folder }

  /// Returns the folder of the checkpoint after an iteration.
  public func place(of iteration: Int) -> URL {
    let digits = "\(iteration)"
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return folder.appendingPathComponent(Self.prefix + zeros + digits)
  }

  /// The iterations after which there is a checkpoint, in ascending order.
  public var iterations: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(Self.prefix), let number = Int(name.dropFirst(Self.prefix.count)),
        (0...Self.mostIterations).contains(number), place(of: number).lastPathComponent == name
      else { return nil }
      return number
    }.sorted()
  }

  /// The checkpoint with the most iterations; nil if there is none.
  public var newest: URL? { iterations.last.map(place) }

  /// Writes a checkpoint unless it exists already, then removes older ones.
  ///
  /// An older checkpoint is kept if it holds a file that was not written here, or is a link.
  ///
  /// - Parameters:
  ///   - checkpoint: the current state of the run.
  ///   - keep: the number of checkpoints to keep, 1 or more, including the new one.
  /// - Throws: `TensorFileError` if the checkpoint cannot be written; all others then still exist.
  public func save<Position>(_ checkpoint: Checkpoint<Position>, keep: Int) throws {
    let place = place(of: checkpoint.iteration)
    try OwnPlace.requireFolder(place)
    if !FileManager.default.fileExists(atPath: place.path) { try checkpoint.write(to: place) }
    for old in iterations.dropLast(max(1, keep)) { remove(self.place(of: old)) }
  }

  /// Removes incomplete folders of a process that was killed while it wrote or removed a checkpoint.
  public func sweep() {
    Folder.sweep(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix("." + Self.prefix) && name.hasSuffix(Self.removedEnding)
    {
      let place = folder.appendingPathComponent(name)
      if Self.holdsOnlyOwnFiles(place) { try? FileManager.default.removeItem(at: place) }
    }
  }

  private static let removedEnding = ".tmp"

  /// Removes a checkpoint; the folder is renamed first, so its name never refers to an incomplete one.
  private func remove(_ checkpoint: URL) {
    guard Self.holdsOnlyOwnFiles(checkpoint) else { return }
    let hidden = folder.appendingPathComponent(
      ".\(checkpoint.lastPathComponent)\(Self.removedEnding)")
    guard rename(checkpoint.path, hidden.path) == 0 else { return }
    try? FileManager.default.removeItem(at: hidden)
  }

  /// Returns whether a folder, which is not a link, holds nothing but regular files of a checkpoint.
  private static func holdsOnlyOwnFiles(_ place: URL) -> Bool {
    guard OwnPlace.kind(place) == .folder,
      let names = try? FileManager.default.contentsOfDirectory(atPath: place.path)
    else { return false }
    return names.allSatisfy { name in
      CheckpointFiles.allNames.contains(name)
        && OwnPlace.kind(place.appendingPathComponent(name)) == .file
    }
  }
}
