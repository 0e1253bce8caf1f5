import TestSupport
import Tensors
import WPlusFactorization

/// The module's operations, each made curved, at sizes that all differ: B = 2, K = 3, L = 5.
enum Curved {
  static let factorization = WPlusFactorization(
    parts: 3, baseLayers: 2, shapeLayers: 1, textureLayers: 4)
  static let wplus = numbers(41, [2, 8, 5])
  static let other = numbers(42, [2, 8, 5])
  static let latent = numbers(43, [2, 5])

  static func expansion(_ x: Tensor) -> Tensor { curved(factorization.expanded(x)) }

  static func rearrangement(_ x: Tensor) -> Tensor {
    let latents = factorization.split(x)
    let exchanged = PartLatents(
      base: latents.base, shape: latents.texture, texture: latents.shape)
    return curved(factorization.joined(exchanged))
  }

  static func swap(_ x: Tensor) -> Tensor {
    curved(factorization.swapping(.shape, ofPart: 1, in: x, with: other))
  }

  static func donation(_ x: Tensor) -> Tensor {
    curved(factorization.swapping(.both, ofPart: 2, in: other, with: x))
  }

  /// One latent on both sides, so that its gradient has parts from both.
  static func mixture(_ x: Tensor) -> Tensor {
    let choices = Tensor([2, 3], [0, 1, 2, 2, 0, 1] as [Int32])
    return curved(factorization.mixed(x, x.squared(), choices: choices))
  }

  static func truncation(_ x: Tensor) -> Tensor {
    curved(factorization.truncated(x, towards: x[0], psi: 0.7))
  }

  private static func curved(_ x: Tensor) -> Tensor {
    (numbers(44, x.shape) * (x * 0.5).exponential()).sum()
  }

  private static func numbers(_ seed: UInt64, _ shape: [Int]) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor(shape)
  }
}
