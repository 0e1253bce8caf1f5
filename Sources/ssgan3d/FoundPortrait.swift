import ArgumentParser
import Foundation
import PortraitModel
import Tensors
import WPlusFactorization

/// A portrait that `invert` found, in place of one that a seed draws.
struct FoundPortrait: ParsableArguments {
  static let fileName = "latents.safetensors"

  @Option(
    help: """
      The portrait that ssgan3d invert found, its \(fileName), in place of one that a seed draws; from \
      the front, too, unless --yaw and --pitch are given.
      """)
  var latents: String?

  func validate() throws { try requirePaths([("--latents", latents)]) }

  /// Stops where another portrait was named beside it.
  func requireAlone(_ others: [(option: String, isGiven: Bool)]) throws {
    if let (option, _) = others.first(where: \.isGiven), latents != nil {
      throw ValidationError("--latents and \(option) are two portraits; give one")
    }
  }

  /// Its W⁺ if it was named, drawn towards the mean latent like others.
  func wplus(of generator: Generator, truncation: Double, mean: Tensor?) throws -> Tensor? {
    guard let latents else { return nil }
    let wplus = try LatentFile.read(URL(fileURLWithPath: latents), of: generator)
    guard let mean else { return wplus }
    return generator.latents.truncated(
      wplus, towards: mean.cast(to: wplus.scalarType), psi: truncation)
  }
}
