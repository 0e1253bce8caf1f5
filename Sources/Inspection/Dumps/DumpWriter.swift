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
///
/// A folder may hold other files. A dump replaces and removes only files of an earlier dump: it removes
/// a file if the earlier index lists its checksum and its bytes still have that checksum, and it
/// replaces a file only if the folder already held a dump. Nothing is written or removed through a
/// symbolic link.
public final class DumpWriter: Sendable {
  /// The folder for all files.
  public let folder: URL

  private struct State {
    var entries: [DumpEntry] = []
    var failure: (any Error)?
    /// Tensors of parts, by their kind and the checksum of their values: the name of the first.
    var firsts: [String: String] = [:]
    /// The files of this dump beside those of its tensors.
    var companions: Set<String> = []
  }
  private let state = Mutex(State())
  /// Whether the folder held a dump, and whether that dump had a record.
  private let (heldDump, heldRecord): (Bool, Bool)

  /// The name of the index.
  static let indexName = "index.json"
  /// The name of the page.
  static let pageName = "index.html"
  /// The name of the record that says what made a dump.
  public static let recordName = "dump.json"

  /// Creates the folder with an empty index, and removes the files of an earlier dump there.
  ///
  /// - Parameter folder: the folder; files that are not those of a dump stay as they are.
  /// - Throws: `InspectionError` if the folder cannot be created, or if it holds an `index.json` that is
  ///   not the index of a dump.
  public init(folder: URL) throws {
    self.folder = folder
    try Self.makeFolder(folder)
    let index = folder.appendingPathComponent(Self.indexName)
    let earlier = try? Self.entries(in: folder)
    if WrittenFile.isThere(index),
      earlier == nil || !WrittenFile.isRegular(Self.indexName, in: folder)
    {
      throw Self.foreign(index)
    }
    heldDump = earlier != nil
    heldRecord = earlier != nil && WrittenFile.isRegular(Self.recordName, in: folder)
    try writeIndex([])
    for entry in earlier ?? [] { Self.removeFiles(of: entry, in: folder) }
  }

  /// Reads the index of a dump.
  ///
  /// - Parameter folder: the folder of the dump.
  /// - Throws: an error if there is no index, or if it is not that of a dump.
  /// - Returns: the entries in order.
  public static func entries(in folder: URL) throws -> [DumpEntry] {
    let index = folder.appendingPathComponent(indexName)
    return try JSONText.decode([DumpEntry].self, from: try SmallFile.data(index))
  }

  /// Removes the files of a dump that are still as they were written, and its index.
  ///
  /// - Parameter folder: the folder of the dump; other files in it stay as they are.
  public static func removeDump(in folder: URL) {
    for entry in (try? entries(in: folder)) ?? [] { removeFiles(of: entry, in: folder) }
  }

  /// Removes those files of an entry that have its name and the recorded checksum.
  private static func removeFiles(of entry: DumpEntry, in folder: URL) {
    for (file, checksum) in entry.checksums ?? [:]
    where ["\(entry.name).npy", "\(entry.name).png"].contains(file) {
      WrittenFile.remove(file, in: folder, checksum: checksum)
    }
  }

  /// The entries written so far, in order.
  public var entries: [DumpEntry] { state.withLock { $0.entries } }

  /// Returns a probe that writes every recording to the folder; `finish()` throws the first failure.
  ///
  /// Names, and names of parts, are written above the pictures.
  ///
  /// - Parameter palette: names and colors of the classes in masks.
  /// - Returns: the probe.
  public func probe(palette: ClassPalette) -> Probe {
    Probe { recording in
      do {
        try self.write(View(recording, palette: palette).titled)
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
    guard WrittenFile.staysInside(view.name, of: folder) else {
      throw InspectionError.cannotWrite(
        base.path, reason: "a folder of its path is a link or a file")
    }
    try Self.makeFolder(base.deletingLastPathComponent())
    var checksums: [String: String] = [:]
    func add(_ ending: String, _ write: (URL) throws -> Void) throws {
      let (file, url) = ("\(view.name).\(ending)", base.appendingPathExtension(ending))
      try write(url)
      checksums[file] = WrittenFile.checksum(url)
    }
    for ending in view.tensor == nil ? ["png"] : ["npy", "png"] {
      try requireOwn("\(view.name).\(ending)", base.appendingPathExtension(ending))
    }
    if let tensor = view.tensor { try add("npy") { try NPYFile.write(tensor, to: $0) } }
    try add("png") { try AtomicFile.write(view.rendering.pngData(), to: $0) }
    let (values, picture) = ("\(view.name).npy", "\(view.name).png")
    let entries = state.withLock { state in
      state.firsts = state.firsts.filter { $0.value != view.name }
      let entry = DumpEntry(
        view, file: view.tensor == nil ? picture : values, picture: picture,
        sameAs: Self.first(like: view, checksums[values], &state.firsts), checksums: checksums)
      state.entries.removeAll { $0.name == entry.name }
      state.entries.append(entry)
      return state.entries
    }
    try writeIndex(entries)
  }

  /// Returns the name of an earlier part's tensor of the same kind and the same bytes.
  private static func first(
    like view: View, _ checksum: String?, _ firsts: inout [String: String]
  ) -> String? {
    let name = DumpName(view.name)
    guard name.part != nil, let checksum else { return nil }
    let key = "\(name.kind) \(view.tensor?.shape ?? []) \(checksum)"
    if let first = firsts[key] { return first }
    firsts[key] = view.name
    return nil
  }

  /// Writes a file that belongs to the dump beside its tensors, such as the record or the page.
  ///
  /// The record is written first: by it, the next dump recognizes the other files as its own.
  ///
  /// - Parameters:
  ///   - name: the name of the file, without a folder.
  ///   - body: writes the file.
  /// - Throws: `InspectionError` if there is a file of that name that no dump wrote.
  public func writeFile(_ name: String, _ body: (URL) throws -> Void) throws {
    let url = folder.appendingPathComponent(name)
    let isOwn =
      state.withLock { $0.companions.contains(name) }
      || (name == Self.pageName ? heldDump : heldRecord)
    if WrittenFile.isThere(url), !isOwn || !WrittenFile.isRegular(name, in: folder) {
      withdraw()
      throw Self.foreign(url)
    }
    try body(url)
    state.withLock { _ = $0.companions.insert(name) }
  }

  /// Throws an error if a tensor's file exists and neither this dump nor an earlier one wrote it.
  private func requireOwn(_ file: String, _ url: URL) throws(InspectionError) {
    guard WrittenFile.isThere(url) else { return }
    guard WrittenFile.isRegular(file, in: folder) else {
      withdraw()
      throw Self.foreign(url)
    }
    let isOwn =
      heldDump || state.withLock { $0.entries.contains { $0.checksums?[file] != nil } }
    if !isOwn {
      withdraw()
      throw Self.foreign(url)
    }
  }

  /// Removes what this dump has written into a folder that is not its own.
  ///
  /// Otherwise the next dump would take the folder, and all files of these names, for its own.
  private func withdraw() {
    let (entries, companions) = state.withLock { ($0.entries, $0.companions) }
    if !heldRecord {
      for name in companions where WrittenFile.isRegular(name, in: folder) {
        unlink(folder.appendingPathComponent(name).path)
      }
    }
    guard !heldDump else { return }
    for entry in entries { Self.removeFiles(of: entry, in: folder) }
    unlink(folder.appendingPathComponent(Self.indexName).path)
  }

  private static func foreign(_ url: URL) -> InspectionError {
    .cannotWrite(url.path, reason: "something of this name is there that no dump wrote")
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
