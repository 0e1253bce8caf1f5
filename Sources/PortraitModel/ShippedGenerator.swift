import Foundation
import TensorFiles

/// The trained generator that ships with the project, so that a first picture is a face.
///
/// It is a checkpoint like any other, `Fixtures/Checkpoint`; the README there says what it learned
/// from and which command makes it.
public enum ShippedGenerator {
  /// Where it stands in a clone of the project.
  public static let path = "Fixtures/Checkpoint"

  /// Where it was not.
  public struct Missing: Error, Equatable, CustomStringConvertible {
    /// The folders that were looked into, in order.
    public let folders: [String]

    /// One line: what is missing, where it was looked for, how to mend it.
    public var description: String {
      "the shipped generator is not there, looked for \(folders.joined(separator: ", ")); run the "
        + "program in a clone of the project"
    }
  }

  /// The clones that may hold it, in order: the one that the program stands in, the one in which it
  /// was compiled, the folder it was started in.
  public static var clones: [URL] {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    var known: Set<String> = []
    return [program.flatMap(clone(around:)), Clone.folder, here].compactMap(\.self)
      .filter { known.insert($0.standardizedFileURL.path).inserted }
  }

  /// The shipped checkpoint, of the first clone that has its folder.
  ///
  /// A folder that is there but damaged is not passed over: reading it says what is wrong with it.
  ///
  /// - Parameter clones: where to look.
  /// - Throws: `Missing` when no clone has it.
  /// - Returns: the checkpoint, not read yet.
  public static func file(in clones: [URL] = clones) throws(Missing) -> GeneratorFile {
    let folders = clones.map { $0.appendingPathComponent(path) }
    guard let folder = folders.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else { throw Missing(folders: folders.map(\.path)) }
    return GeneratorFile(folder)
  }

  /// The nearest folder above a file that holds a package: a built program stands in its clone.
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
