import Foundation
import Synchronization
import TensorFiles
import Tensors

/// Writes named tensors into a folder: exact numbers, pictures, and an index that is always valid.
///
/// For each tensor `<name>.npy` and `<name>.png`; `index.json` lists what is complete. Every file is
/// written under another name first and then renamed, the index after the files it lists, so a reader
/// never meets half a file even when the process is interrupted.
public final class DumpWriter: Sendable {
  /// The folder everything is written into.
  public let folder: URL

  private struct State {
    var entries: [DumpEntry] = []
    var failure: (any Error)?
  }
  private let state = Mutex(State())

  /// Makes the folder, and in it the index of nothing; what an earlier index lists there is removed.
  public init(folder: URL) throws {
    self.folder = folder
    try Self.makeFolder(folder)
    let index = folder.appendingPathComponent(Self.indexName)
    let earlier =
      (try? Data(contentsOf: index)).flatMap {
        try? JSONDecoder().decode([DumpEntry].self, from: $0)
      }
    try writeIndex([])
    for name in (earlier ?? []).flatMap({ [$0.file, $0.picture] }) where Self.isInside(name) {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  private static let indexName = "index.json"

  /// Whether a name of a file stays in the folder: an index is a file that anybody can have written.
  private static func isInside(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }

  /// What has been written, in order.
  public var entries: [DumpEntry] { state.withLock { $0.entries } }

  /// A probe that writes every recording here; the first failure is thrown by `finish()`.
  public var probe: Probe {
    Probe { recording in
      do {
        try self.write(View(recording))
      } catch {
        self.state.withLock { if $0.failure == nil { $0.failure = error } }
      }
    }
  }

  /// Throws the first error that a probe's recording met, if one did.
  public func finish() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Writes one view and lists it; a name that was written before is replaced.
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
      throw InspectionError.cannotWrite(folder.path, reason: "the folder cannot be made")
    }
  }
}

/// What the user's world can do to an inspection.
public enum InspectionError: Error, CustomStringConvertible {
  /// A file or folder that could not be written.
  case cannotWrite(String, reason: String)
  /// A file that was there and cannot be read again.
  case cannotRead(String)

  /// One line: what, where, how to mend it.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason); choose another folder"
    case .cannotRead(let path): "cannot read \(path); was it removed while it was needed?"
    }
  }
}
