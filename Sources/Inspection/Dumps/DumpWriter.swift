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
/// A picture says itself what it shows, as texts inside the PNG file, see `View.texts(origin:)`.
///
/// A folder may hold other files. Only files that a program of this project wrote there are replaced or
/// removed, and nothing through a symbolic link (`ResultFolder`).
public final class DumpWriter: Sendable {
  /// The folder for all files.
  public var folder: URL { files.url }

  private let files: ResultFolder
  private let origin: String

  private struct State {
    var entries: [DumpEntry] = []
    var failure: (any Error)?
    /// Tensors of parts, by their kind and the checksum of their values: the name of the first.
    var firsts: [String: String] = [:]
  }
  private let state = Mutex(State())

  /// The name of the index.
  static let indexName = "index.json"
  /// The name of the page.
  static let pageName = "index.html"
  /// The names of the files of every dump: the index and the page.
  public static let fixedNames = [indexName, pageName]
  /// The name of the record that says what made a dump.
  public static let recordName = "dump.json"

  /// Creates the folder with an empty index, and removes the files of an earlier dump there.
  ///
  /// - Parameters:
  ///   - folder: the folder; files that are not those of a dump stay as they are.
  ///   - origin: what made the tensors, for the texts inside the pictures; empty if nothing is known.
  /// - Throws: `TensorFileError` if the folder cannot be created, or if it holds an `index.json` that
  ///   this program did not write.
  public init(folder: URL, origin: String = "") throws {
    files = try ResultFolder(folder)
    self.origin = origin
    try files.requireFree([Self.indexName])
    let earlier = Self.earlierNames(in: folder)
    try writeIndex([])
    // Anybody may have written the index; `remove` leaves every file that is not the program's own.
    earlier.forEach(files.remove)
  }

  /// Throws an error if a later dump into a folder would meet a file that is not the program's own.
  ///
  /// That is an index that this program did not write, or a file of an earlier dump that was changed.
  ///
  /// - Parameter folder: the folder; nothing is done if it does not exist.
  /// - Throws: `TensorFileError` that names the first such file.
  static func requireFree(_ folder: URL) throws {
    guard OwnPlace.kind(folder) != .nothing else { return }
    try ResultFolder(folder).requireFree([indexName] + earlierNames(in: folder))
  }

  /// Returns the names of the values, pictures and volumes for viewers that belong to the index of a
  /// folder, if there is one.
  private static func earlierNames(in folder: URL) -> [String] {
    let entries = (try? entries(in: folder)) ?? []
    return entries.flatMap { entry in ["npy", "png", "nrrd"].map { "\(entry.name).\($0)" } }
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
    let (values, picture) = ("\(view.name).npy", "\(view.name).png")
    let checksum = try view.tensor.map { tensor in
      try files.write(values) { try NPYFile.write(tensor, to: $0) }
    }
    let png = PNGFile.adding(view.texts(origin: origin), to: try view.rendering.pngData())
    try files.write(png, picture)
    let entries = state.withLock { state in
      state.firsts = state.firsts.filter { $0.value != view.name }
      let entry = DumpEntry(
        view, file: view.tensor == nil ? picture : values, picture: picture,
        sameAs: Self.first(like: view, checksum, &state.firsts))
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
  /// - Parameters:
  ///   - name: the name of the file, without a folder.
  ///   - body: writes the file.
  /// - Throws: `TensorFileError` if there is a file of that name that this program did not write.
  public func writeFile(_ name: String, _ body: (URL) throws -> Void) throws {
    try files.write(name, body)
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
