import TestSupport
import Testing

@testable import Tensors

@Suite("Gradients")
struct GradientTests {
  /// y = x³ at 2: y′ = 12, y″ = 12, y‴ = 6.
  @Test func thirdDerivativeOfACube() throws {
    let x = Tensor([], [2.0]).tracked(as: "x")
    let y = x * x * x
    let first = try gradient(of: y, withRespectTo: x, createGraph: true)
    let second = try gradient(of: first, withRespectTo: x, createGraph: true)
    let third = try gradient(of: second, withRespectTo: x)
    #expect(first.item == 12)
    #expect(second.item == 12)
    #expect(third.item == 6)
  }

  @Test func anUnrelatedTensorIsNamed() throws {
    let x = Tensor([2], [1.0, 2]).tracked(as: "x")
    let stranger = Tensor([2], [1.0, 2]).tracked(as: "stranger")
    let y = x.squared().sum()
    #expect(throws: GradientError.notInGraph(name: "stranger", position: 1)) {
      try gradients(of: y, withRespectTo: [x, stranger])
    }
    #expect(throws: GradientError.notScalar(shape: [2])) {
      try gradient(of: x.squared(), withRespectTo: x)
    }
    #expect(throws: GradientError.notTracked) {
      try gradient(of: Tensor([], [1.0]), withRespectTo: x)
    }
  }

  /// score = w·x + b: the squared norm of d score/dx is |w|², in which b takes part but drops out.
  @Test func aVanishingGradientIsZero() throws {
    let x = Tensor([2], [1.0, 2]).tracked(as: "x")
    let w = Tensor([2], [3.0, -4]).tracked(as: "w")
    let b = Tensor([], [0.5]).tracked(as: "b")
    let score = (w * x).sum() + b
    let gradient = try gradient(of: score, withRespectTo: x, createGraph: true)
    let norm = gradient.squared().sum()
    let found = try gradients(of: norm, withRespectTo: [w, b])
    #expect(found[0].scalars == [6, -8])
    #expect(found[1].scalars == [0])
  }

  @Test func nothingIsRecordedWithoutGradients() {
    let x = Tensor([], [2.0]).tracked(as: "x")
    #expect(!withoutGradients { x.squared() }.isTracked)
    #expect(x.squared().isTracked)
    #expect(!x.squared().detached().isTracked)
  }

  /// The graph is freed node by node; a recursive release would overflow the stack.
  @Test func aChainOfAMillionOperationsIsReleased() {
    var x = Tensor([], [1.0]).tracked(as: "x")
    for _ in 0..<1_000_000 { x = x + 1 }
    #expect(x.item == 1_000_001)
  }
}
