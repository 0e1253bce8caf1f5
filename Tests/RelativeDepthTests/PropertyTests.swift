import RelativeDepth
import TestSupport
import Tensors
import Testing

/// What must hold for any depths, with lengths that all differ: B = 2, K = 5, H = 4, W = 3.
@Suite("§3.2: properties")
struct PropertyTests {
  let module = RelativeDepth()

  func depth(seed: UInt64, parts: Int = 5) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor([2, parts, 4, 3], in: -3...20)
  }

  /// d̂ − d_face rounds d̂, which is at most 40 here, once more.
  @Test(arguments: DepthMode.allCases)
  func eachDirectionUndoesTheOther(mode: DepthMode) {
    let (module, depth) = (RelativeDepth(mode), depth(seed: 1))
    let bound = Tolerance.relative(1e-15, because: "one sum and one difference near 40")
    expectClose(module.relativeDepth(of: module.absoluteDepth(of: depth)), depth, within: bound)
    expectClose(module.absoluteDepth(of: module.relativeDepth(of: depth)), depth, within: bound)
  }

  @Test(arguments: DepthMode.allCases)
  func absoluteDepthIsLinear(mode: DepthMode) {
    let module = RelativeDepth(mode)
    let (one, other) = (depth(seed: 2), depth(seed: 3))
    expectClose(
      module.absoluteDepth(of: 2.5 * one - 0.75 * other),
      2.5 * module.absoluteDepth(of: one) - 0.75 * module.absoluteDepth(of: other),
      within: .closedForm)
  }

  @Test func backgroundAndFaceKeepTheirDepth() {
    let depth = depth(seed: 4)
    let absolute = module.absoluteDepth(of: depth)
    for part in 0...RelativeDepth.facePart {
      expectClose(absolute[axis: 1, part], depth[axis: 1, part], within: .exact)
    }
  }

  /// With two parts nothing is above the face.
  @Test(arguments: DepthMode.allCases)
  func twoPartsStayAsTheyAre(mode: DepthMode) {
    let depth = depth(seed: 5, parts: 2)
    expectClose(RelativeDepth(mode).absoluteDepth(of: depth), depth, within: .exact)
    expectClose(RelativeDepth(mode).relativeDepth(of: depth), depth, within: .exact)
  }

  @Test func theAblationChangesNothing() {
    let depth = depth(seed: 6)
    expectClose(RelativeDepth(.absolute).absoluteDepth(of: depth), depth, within: .exact)
    expectClose(RelativeDepth(.absolute).relativeDepth(of: depth), depth, within: .exact)
  }

  /// The face moves by another amount at every pixel; the background stays where it is.
  @Test func movingTheFaceMovesAllPartsAboveItByAsMuch() {
    var numbers = TestNumbers(seed: 7)
    let (depth, shift) = (depth(seed: 8), numbers.tensor([2, 1, 4, 3], in: -5...5))
    let onTheFace = Tensor([5, 1, 1], [0, 1, 0, 0, 0.0])
    let moved = module.absoluteDepth(of: depth + onTheFace * shift)
    let expected = module.absoluteDepth(of: depth) + Tensor([5, 1, 1], [0, 1, 1, 1, 1.0]) * shift
    expectClose(moved, expected, within: .closedForm)
    let ablation = RelativeDepth(.absolute).absoluteDepth(of: depth + onTheFace * shift)
    expectClose(ablation, depth + onTheFace * shift, within: .exact)
  }

  /// Parts above the face do not see each other.
  @Test(arguments: 2..<5)
  func movingAPartMovesItAlone(part: Int) {
    let depth = depth(seed: 9)
    let own = Tensor([5, 1, 1], (0..<5).map { $0 == part ? 3.25 : 0 })
    expectClose(
      module.absoluteDepth(of: depth + own), module.absoluteDepth(of: depth) + own,
      within: .closedForm)
  }

  @Test func imagesAtOnceAreTheSameAsOneByOne() {
    let depth = depth(seed: 10)
    let together = module.absoluteDepth(of: depth)
    for image in 0..<2 {
      expectClose(together[image], module.absoluteDepth(of: depth[image]), within: .exact)
    }
  }
}
