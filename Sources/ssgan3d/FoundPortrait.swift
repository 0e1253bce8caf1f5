import ArgumentParser
import Foundation
import PortraitModel
import Tensors
import WPlusFactorization

/// The option that names a portrait found by `invert` instead of a random one.
struct FoundPortrait: ParsableArguments {
  static let fileName = "latents.safetensors"

  @Option(
    help: """
      A portrait found by 'ssgan3d invert' (its \(fileName)) instead of a random one; it is rendered \
      from the front unless --yaw and --pitch are given.
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
    let wplus = try LatentFile.read(URL(fileURLWithPath: latents), of: generator)
    guard let mean else { return wplus }
    return generator.factorization.truncated(
      wplus, towards: mean.cast(to: wplus.scalarType), psi: truncation)
  }
}
