import Foundation
import Synchronization
import TensorFiles
import Probes
import Tensors

/// Writes named tensors to a folder as exact values and pictures, with an index that is always valid.
///
/// Each tensor becomes `<name>.npy` and `<name>.png`; `index.json` lists the complete tensors. Every file
/// is written under a temporary name and then renamed, and the index is written after the files it
/// lists. A reader therefore never finds an incomplete file, even if the process is interrupted.
/// Only files that a program of this project wrote there are replaced or removed (`ResultFolder`).
public final class DumpWriter: Sendable {
  /// The folder for all files.
  public var folder: URL { files.url }

  private let files: ResultFolder

  private struct State {
    var entries: [DumpEntry] = []
    var failure: (any Error)?
  }
  private let state = Mutex(State())

  /// Creates the folder with an empty index, and removes the files that an earlier index lists there.
  public init(folder: URL) throws {
    files = try ResultFolder(folder)
    let earlier =
      (try? SmallFile.data(files(Self.indexName))).flatMap {
        try? JSONText.decode([DumpEntry].self, from: $0)
      }
    try writeIndex([])
    // Anybody may have written the index; `remove` leaves every file that is not the program's own.
    for name in (earlier ?? []).flatMap({ [$0.file, $0.picture] }) { files.remove(name) }
  }

  private static let indexName = "index.json"

  /// The entries written so far, in order.
  public var entries: [DumpEntry] { state.withLock { $0.entries } }

  /// Returns a probe that writes every recording to the folder; `finish()` throws the first failure.
  ///
  /// - Parameter palette: names and colors of the classes in masks.
  /// - Returns: the probe.
  public func probe(palette: ClassPalette) -> Probe {
    Probe { recording in
      do {
        try self.write(View(recording, palette: palette))
      } catch {
        self.state.withLock { if $0.failure == nil { $0.failure = error } }
      }
    }
  }

  /// Throws the first error that occurred while a probe wrote a recording, if any.
  public func finish() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Writes a further file into the folder, for example a page; the index does not list it.
  public func write(_ data: Data, _ name: String) throws { try files.write(data, name) }

  /// Writes one view and adds it to the index; an earlier view of the same name is replaced.
  public func write(_ view: View) throws {
    var names = ["\(view.name).png"]
    if let tensor = view.tensor {
      names.insert("\(view.name).npy", at: 0)
      try files.write(names[0]) { try NPYFile.write(tensor, to: $0) }
    }
    try files.write(view.rendering.pngData(), "\(view.name).png")
    let entry = DumpEntry(view, file: names[0], picture: "\(view.name).png")
    let entries = state.withLock { state in
      state.entries.removeAll { $0.name == entry.name }
      state.entries.append(entry)
      return state.entries
    }
    try writeIndex(entries)
  }

  private func writeIndex(_ entries: [DumpEntry]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(entries)
    data.append(0x0A)
    try files.write(data, Self.indexName)
  }
}

/// A file error during an inspection.
public enum InspectionError: Error, CustomStringConvertible {
  /// A file that was written and can no longer be read.
  case cannotRead(String)

  /// One line: what failed, where, and how to solve the problem.
  public var description: String {
    switch self {
    case .cannotRead(let path):
      "cannot read \(path), which may have been removed; run the command again"
    }
  }
}
