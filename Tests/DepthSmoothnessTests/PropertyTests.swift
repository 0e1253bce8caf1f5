import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// What must hold for any depth, with lengths that all differ: K = 3, H = 5, W = 4.
@Suite("Eq. 12–13: properties")
struct PropertyTests {
  let smoothness = DepthSmoothness()

  func depth(seed: UInt64) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor([3, 5, 4], in: -3...20)
  }

  @Test(arguments: [0, 16, -2.5])
  func aFlatMapCostsNothing(plane: Double) {
    #expect(smoothness.loss(Tensor(repeating: plane, [3, 5, 4], .float64)).item == 0)
  }

  @Test func movingEverythingCostsNothing() {
    let depth = depth(seed: 1)
    expectClose(smoothness.loss(depth + 4), smoothness.loss(depth), within: .closedForm)
  }

  @Test(arguments: [-1, 0.5, 31])
  func theLossIsASquare(scale: Double) {
    let depth = depth(seed: 2)
    let expected = smoothness.loss(depth) * (scale * scale)
    expectClose(smoothness.loss(depth * scale), expected, within: .closedForm)
  }

  /// The neighbourhood is symmetric: mirrored and transposed maps cost the same.
  @Test func noDirectionIsPreferred() {
    let depth = depth(seed: 3)
    for turned in [depth.reversed(axis: -1), depth.reversed(axis: -2), depth.transposed()] {
      expectClose(smoothness.loss(turned), smoothness.loss(depth), within: .closedForm)
    }
  }

  /// A bump of height h on a flat map differs from its n neighbours, and they from it: 2 n h² / A.
  @Test(arguments: [(2, 1, 8), (0, 2, 5), (2, 0, 5), (0, 0, 3), (4, 3, 3)])
  func aBumpPaysForEachNeighbourTwice(row: Int, column: Int, neighbors: Int) {
    var map = [Double](repeating: 7, count: 20)
    map[row * 4 + column] += 3
    let expected = Double(2 * neighbors * 9) / Double(8 * 20)
    let loss = smoothness.loss(Tensor([1, 5, 4], map))
    expectClose(loss, Tensor([], [expected]), within: .closedForm)
  }

  @Test func partsDoNotSeeEachOther() {
    let depth = depth(seed: 4)
    let offsets = Tensor([3, 1, 1], [0, 100, -40.0])
    expectClose(smoothness.loss(depth + offsets), smoothness.loss(depth), within: .closedForm)
    let parts = (0..<3).map { smoothness.loss(depth.sliced(axis: 0, from: $0, length: 1)) }
    expectClose(smoothness.loss(depth), Tensor.stacked(parts).mean(), within: .closedForm)
  }

  @Test func aBatchIsAveraged() {
    let (one, other) = (depth(seed: 5), depth(seed: 6))
    let mean = (smoothness.loss(one) + smoothness.loss(other)) / 2
    expectClose(smoothness.loss(.stacked([one, other])), mean, within: .closedForm)
  }

  /// Moving everything costs nothing, so the gradient of each part's map adds up to 0.
  @Test func theGradientPushesAsMuchAsItPulls() throws {
    let depth = depth(seed: 7).tracked(as: "depth")
    let gradient = try gradient(of: smoothness.loss(depth), withRespectTo: depth)
    let rest = gradient.sum(axes: [-1, -2]).absolute().maximum().item
    #expect(rest <= 1e-14 * gradient.absolute().sum().item)
  }

  /// A step against the gradient smooths.
  @Test func followingTheGradientSmooths() throws {
    let depth = depth(seed: 8).tracked(as: "depth")
    let loss = smoothness.loss(depth)
    let gradient = try gradient(of: loss, withRespectTo: depth)
    #expect(smoothness.loss(depth - gradient).item < loss.item)
  }

  @Test(arguments: [0, 0.1, 2])
  func theTotalIsLinearInTheWeight(weight: Double) {
    let depth = depth(seed: 9)
    let total = DepthSmoothness(weight: weight).total(
      adversarial: .scalar(1.5, .float64), smoothness: DepthSmoothness().loss(depth))
    expectClose(total, weight * smoothness.loss(depth) + 1.5, within: .closedForm)
  }
}
