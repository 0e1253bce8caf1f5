import Foundation
import Synchronization

/// A folder for the results of a program, in which only the program's own files are ever replaced or
/// removed.
///
/// The hidden file `.ssgan3d-files` records every file that is written here, one line each:
///
///     CHECKSUM SIZE NAME        CRC-32C in hexadecimal digits, bytes, path inside the folder
///
/// A file is the program's own if it is a regular file and a line of the record has its name, its size
/// and its checksum. A file that somebody else wrote or has changed since is not, and neither is a
/// symbolic link. A line is appended before its file gets its name, so that a process that is killed
/// leaves no file without a line. Lines without a file do no harm.
public final class ResultFolder: Sendable {
  /// The name of the record in the folder.
  public static let recordName = ".ssgan3d-files"

  /// The size and the checksum of a file's bytes.
  private struct Mark: Hashable {
    let checksum: String
    let size: Int
  }

  private struct Record {
    /// The marks of every version of every file, by name.
    var marks: [String: Set<Mark>] = [:]
    /// The files whose last version was written by this instance.
    var fresh: Set<String> = []
    /// Whether the last line is complete.
    var endsALine = true
  }

  /// The folder.
  public let url: URL
  private let record = Mutex(Record())

  /// Creates the folder if it is missing, and reads its record.
  ///
  /// - Parameter url: the folder.
  /// - Throws: `TensorFileError` when the folder cannot be created.
  public init(_ url: URL) throws {
    self.url = url
    try Folder.make(url)
    let text = Self.text(of: url.appendingPathComponent(Self.recordName))
    record.withLock { record in
      record.endsALine = text.isEmpty || text.hasSuffix("\n")
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let size = Int(words[1]) else { continue }
        let mark = Mark(checksum: String(words[0]), size: size)
        record.marks[String(words[2]), default: []].insert(mark)
      }
    }
  }

  /// Returns the location of a file inside the folder.
  public func callAsFunction(_ name: String) -> URL { url.appendingPathComponent(name) }

  // MARK: - Reading

  /// Returns whether there is a file of this name that this program wrote and nobody has changed since.
  public func isOwn(_ name: String) -> Bool {
    guard let marks = record.withLock({ $0.marks[name] }), let size = Self.sizeOfFile(path(name)),
      hasRealFolders(name), marks.contains(where: { $0.size == size }),
      let mark = try? Self.mark(of: self(name))
    else { return false }
    return marks.contains(mark)
  }

  /// Throws an error if one of these files exists and is not the program's own.
  ///
  /// Commands call this function before long work. `write(_:_:)` checks again.
  ///
  /// - Parameter names: paths inside the folder.
  /// - Throws: `TensorFileError` that names the first such file.
  public func requireFree(_ names: some Sequence<String>) throws {
    for name in names { try requireFree(name) }
  }

  private func requireFree(_ name: String) throws {
    guard hasRealFolders(name) else {
      throw TensorFileError(
        .file, file: path(name), problem: "leads through a link or a file where a folder is needed",
        remedy: "choose another folder", isWrongUse: true)
    }
    guard OwnPlace.kind(self(name)) != .nothing, !isOwn(name) else { return }
    throw TensorFileError(
      .file, file: path(name),
      problem: "exists, and this program did not write it or it was changed since",
      remedy: "choose another folder, or move the file away", isWrongUse: true)
  }

  /// Returns the recorded names for which a condition holds and whose files are the program's own.
  public func ownNames(where condition: (String) -> Bool) -> [String] {
    let names = record.withLock { Array($0.marks.keys) }
    return names.filter { condition($0) && isOwn($0) }.sorted()
  }

  /// The sorted names of the files and folders in this folder that are neither the program's own files
  /// nor its record.
  ///
  /// A folder inside this one is among them, whatever it holds.
  public var strangers: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.sorted().filter { name in
      !isOwn(name) && !(name == Self.recordName && OwnPlace.kind(self(name)) == .file)
    }
  }

  // MARK: - Writing

  /// Writes a file under a temporary name, records it, and gives it its name.
  ///
  /// - Parameters:
  ///   - name: the path inside the folder; folders on the way are created.
  ///   - body: writes the whole file to the location that it is given.
  /// - Throws: `TensorFileError` when a file of this name exists that is not the program's own or when
  ///   the file cannot be written, and any error of the closure.
  /// - Returns: the checksum of the file, in eight hexadecimal digits.
  @discardableResult
  public func write(_ name: String, _ body: (URL) throws -> Void) throws -> String {
    if !record.withLock({ $0.fresh.contains(name) }) { try requireFree(name) }
    let place = self(name)
    try Folder.make(place.deletingLastPathComponent())
    let temporary = place.deletingLastPathComponent()
      .appendingPathComponent(AtomicFile.temporaryName())
    do {
      try body(temporary)
      let mark = try Self.mark(of: temporary)
      try append(mark, name)
      guard rename(temporary.path, place.path) == 0 else {
        throw systemError(errno, place.path, doing: "cannot be written")
      }
      record.withLock { _ = $0.fresh.insert(name) }
      return mark.checksum
    } catch {
      unlink(temporary.path)
      throw Self.renamed(error, from: temporary.path, to: place.path)
    }
  }

  /// Writes a file with the given bytes, see `write(_:_:)`.
  public func write(_ data: Data, _ name: String) throws {
    try write(name) { try AtomicFile.write(data, to: $0) }
  }

  /// Removes a file if it is the program's own, and the folders inside this one that are then empty;
  /// leaves every other file.
  public func remove(_ name: String) {
    guard isOwn(name) else { return }
    unlink(path(name))
    record.withLock { _ = $0.fresh.remove(name) }
    var above = name.split(separator: "/").dropLast()
    // A folder that is not empty stays.
    while !above.isEmpty, rmdir(path(above.joined(separator: "/"))) == 0 { above.removeLast() }
  }

  /// Removes all of the program's own files and their record; then the folder, if it is empty.
  public func removeAll() {
    for name in ownNames(where: { _ in true }) { remove(name) }
    unlink(path(Self.recordName))
    rmdir(url.path)
  }

  /// Appends a line to the record unless it has this line already.
  private func append(_ mark: Mark, _ name: String) throws {
    try record.withLock { record in
      guard record.marks[name]?.contains(mark) != true else { return }
      let file = path(Self.recordName)
      // A line that a full disk has cut short must not swallow this one.
      let line = (record.endsALine ? "" : "\n") + "\(mark.checksum) \(mark.size) \(name)\n"
      let descriptor = open(
        file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else { throw systemError(errno, file, doing: "cannot be written") }
      defer { close(descriptor) }
      let bytes = Array(line.utf8)
      record.endsALine = false
      guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
        throw systemError(errno, file, doing: "cannot be written")
      }
      record.endsALine = true
      record.marks[name, default: []].insert(mark)
    }
  }

  // MARK: - Files

  private func path(_ name: String) -> String { self(name).path }

  /// Returns whether the path from the folder to a file has no link and no `..`, as far as it exists.
  private func hasRealFolders(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !parts.contains(""), !parts.contains(".") else { return false }
    var place = url
    for part in parts.dropLast() {
      place.appendPathComponent(String(part))
      guard [.folder, .nothing].contains(OwnPlace.kind(place)) else { return false }
    }
    return true
  }

  /// Returns the number of bytes of a regular file; nil for anything else.
  private static func sizeOfFile(_ path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  private static func mark(of file: URL) throws -> Mark {
    let file = try OpenFile(reading: file)
    return Mark(checksum: try CRC32.text(of: file), size: file.count)
  }

  private static func text(of record: URL) -> String {
    // A record that is a link, or longer than any, was not written by this program.
    guard OwnPlace.kind(record) == .file, let bytes = try? SmallFile.data(record) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns an error that names the file that was to be written instead of the temporary one.
  private static func renamed(_ error: any Error, from old: String, to new: String) -> any Error {
    guard let error = error as? TensorFileError, error.file == old else { return error }
    return TensorFileError(
      error.area, file: new, problem: error.problem, remedy: error.remedy,
      isWrongUse: error.isWrongUse)
  }
}
