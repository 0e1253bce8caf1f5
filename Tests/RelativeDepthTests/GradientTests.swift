import RelativeDepth
import TestSupport
import Tensors
import Testing

/// The gradient of a curved function of the depths, in both directions and both modes.
@Suite("§3.2: gradient")
struct GradientTests {
  @Test(arguments: DepthMode.allCases)
  func theGradientOfAbsoluteDepthEqualsDifferences(mode: DepthMode) throws {
    try expectGradient(at: CurvedDepths.point, CurvedDepths.absolute(mode))
  }

  @Test(arguments: DepthMode.allCases)
  func theGradientOfRelativeDepthEqualsDifferences(mode: DepthMode) throws {
    try expectGradient(at: CurvedDepths.point, CurvedDepths.relative(mode))
  }

  /// For any loss: what reaches the face is its own gradient and those of parts 2, 3 and 4.
  @Test func theFaceGetsTheSumOverItselfAndThePartsAboveIt() throws {
    let relative = CurvedDepths.point.tracked(as: "relative")
    var numbers = TestNumbers(seed: 43)
    let ofAbsolute = numbers.tensor([2, 5, 4, 3])
    let number = (RelativeDepth().absoluteDepth(of: relative) * ofAbsolute).sum()
    let found = try gradient(of: number, withRespectTo: relative)
    expectClose(
      found[axis: 1, 1], ofAbsolute.sliced(axis: 1, from: 1, length: 4).sum(axes: [1]),
      within: .closedForm)
    for part in [0, 2, 3, 4] {
      expectClose(found[axis: 1, part], ofAbsolute[axis: 1, part], within: .exact)
    }
  }
}
