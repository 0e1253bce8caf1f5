import TestSupport
import Testing

@testable import Tensors

/// Tests the paths of gradients through a graph.
@Suite("Paths of gradients")
struct GradientPathTests {
  /// y = a · b with a = x², b = x + a at x = 3: dy/db = a = 9, dy/da = b + a = 21, and
  /// dy/dx = 2x · 21 + 9 = 135.
  @Test func intermediateTensorsMayBeAskedFor() throws {
    let x = Tensor([], [3.0]).tracked(as: "x")
    let a = x.squared()
    let b = x + a
    let y = a * b
    let found = try gradients(of: y, withRespectTo: [x, a, b, y, x]).map(\.item)
    let expected: [Double] = [135, 21, 9, 1, 135]
    #expect(found == expected)
  }

  @Test func aTensorUsedTwiceAddsUp() throws {
    let x = Tensor([2], [3.0, -1]).tracked(as: "x")
    #expect(try gradient(of: (x * x).sum(), withRespectTo: x).scalars == [6, -2])
    #expect(try gradient(of: x.matmulSelf(), withRespectTo: x).scalars == [6, -2])
    #expect(try gradient(of: (x - x).sum(), withRespectTo: x).scalars == [0, 0])
  }

  /// Both summands of s get the same tensor as their gradient; further gradients of a must not
  /// reach b or s.
  @Test func gradientsThatAreSharedAreNotAddedTo() throws {
    let a = Tensor([2], [3.0, -1]).tracked(as: "a")
    let b = Tensor([2], [5.0, 7]).tracked(as: "b")
    let weights = Tensor([2], [10.0, 100])
    // The sum comes last, so that its gradient arrives first and others are added to it.
    let alone = a.squared()
    let s = a + b
    let y = (alone + weights * s).sum()
    let found = try gradients(of: y, withRespectTo: [a, b, s]).map(\.scalars)
    #expect(found == [[16, 98], [10, 100], [10, 100]])
  }

  /// Gradients in memory order, transposed, and repeated along an axis, in every sequence.
  @Test func gradientsOfAnyLayoutAddUp() throws {
    let x = Tensor([2, 3], [1.0, 2, 3, 4, 5, 6]).tracked(as: "x")
    let straight = Tensor([2, 3], [10.0, 20, 30, 40, 50, 60])
    let turned = Tensor([3, 2], [100.0, 200, 300, 400, 500, 600])
    let uses: [(Tensor) -> Tensor] = [
      { ($0 * straight).sum() }, { ($0.transposed() * turned).sum() }, { $0.sum() },
      { $0.squared().sum() },
    ]
    // ∂/∂x = straight + turnedᵀ + 1 + 2x.
    let expected: [Double] = [113, 325, 537, 249, 461, 673]
    for first in uses.indices {
      for step in [1, 3] {
        let order = uses.indices.map { (first + step * $0) % uses.count }
        let y = order.map { uses[$0](x) }.reduce(Tensor.zeros([], .float64), +)
        #expect(try gradient(of: y, withRespectTo: x).scalars == expected, "\(order)")
      }
    }
  }

  @Test func detachedBranchesCarryNothing() throws {
    let x = Tensor([], [3.0]).tracked(as: "x")
    let y = x.detached() * x
    #expect(try gradient(of: y, withRespectTo: x).item == 3)
    #expect(throws: GradientError.notTracked) {
      try gradient(of: x.detached().squared(), withRespectTo: x)
    }
    #expect(throws: GradientError.notInGraph(name: "constant", position: 0)) {
      try gradient(of: y, withRespectTo: x.detached())
    }
  }

  /// Gradients are recorded only on request.
  @Test func gradientsAreUntrackedUnlessAGraphIsWanted() throws {
    let x = Tensor([], [3.0]).tracked(as: "x")
    let y = x.squared() * x
    #expect(try !gradient(of: y, withRespectTo: x).isTracked)
    #expect(try gradient(of: y, withRespectTo: x, createGraph: true).isTracked)
    let inside = try withoutGradients { try gradient(of: y, withRespectTo: x) }
    #expect(inside.item == 27)
  }

  /// The fourth derivative of eˣ sin x is −4 eˣ sin x.
  @Test func fourthDerivativeOfAProduct() throws {
    let x = Tensor([], [0.7]).tracked(as: "x")
    let y = x.exponential() * x.sine()
    var derivative = y
    for _ in 0..<4 {
      derivative = try gradient(of: derivative, withRespectTo: x, createGraph: true)
    }
    #expect((derivative.item + 4 * y.item).magnitude < 1e-14)
  }

  /// |∇ₓ score|² of a small network: the last bias takes part with gradient zero, the first bias has another gradient.
  @Test func aPenaltyOnTheGradientReachesEveryParameter() throws {
    var numbers = TestNumbers(seed: 71)
    let x = numbers.tensor([2, 1, 5, 6]).tracked(as: "x")
    let kernel = numbers.tensor([3, 1, 3, 3]).tracked(as: "kernel")
    let bias = numbers.tensor([3, 1, 1]).tracked(as: "bias")
    let head = numbers.tensor([3, 1]).tracked(as: "head")
    let last = numbers.tensor([1]).tracked(as: "last bias")
    let features = (x.convolved(with: kernel, padding: 1) + bias).softplus().mean(axes: [2, 3])
    let score = (features.matmul(head) + last).sum()
    let gradient = try gradient(of: score, withRespectTo: x, createGraph: true)
    let penalty = gradient.squared().sum()
    let found = try gradients(of: penalty, withRespectTo: [kernel, bias, head, last])
    for gradient in found.dropLast() { #expect(gradient.scalars.contains { $0 != 0 }) }
    #expect(found[3].scalars == [0])
    #expect(found.map(\.shape) == [[3, 1, 3, 3], [3, 1, 1], [3, 1], [1]])
  }
}

extension Tensor {
  /// xᵀx as a matrix product of one tensor with itself.
  fileprivate func matmulSelf() -> Tensor { unsqueezed(axis: 0).matmul(unsqueezed(axis: 1)).sum() }
}
