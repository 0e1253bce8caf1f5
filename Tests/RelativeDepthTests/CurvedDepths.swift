import RelativeDepth
import TestSupport
import Tensors

/// The map is linear, so it is followed by a curved function: Σ c · exp(d̂/8) for random c.
///
/// B = 2, K = 5, H = 4, W = 3; depths in planes.
enum CurvedDepths {
  static let point = depths(seed: 41)

  static func absolute(_ mode: DepthMode) -> (Tensor) -> Tensor {
    { curved(RelativeDepth(mode).absoluteDepth(of: $0)) }
  }

  static func relative(_ mode: DepthMode) -> (Tensor) -> Tensor {
    { curved(RelativeDepth(mode).relativeDepth(of: $0)) }
  }

  /// Σ c · exp(x/8).
  private static func curved(_ x: Tensor) -> Tensor {
    var numbers = TestNumbers(seed: 42)
    return (numbers.tensor(x.shape) * (x / 8).exponential()).sum()
  }

  private static func depths(seed: UInt64) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor([2, 5, 4, 3], in: -3...20)
  }
}
