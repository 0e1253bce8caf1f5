import TestSupport
import Testing

@testable import Tensors

/// Compares a layer computed in one pass with its separate steps, over several tiles of pixels.
@Suite("Activated product")
struct ActivatedProductTests {
  private static func inputs(_ images: Int) -> [Tensor] {
    var numbers = TestNumbers(seed: 51)
    return [
      numbers.tensor([2, 3, 48, 5]), numbers.tensor([images, 3, 5, 1500]),
      numbers.tensor([3, 48]),
    ]
  }

  private static func onePass(_ x: [Tensor]) -> Tensor {
    x[0].activatedProduct(x[1], bias: x[2], slope: 0.2, gain: 1.5)
  }

  private static func steps(_ x: [Tensor]) -> Tensor {
    let product = x[0].matmul(x[1])
    return product.flattened(axes: 1...2).biasedLeakyReLU(
      bias: x[2].flattened(), slope: 0.2, gain: 1.5
    )
    .reshaped(product.shape)
  }

  /// With and without a graph of the gradient, because the two cases have separate rules.
  @Test(arguments: [1, 2], [false, true])
  func gradientsMatchTheSteps(images: Int, createGraph: Bool) throws {
    let inputs = Self.inputs(images)
    var numbers = TestNumbers(seed: 52)
    let g = numbers.tensor([2, 3, 48, 1500])
    expectClose(Self.onePass(inputs), Self.steps(inputs), within: .closedForm)
    // Each input alone as well: gradients that are not wanted are not computed.
    for wanted in [[0, 1, 2], [0], [1], [2]] {
      func found(_ layer: ([Tensor]) -> Tensor) throws -> [Tensor] {
        let x = inputs.enumerated().map { wanted.contains($0) ? $1.tracked() : $1 }
        return try gradients(
          of: (layer(x) * g).sum(), withRespectTo: wanted.map { x[$0] }, createGraph: createGraph)
      }
      for (one, other) in zip(try found(Self.onePass), try found(Self.steps)) {
        expectClose(one, other, within: .closedForm, "gradients \(wanted)")
      }
    }
  }
}
