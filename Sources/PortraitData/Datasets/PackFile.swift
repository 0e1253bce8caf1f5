import Foundation

/// The growing `pairs.bin` of a pack that is being prepared.
///
/// One process at a time may hold it; the others are told so. The lock goes with the process, even
/// when it is killed.
final class PackFile {
  private let descriptor: Int32
  private let path: String

  init(_ url: URL) throws(DatasetError) {
    path = url.path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.refusal(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw DatasetError(
        path, "is being written by another process", "wait until that one has finished")
    }
  }

  deinit { close(descriptor) }

  /// The bytes of a range, or nil when the file does not have them all.
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

  /// Cuts or extends the file to a length.
  func resize(to count: Int) throws(DatasetError) {
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.refusal(path) }
  }

  /// Writes bytes to their place and waits until the disk has them.
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
    DatasetError(
      path, "cannot be written: \(String(cString: strerror(errno)).lowercased())",
      "make room or choose another folder; what is done is kept")
  }
}
