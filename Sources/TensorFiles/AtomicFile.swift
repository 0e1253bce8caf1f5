import Foundation
import Synchronization

/// Atomic writing of files: a file's name never refers to a partly written file.
///
/// The bytes are written to a temporary file in the same folder, which then replaces the old file
/// in one step. If anything fails, the temporary file is removed and the old file stays as it was.
public enum AtomicFile {
  /// The destination to which the closure of `write(to:durable:_:)` writes its bytes, in order.
  public struct Writer {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
      guard var next = bytes.baseAddress else { return }
      var left = bytes.count
      while left > 0 {
        let written = Foundation.write(descriptor, next, left)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw systemError(errno, path, doing: "cannot be written") }
        next += written
        left -= written
      }
    }

    /// Appends data.
    public func write(_ data: Data) throws {
      try data.withUnsafeBytes { try write($0) }
    }
  }

  /// Replaces the content of a file with the given bytes.
  ///
  /// - Parameters:
  ///   - data: the whole content.
  ///   - url: the file; its folder must exist.
  ///   - durable: whether to wait until the bytes are on the disk (for data that was costly to
  ///     make).
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(_ data: Data, to url: URL, durable: Bool = false) throws {
    try write(to: url, durable: durable) { try $0.write(data) }
  }

  /// Replaces the content of a file with the UTF-8 bytes of a text.
  ///
  /// - Parameters:
  ///   - text: the whole content.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(_ text: String, to url: URL) throws {
    try write(Data(text.utf8), to: url)
  }

  /// Replaces the content of a file with what a closure writes, piece by piece.
  ///
  /// A name that exists and is not a regular file (`/dev/stdout`, a pipe) is written to directly,
  /// because replacing it would break it.
  ///
  /// - Parameters:
  ///   - url: the file; its folder must exist.
  ///   - durable: whether to wait until the bytes are on the disk.
  ///   - body: writes the content.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    to url: URL, durable: Bool = false, _ body: (Writer) throws -> Void
  ) throws {
    let path = url.path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      return try fill(open(path, O_WRONLY | O_CLOEXEC), path, durable: false, body)
    }
    let folder = url.deletingLastPathComponent()
    UnfinishedFiles.sweepOnce(folder.path)
    let temporary = folder.appendingPathComponent(temporaryName()).path
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    let descriptor = open(temporary, flags, 0o666)
    if descriptor >= 0 { UnfinishedFiles.hold(descriptor) }
    do {
      try fill(descriptor, path, durable: durable, body)
      guard rename(temporary, path) == 0 else {
        throw systemError(errno, path, doing: "cannot be written")
      }
    } catch {
      if descriptor >= 0 { unlink(temporary) }
      throw error
    }
  }

  /// Writes to an open descriptor and closes it, whatever happens.
  private static func fill(
    _ descriptor: Int32, _ path: String, durable: Bool, _ body: (Writer) throws -> Void
  ) throws {
    guard descriptor >= 0 else { throw systemError(errno, path, doing: "cannot be written") }
    do {
      try body(Writer(descriptor: descriptor, path: path))
      if durable, fsync(descriptor) != 0 {
        throw systemError(errno, path, doing: "cannot be written")
      }
    } catch {
      close(descriptor)
      throw error
    }
    // Some file systems report a full disk only here.
    guard close(descriptor) == 0 else { throw systemError(errno, path, doing: "cannot be written") }
  }

  private static let counter = Atomic(0)

  /// Returns a short name that is different for every write of every process.
  static func temporaryName() -> String {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return ".\(getpid())-\(number)-\(UInt32.random(in: 0 ... .max)).tmp"
  }

  /// Returns whether a name has the form that `temporaryName()` gives.
  static func isTemporary(_ name: String) -> Bool { process(ofTemporary: name) != nil }

  /// Returns the number of the process that gave a temporary name; nil for all other names.
  static func process(ofTemporary name: String) -> pid_t? {
    guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return nil }
    let numbers = name.dropFirst().dropLast(4).split(
      separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers.allSatisfy({ UInt64($0) != nil }),
      let process = pid_t(numbers[0]), process > 0
    else { return nil }
    return process
  }
}
