import Camera
import Foundation
import TensorFiles
import Tensors

/// A portrait that was found and not drawn, as a safetensors file: its W⁺, `wplus` `[1, rows, L]`, and
/// where it was seen from, `pose` `[1, 2]`, yaw and pitch in radians.
public enum LatentFile {
  private static let (latentName, poseName) = ("wplus", "pose")

  /// Writes W⁺ and pose.
  public static func write(_ wplus: Tensor, _ pose: CameraPose, to file: URL) throws {
    let angles = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: wplus.scalarType)
    try SafetensorsFile.write([latentName: wplus, poseName: angles], to: file)
  }

  /// Reads the W⁺ of a generator's portrait.
  ///
  /// - Parameters:
  ///   - file: what `write` wrote.
  ///   - generator: whose latents they are.
  /// - Throws: an error of one line when the file cannot be read, or is of another generator.
  /// - Returns: W⁺, `[1, rows, L]`, in the precision of the weights.
  public static func read(_ file: URL, of generator: Generator) throws -> Tensor {
    let stored = try SafetensorsFile(file)
    guard stored.names.contains(latentName) else {
      throw ParameterError(
        description: "\(file.path): has no tensor \(latentName), expected latents that were found")
    }
    let wplus = try stored.tensor(latentName)
    let shape = [1, generator.latents.rows, generator.model.latentWidth]
    guard wplus.shape == shape, wplus.scalarType.isFloatingPoint,
      wplus.scalars.allSatisfy(\.isFinite)
    else {
      throw ParameterError(
        description:
          "\(file.path): \(latentName) has shape \(wplus.shape), expected finite numbers of "
          + "shape \(shape); take the generator that it was found with")
    }
    return wplus.cast(to: generator.scalarType)
  }
}
