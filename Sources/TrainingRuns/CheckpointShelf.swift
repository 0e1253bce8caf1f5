import Foundation
import TensorFiles

/// The checkpoints of a run, named by the number of iterations done: `iteration-00000200`, ….
public struct CheckpointShelf: Sendable {
  /// The folder of the checkpoints.
  public let folder: URL
  private static let prefix = "iteration-"

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
        place(of: number).lastPathComponent == name
      else { return nil }
      return number
    }.sorted()
  }

  /// The checkpoint with the most iterations; nil if there is none.
  public var newest: URL? { iterations.last.map(place) }

  /// Writes a checkpoint unless it exists already, then removes older ones.
  ///
  /// - Parameters:
  ///   - checkpoint: the current state of the run.
  ///   - keep: the number of checkpoints to keep, 1 or more, including the new one.
  /// - Throws: `TensorFileError` if the checkpoint cannot be written; all others then still exist.
  public func save<Position>(_ checkpoint: Checkpoint<Position>, keep: Int) throws {
    let place = place(of: checkpoint.iteration)
    if !FileManager.default.fileExists(atPath: place.path) { try checkpoint.write(to: place) }
    for old in iterations.dropLast(max(1, keep)) { remove(self.place(of: old)) }
  }

  /// Removes incomplete folders of a process that was killed while it wrote or removed a checkpoint.
  public func sweep() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  /// Removes a checkpoint; the folder is renamed first, so its name never refers to an incomplete one.
  private func remove(_ checkpoint: URL) {
    let hidden = folder.appendingPathComponent(".\(checkpoint.lastPathComponent).tmp")
    guard rename(checkpoint.path, hidden.path) == 0 else { return }
    try? FileManager.default.removeItem(at: hidden)
  }
}
