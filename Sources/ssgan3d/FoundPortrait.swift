import ArgumentParser
import CommandStatus
import Foundation
import PortraitModel
import Tensors
import WPlusFactorization

/// The option that names a portrait by its latents instead of a seed.
struct FoundPortrait: ParsableArguments {
  static let fileName = "latents.safetensors"

  @Option(
    help: """
      A portrait given by its latents instead of a seed: those found by 'ssgan3d invert' \
      (its \(fileName)), or W or W⁺ as .npy, .npz, .pt or safetensors. It is rendered from the \
      front unless --yaw and --pitch are given.
      """)
  var latents: String?

  func validate() throws { try requirePaths([("--latents", latents)]) }

  /// Throws `ValidationError` if `--latents` is combined with another option that names a portrait.
  func requireAlone(_ others: [(option: String, isGiven: Bool)]) throws {
    if let (option, _) = others.first(where: \.isGiven), latents != nil {
      throw ValidationError("--latents and \(option) name two portraits; give only one")
    }
  }

  /// Returns the W⁺ of the named portrait, truncated if `mean` is given; nil without `--latents`.
  func wplus(of generator: Generator, truncation: Double, mean: Tensor?) throws -> Tensor? {
    guard let latents else { return nil }
    return try Self.portrait(
      latents, option: "--latents", of: generator, truncation: truncation, mean: mean)
  }

  /// Returns the W⁺ of every portrait of the named file, truncated if `mean` is given.
  func portraits(of generator: Generator, truncation: Double, mean: Tensor?) throws -> [Tensor]? {
    guard let latents else { return nil }
    return try Self.portraits(latents, of: generator, truncation: truncation, mean: mean)
  }

  /// Returns the W⁺ of the only portrait of a file; throws `WrongUse` if the file has several.
  static func portrait(
    _ path: String, option: String, of generator: Generator, truncation: Double, mean: Tensor?
  ) throws -> Tensor {
    let found = try portraits(path, of: generator, truncation: truncation, mean: mean)
    guard found.count == 1 else {
      throw WrongUse(
        "\(option) \(path): holds the latents of \(found.count) portraits, expected one; save one of "
          + "them in a file of its own")
    }
    return found[0]
  }

  private static func portraits(
    _ path: String, of generator: Generator, truncation: Double, mean: Tensor?
  ) throws -> [Tensor] {
    let found = try LatentFile.read(URL(fileURLWithPath: path), of: generator)
    ModelSource.warn(found.warnings)
    guard let mean else { return found.portraits }
    return found.portraits.map { wplus in
      generator.factorization.truncated(
        wplus, towards: mean.cast(to: wplus.scalarType), psi: truncation)
    }
  }
}
