import Foundation
import TensorFiles

/// The trained generator that ships with the project, so even a first picture shows a face.
///
/// The generator is an ordinary checkpoint in `Fixtures/Checkpoint`. The README there says on which
/// data and with which command it was trained.
public enum ShippedGenerator {
  /// The path of the generator in a clone of the project.
  public static let path = "Fixtures/Checkpoint"

  /// The error for a shipped generator that was not found.
  public struct Missing: Error, Equatable, CustomStringConvertible {
    /// The folders that were searched, in order.
    public let folders: [String]

    /// One line: what is missing, where it was searched for, how to fix it.
    public var description: String {
      "the shipped generator was not found in \(folders.joined(separator: ", ")); run the "
        + "program in a clone of the project, or install it with make install"
    }
  }

  /// The folders that may hold the generator, in order: the installed copy beside the program, the clone
  /// that contains the program, the clone in which it was compiled, and the current folder.
  public static var clones: [URL] {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    var known: Set<String> = []
    return [Clone.installed, program.flatMap(clone(around:)), Clone.folder, here].compactMap(\.self)
      .filter { known.insert($0.standardizedFileURL.path).inserted }
  }

  /// Returns the shipped checkpoint of the first clone that has its folder.
  ///
  /// A damaged folder is not skipped; reading it reports what is wrong.
  ///
  /// - Parameter clones: the clones to search.
  /// - Throws: `Missing` if no clone has the checkpoint.
  /// - Returns: the checkpoint, which has not been read yet.
  public static func file(in clones: [URL] = clones) throws(Missing) -> GeneratorFile {
    let folders = clones.map { $0.appendingPathComponent(path) }
    guard let folder = folders.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else { throw Missing(folders: folders.map(\.path)) }
    return GeneratorFile(folder)
  }

  /// Returns the nearest folder above a file that holds a package; a built program is inside its clone.
  private static func clone(around file: URL) -> URL? {
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      let manifest = folder.appendingPathComponent("Package.swift")
      if FileManager.default.fileExists(atPath: manifest.path) { return folder }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}
