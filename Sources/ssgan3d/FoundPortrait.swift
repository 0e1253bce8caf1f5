import ArgumentParser
import Foundation
import PortraitModel
import Tensors

/// A portrait that `invert` found, in place of one that a seed draws.
struct FoundPortrait: ParsableArguments {
  static let fileName = "latents.safetensors"

  @Option(
    help: """
      The portrait that ssgan3d invert found, its \(fileName), in place of one that a seed draws.
      """)
  var latents: String?

  func validate() throws { try requirePaths([("--latents", latents)]) }

  /// Stops where a seed was given beside it.
  func requireNoSeed(_ given: Bool) throws {
    if latents != nil && given {
      throw ValidationError("--latents and --seed are two portraits; give one")
    }
  }

  /// Its W⁺, if it was named.
  func wplus(of generator: Generator) throws -> Tensor? {
    try latents.map { try LatentFile.read(URL(fileURLWithPath: $0), of: generator) }
  }
}
