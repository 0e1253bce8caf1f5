import Foundation
import TensorFiles

/// The checkpoints of a run, by the iterations done: `iteration-00000200`, ….
public struct CheckpointShelf: Sendable {
  /// The folder that holds them.
  public let folder: URL
  private static let prefix = "iteration-"

  /// The checkpoints in a folder, which need not exist yet.
  public init(_ folder: URL) { self.folder = folder }

  /// The folder of a checkpoint.
  public func place(of iteration: Int) -> URL {
    let digits = "\(iteration)"
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return folder.appendingPathComponent(Self.prefix + zeros + digits)
  }

  /// The iterations of which there is a checkpoint, rising.
  public var iterations: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(Self.prefix), let number = Int(name.dropFirst(Self.prefix.count)),
        place(of: number).lastPathComponent == name
      else { return nil }
      return number
    }.sorted()
  }

  /// The checkpoint with the most iterations; nil when there is none.
  public var newest: URL? { iterations.last.map(place) }

  /// Writes a checkpoint, unless it is there already, and then lets older ones go.
  ///
  /// - Parameters:
  ///   - checkpoint: the run as it is.
  ///   - keep: how many checkpoints stay, 1 or more, the new one included.
  /// - Throws: `TensorFileError` when it cannot be written; all others are then still there.
  public func save<Position>(_ checkpoint: Checkpoint<Position>, keep: Int) throws {
    let place = place(of: checkpoint.iteration)
    if !FileManager.default.fileExists(atPath: place.path) { try checkpoint.write(to: place) }
    for old in iterations.dropLast(max(1, keep)) { remove(self.place(of: old)) }
  }

  /// Removes what a process left that was killed while it wrote or removed a checkpoint.
  public func sweep() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  /// A folder is renamed before it is emptied, so that its name never stands for half of it.
  private func remove(_ checkpoint: URL) {
    let hidden = folder.appendingPathComponent(".\(checkpoint.lastPathComponent).tmp")
    guard rename(checkpoint.path, hidden.path) == 0 else { return }
    try? FileManager.default.removeItem(at: hidden)
  }
}
