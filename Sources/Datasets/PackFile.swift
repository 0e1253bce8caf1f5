import Foundation

/// The file `pairs.bin` of a pack that is being prepared.
///
/// Only one process at a time may open the file; other processes get an error. The lock ends with its
/// process, even if the process is killed.
final class PackFile {
  private let descriptor: Int32
  private let path: String

  init(_ url: URL) throws(DatasetError) {
    path = url.path
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.refusal(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw DatasetError(
        path, "is being written by another process", "wait until that process has finished")
    }
  }

  deinit { close(descriptor) }

  /// Returns the bytes of a range, or nil if the file does not contain all of them.
  func bytes(_ range: Range<Int>) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + done }, range.count - done,
          off_t(range.lowerBound + done))
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { return nil }
      done += got
    }
    return bytes
  }

  /// Truncates or extends the file to a length.
  func resize(to count: Int) throws(DatasetError) {
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.refusal(path) }
  }

  /// Writes bytes at an offset and waits until they are on the disk.
  func write(_ bytes: [UInt8], at offset: Int) throws(DatasetError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done,
          off_t(offset + done))
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.refusal(path) }
      done += written
    }
    guard fsync(descriptor) == 0 else { throw Self.refusal(path) }
  }

  private static func refusal(_ path: String) -> DatasetError {
    // With O_NOFOLLOW, this code says that the file itself is a link.
    guard errno != ELOOP else {
      return DatasetError(
        path, "is a symbolic link where a regular file is written",
        "remove it or choose another folder", isWrongUse: true)
    }
    return DatasetError(
      path, "cannot be written: \(String(cString: strerror(errno)).lowercased())",
      "free some space or choose another folder; finished chunks are kept")
  }
}
