import Foundation
import TensorFiles

/// A file that grows by whole pieces.
///
/// A crash can leave half of the last piece and nothing worse; whoever reads must expect that.
struct AppendedFile {
  let url: URL

  init(_ url: URL) { self.url = url }

  /// Adds bytes at the end; the file is made where there is none.
  func append(_ data: Data) throws {
    let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
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
      remedy: "make room, or check who may write there, and continue with --resume")
  }
}
