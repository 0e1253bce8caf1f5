import Foundation

/// A folder of temporary files for a reader that takes paths.
///
/// The folder is made inside `TMPDIR`, which `make fuzz` sets to a folder in memory, and is removed when
/// the process ends normally.
final class Scratch: Sendable {
  private static let root: URL = {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("fuzzed-readers-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: Scratch.root) }
    return url
  }()

  /// The folder itself.
  let url: URL

  /// Creates a folder with the name of its reader.
  init(_ name: String) {
    url = Self.root.appendingPathComponent(name)
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func callAsFunction(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Replaces a file.
  ///
  /// Foundation's errors are not those of a reader, so a full disk is reported as what it is.
  func write(_ data: Data, _ name: String) throws {
    do { try data.write(to: self(name)) } catch {
      throw FuzzedReader.Fault("the scratch file \(name) cannot be written: \(error)")
    }
  }
}
