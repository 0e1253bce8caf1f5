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
public final class DumpWriter: Sendable {
  /// The folder for all files.
  public let folder: URL

  private struct State {
    var entries: [DumpEntry] = []
    var failure: (any Error)?
  }
  private let state = Mutex(State())

  /// Creates the folder with an empty index, and removes the files that an earlier index lists there.
  public init(folder: URL) throws {
    self.folder = folder
    try Self.makeFolder(folder)
    let index = folder.appendingPathComponent(Self.indexName)
    let earlier =
      (try? SmallFile.data(index)).flatMap {
        try? JSONText.decode([DumpEntry].self, from: $0)
      }
    try writeIndex([])
    for name in (earlier ?? []).flatMap({ [$0.file, $0.picture] }) where Self.isInside(name) {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  private static let indexName = "index.json"

  /// Returns whether a file name stays inside the folder; an index may have been written by anybody.
  private static func isInside(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }

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

  /// Writes one view and adds it to the index; an earlier view of the same name is replaced.
  public func write(_ view: View) throws {
    let base = folder.appendingPathComponent(view.name)
    try Self.makeFolder(base.deletingLastPathComponent())
    var files = [String]()
    if let tensor = view.tensor {
      try NPYFile.write(tensor, to: base.appendingPathExtension("npy"))
      files.append("\(view.name).npy")
    }
    try AtomicFile.write(view.rendering.pngData(), to: base.appendingPathExtension("png"))
    files.append("\(view.name).png")
    let entry = DumpEntry(view, file: files[0], picture: "\(view.name).png")
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
    try AtomicFile.write(data, to: folder.appendingPathComponent(Self.indexName))
  }

  private static func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw InspectionError.cannotWrite(folder.path, reason: "the folder cannot be created")
    }
  }
}

/// A file error during an inspection.
public enum InspectionError: Error, CustomStringConvertible {
  /// A file or folder that could not be written.
  case cannotWrite(String, reason: String)
  /// A file that was written and can no longer be read.
  case cannotRead(String)

  /// One line: what failed, where, and how to solve the problem.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason); choose another folder"
    case .cannotRead(let path):
      "cannot read \(path), which may have been removed; run the command again"
    }
  }
}
