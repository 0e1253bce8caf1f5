import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Ends of the ranges; values and gradients must be finite.
@Suite("Eq. 12–13: limits")
struct LimitTests {
  /// One pixel has no neighbour; a single row or column has neighbours along one axis.
  @Test(arguments: [[1, 1, 1], [2, 1, 1], [1, 1, 4], [1, 4, 1]])
  func thinMapsHaveNeighboursAlongOneAxisAtMost(shape: [Int]) throws {
    let depth = (Tensor.counting(to: shape.reduce(1, *), .float64) * 2).reshaped(shape)
    let leaf = depth.tracked(as: "depth")
    let loss = DepthSmoothness().loss(leaf)
    // Three pairs that differ by 2, met twice, for 4 pixels: 24 / 32.
    #expect(loss.item == (shape.contains(4) ? 0.75 : 0))
    expectFinite(try gradient(of: loss, withRespectTo: leaf))
  }

  @Test func aFlatMapHasAGradientOfZero() throws {
    let depth = Tensor(repeating: 16, [2, 3, 4], .float64).tracked(as: "depth")
    let gradient = try gradient(of: DepthSmoothness().loss(depth), withRespectTo: depth)
    expectClose(gradient, .zeros([2, 3, 4], .float64), within: .exact)
  }

  @Test(arguments: [1e-150, 1e150])
  func extremeJumpsStayFinite(jump: Double) throws {
    let depth = Tensor([1, 1, 2], [0, jump]).tracked(as: "depth")
    let loss = DepthSmoothness().loss(depth)
    expectClose(loss, Tensor([], [jump * jump / 8]), within: .closedForm)
    let gradient = try gradient(of: loss, withRespectTo: depth)
    expectClose(gradient, Tensor([1, 1, 2], [-jump / 4, jump / 4]), within: .closedForm)
  }

  @Test func aBackgroundThatIsNotCountedCostsNothing() {
    let depth = Tensor([1, 1, 2], [0, 5.0])
    #expect(DepthSmoothness(includesBackground: false).loss(depth).item == 0)
  }

  @Test func aWeightOfZeroLeavesTheAdversarialLoss() throws {
    let depth = Tensor([1, 1, 2], [0, 5.0]).tracked(as: "depth")
    let total = DepthSmoothness(weight: 0).total(
      adversarial: .scalar(1.25, .float64), smoothness: DepthSmoothness().loss(depth))
    #expect(total.item == 1.25)
    let gradient = try gradient(of: total, withRespectTo: depth)
    expectClose(gradient, .zeros([1, 1, 2], .float64), within: .exact)
  }
}
