import CommandStatus
import Foundation
import Inspection
import TensorFiles

/// A folder for the results of a command, in which nothing but the program's own files is replaced or
/// removed, see `ResultFolder`.
struct OutputFolder {
  private let files: ResultFolder

  /// Creates the folder if it does not exist.
  ///
  /// - Parameters:
  ///   - path: the folder, the value of `--out`.
  ///   - names: the files that the command will write.
  /// - Throws: `WrongUse` if one of them exists and was not written by this program.
  init(_ path: String, for names: [String]) throws {
    files = try ResultFolder(URL(fileURLWithPath: path))
    do { try files.requireFree(names) } catch let error as TensorFileError {
      throw WrongUse("--out \(path): \(error)")
    }
  }

  /// Returns the location of a file inside the folder.
  func callAsFunction(_ name: String) -> URL { files(name) }

  /// Writes a picture as a PNG file.
  func write(_ picture: Picture, _ name: String) throws { try write(picture.image, name) }

  /// Writes an image as a PNG file.
  func write(_ image: Image, _ name: String) throws {
    try files.write(name) { try PNGFile.write(image, to: $0) }
  }

  /// Writes a mask as a PNG file with a palette.
  func write(_ mask: IndexedImage, _ name: String) throws {
    try files.write(name) { try PNGFile.write(mask, to: $0) }
  }

  /// Writes a file with the given bytes.
  func write(_ data: Data, _ name: String) throws { try files.write(data, name) }

  /// Writes a file with a closure that writes to the location it is given.
  func write(_ name: String, _ body: (URL) throws -> Void) throws { try files.write(name, body) }

  /// Removes the program's own files whose paths inside this folder begin with a text.
  ///
  /// - Parameters:
  ///   - prefix: the beginning of the paths.
  ///   - kept: the paths of files that stay.
  func clear(_ prefix: String, except kept: [String] = []) {
    for name in files.ownNames(where: { $0.hasPrefix(prefix) && !kept.contains($0) }) {
      files.remove(name)
    }
  }

  /// Returns the files in a folder inside another one, with the name of the inner folder.
  static func names(in inner: String, of outer: URL) -> [String] {
    let place = outer.appendingPathComponent(inner).path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.sorted().map { "\(inner)/\($0)" }
  }
}
