import Foundation
import TensorFiles
import Tensors

/// The latents of a portrait that an inversion found, as a safetensors file.
///
/// The file holds W⁺ as `wplus`, `[1, rows, L]`, and a fingerprint of the generator in its metadata.
public enum LatentFile {
  private static let (latentName, generatorKey) = ("wplus", "generator")
  /// The largest magnitude accepted: far above a mapping network's outputs, far below overflow.
  private static let largest = 1e4

  /// Writes the W⁺ of a generator's portrait.
  public static func write(_ wplus: Tensor, of generator: Generator, to file: URL) throws {
    try SafetensorsFile.write(
      [latentName: wplus],
      metadata: [generatorKey: generator.parameters.fingerprint()], to: file)
  }

  /// Reads the W⁺ of a generator's portrait.
  ///
  /// - Parameters:
  ///   - file: a file that `write(_:of:to:)` wrote.
  ///   - generator: the generator of the portrait.
  /// - Throws: a one-line error if the file cannot be read or belongs to another generator.
  /// - Returns: W⁺, `[1, rows, L]`, in the precision of the weights.
  public static func read(_ file: URL, of generator: Generator) throws -> Tensor {
    func flaw(_ problem: String, _ remedy: String) -> ParameterError {
      ParameterError(description: "\(file.path): \(problem); \(remedy)")
    }
    let again = "find the portrait again with ssgan3d invert"
    let other = "use the generator with which it was found"
    let stored = try SafetensorsFile(file)
    guard stored.names.contains(latentName) else {
      throw flaw("has no tensor \(latentName), so it is not the result of an inversion", again)
    }
    let wplus = try stored.tensor(latentName)
    let shape = [1, generator.factorization.rows, generator.configuration.latentWidth]
    guard wplus.shape == shape else {
      throw flaw("\(latentName) has shape \(wplus.shape), expected \(shape)", other)
    }
    guard wplus.scalarType.isFloatingPoint,
      wplus.scalars.allSatisfy({ $0.magnitude <= largest })
    else {
      throw flaw("\(latentName) holds values that no latent has", again)
    }
    guard stored.metadata[generatorKey] == generator.parameters.fingerprint() else {
      throw flaw("was found with a generator of other weights", other)
    }
    return wplus.cast(to: generator.scalarType)
  }
}
