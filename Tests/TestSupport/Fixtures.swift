import Foundation
import TensorFiles
import Tensors

/// The golden files that come with the package.
public enum Fixtures {
  /// The folder `Fixtures` beside `Package.swift`.
  public static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Fixtures", isDirectory: true)
  }()

  /// Returns a file by its path inside the folder, for example
  /// `"GaussianLifting/gaussian/psi.npy"`.
  public static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

  /// Returns the tensor in an NPY file; a missing or damaged file is an error in one line.
  public static func tensor(_ path: String) throws -> Tensor {
    try NPYFile.read(url(path)).tensor
  }
}
