import Foundation
import Tensors

/// Bytes that are read by position, so that a reader reads only what it needs.
///
/// Files are read, not mapped: a mapped file that another process shortens would kill this process.
struct ByteSource: Sendable {
  /// The name of these bytes in error messages.
  let name: String
  /// The number of bytes.
  let count: Int
  private let content: Content

  private enum Content: Sendable {
    case memory(Data)
    case file(OpenFile)
  }

  /// Creates a source from bytes in memory.
  init(_ data: Data, name: String) {
    self.name = name
    count = data.count
    content = .memory(data)
  }

  /// Opens a regular file, which stays open until the last copy of this source is gone.
  init(_ url: URL) throws {
    let file = try OpenFile(reading: url)
    name = url.path
    count = file.count
    content = .file(file)
  }

  /// Fills a buffer with the bytes from `offset` on; the caller has checked that they exist.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
    require(
      offset >= 0 && offset <= count && buffer.count <= count - offset,
      "read(at:into:): bytes \(offset) to \(offset) + \(buffer.count) of \(count)")
    switch content {
    case .memory(let data):
      data.withUnsafeBytes { bytes in
        buffer.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[offset...].prefix(buffer.count)))
      }
    case .file(let file): try file.read(at: offset, into: start, buffer.count)
    }
  }

  /// Returns the bytes of a range that the caller has checked.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      try read(
        at: offset,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      written = count
    }
  }

  /// The longest file that is read into memory as a whole, 1 GiB; no picture needs more.
  private static let longestWhole = 1 << 30

  /// Returns all bytes, in memory.
  func all() throws -> Data {
    if case .memory(let data) = content { return data }
    guard count <= Self.longestWhole else {
      throw TensorFileError(
        .file, file: name, problem: "has \(count) bytes, more than any picture read here",
        remedy: "use a picture of at most \(Self.longestWhole) bytes")
    }
    var data = Data(count: count)
    try data.withUnsafeMutableBytes { try read(at: 0, into: $0) }
    return data
  }
}

/// An open descriptor of a regular file.
///
/// Each read states its position, so threads can share the file.
public final class OpenFile: Sendable {
  /// The file's length in bytes when it was opened.
  public let count: Int
  private let descriptor: Int32
  private let path: String

  /// Opens a regular file; everything else is refused.
  ///
  /// - Parameter url: the file.
  /// - Throws: `TensorFileError` when it cannot be read or is not a regular file.
  public init(reading url: URL) throws {
    path = url.path
    // Without O_NONBLOCK, opening a pipe would wait for a writer before we could see that it is a
    // pipe.
    descriptor = path.withCString { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { throw systemError(errno, path, doing: "cannot be read") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw TensorFileError(
        .file, file: path, problem: "is not a regular file", remedy: "name a file, not a folder")
    }
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads bytes from a position on; a file that has become shorter is an error, never a crash.
  ///
  /// - Parameters:
  ///   - offset: the first byte, 0 or more.
  ///   - start: the memory to fill.
  ///   - byteCount: the number of bytes.
  /// - Throws: `TensorFileError` when they cannot all be read.
  public func read(at offset: Int, into start: UnsafeMutableRawPointer, _ byteCount: Int) throws {
    var done = 0
    while done < byteCount {
      let got = pread(descriptor, start + done, byteCount - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw systemError(errno, path, doing: "cannot be read") }
      guard got > 0 else {
        throw TensorFileError(
          .file, file: path, problem: "became shorter while it was read",
          remedy: "read it again when no program writes to it")
      }
      done += got
    }
  }
}

/// Returns the error for a refusal of the operating system.
func systemError(_ code: Int32, _ path: String, doing: String) -> TensorFileError {
  let remedy =
    switch code {
    case ENOENT where doing == "cannot be read": "check the path"
    case ENOENT: "check the path, and create the folder if it is missing"
    case ENOTDIR: "a part of the path is a file; name a folder there"
    case EACCES, EPERM: "change the permissions or choose another place"
    case EISDIR: "name a file, not a folder"
    case ENOSPC, EDQUOT: "free some space and try again"
    case EFBIG: "raise the limit on the size of files (ulimit -f) and try again"
    case EMFILE, ENFILE: "raise the limit on open files (ulimit -n) and try again"
    case ELOOP: "a symbolic link is not followed here; remove it"
    case EROFS: "choose a place that can be written to"
    case ENAMETOOLONG: "choose a shorter name"
    default: "check the disk and the path"
    }
  // A link or a folder of others has the place of the file.
  let isTaken = doing == "cannot be written" && [ELOOP, EISDIR].contains(code)
  return TensorFileError(
    .file, file: path, problem: "\(doing): \(String(cString: strerror(code)).lowercased())",
    remedy: remedy, isWrongUse: isTaken)
}
