import Foundation
import TensorFiles
import Tensors

/// A portrait that was found and not drawn, as a safetensors file: its W⁺, `wplus` `[1, rows, L]`, and a
/// fingerprint of the generator among the metadata.
public enum LatentFile {
  private static let (latentName, generatorKey) = ("wplus", "generator")
  /// Far beyond what a mapping network makes, and far from where single precision ends.
  private static let largest = 1e4

  /// Writes W⁺ of a portrait of a generator.
  public static func write(_ wplus: Tensor, of generator: Generator, to file: URL) throws {
    try SafetensorsFile.write(
      [latentName: wplus],
      metadata: [generatorKey: generator.parameters.fingerprint()], to: file)
  }

  /// Reads the W⁺ of a generator's portrait.
  ///
  /// - Parameters:
  ///   - file: what `write` wrote.
  ///   - generator: whose latents they are.
  /// - Throws: an error of one line when the file cannot be read, or is of another generator.
  /// - Returns: W⁺, `[1, rows, L]`, in the precision of the weights.
  public static func read(_ file: URL, of generator: Generator) throws -> Tensor {
    func flaw(_ problem: String, _ remedy: String) -> ParameterError {
      ParameterError(description: "\(file.path): \(problem); \(remedy)")
    }
    let again = "find the portrait again with ssgan3d invert"
    let other = "take the generator that it was found with"
    let stored = try SafetensorsFile(file)
    guard stored.names.contains(latentName) else {
      throw flaw("has no tensor \(latentName), so it holds no latents that were found", again)
    }
    let wplus = try stored.tensor(latentName)
    let shape = [1, generator.factorization.rows, generator.configuration.latentWidth]
    guard wplus.shape == shape else {
      throw flaw("\(latentName) has shape \(wplus.shape), the generator's \(shape)", other)
    }
    guard wplus.scalarType.isFloatingPoint,
      wplus.scalars.allSatisfy({ $0.magnitude <= largest })
    else {
      throw flaw("\(latentName) holds what no latent is", again)
    }
    guard stored.metadata[generatorKey] == generator.parameters.fingerprint() else {
      throw flaw("was found with a generator of other weights", other)
    }
    return wplus.cast(to: generator.scalarType)
  }
}
