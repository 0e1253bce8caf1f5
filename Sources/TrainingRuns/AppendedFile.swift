import Foundation
import TensorFiles

/// A file to which data is appended piece by piece.
///
/// A crash can leave only the last piece incomplete, and readers must expect that.
struct AppendedFile {
  let url: URL

  init(_ url: URL) { self.url = url }

  /// Appends bytes; creates the file if it does not exist.
  ///
  /// - Throws: `TensorFileError` if the bytes cannot be written, or if a symbolic link or a device has
  ///   the file's name: the bytes would then go elsewhere.
  func append(_ data: Data) throws {
    try OwnPlace.requireFile(url)
    let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw error(errno) }
    defer { close(descriptor) }
    try data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw error(errno) }
        written += count
      }
    }
  }

  private func error(_ code: Int32) -> TensorFileError {
    TensorFileError(
      .file, file: url.path,
      problem: "cannot be written: \(String(cString: strerror(code)).lowercased())",
      remedy: "free disk space or check permissions and limits, then continue with --resume")
  }
}
