import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Four parts on two pixels side by side: background, face base, and two parts above the face.
///
///                   d          d̂, relative                  d̂, absolute
///     background    2    2     2            2                2    2
///     face base     9   10     9           10                9   10
///     nose          3   ½      9 + 3 = 12  10 + ½ = 10½      3   ½
///     hair         −1   −4     9 − 1 = 8   10 − 4 = 6       −1   −4
@Suite("§3.2: hand golden")
struct HandGoldenTests {
  let relative = Tensor([4, 1, 2], [2, 2, 9, 10, 3, 0.5, -1, -4])
  let absolute = Tensor([4, 1, 2], [2, 2, 9, 10, 12, 10.5, 8, 6])

  @Test func partsAboveTheFaceAddItsDepth() {
    expectClose(RelativeDepth().absoluteDepth(of: relative), absolute, within: .exact)
  }

  /// 12 − 9, 10½ − 10, 8 − 9 and 6 − 10.
  @Test func theInverseSubtractsTheDepthOfTheFace() {
    expectClose(RelativeDepth().relativeDepth(of: absolute), relative, within: .exact)
  }

  @Test func theAblationAddsNothing() {
    let ablation = RelativeDepth(.absolute)
    expectClose(ablation.absoluteDepth(of: relative), relative, within: .exact)
    expectClose(ablation.relativeDepth(of: absolute), absolute, within: .exact)
  }

  /// Weights 1, 10, 100, 1000 of the four d̂ at a pixel: the face gets 10 + 100 + 1000.
  @Test func theFaceGetsTheGradientsOfAllPartsAboveIt() throws {
    let depth = relative.tracked(as: "depth")
    let weights = Tensor([4, 1, 1], [1, 10, 100, 1000.0])
    let number = (RelativeDepth().absoluteDepth(of: depth) * weights).sum()
    let found = try gradient(of: number, withRespectTo: depth)
    let golden = Tensor([4, 1, 2], [1, 1, 1110, 1110, 100, 100, 1000, 1000.0])
    expectClose(found, golden, within: .exact)
    let ablation = (RelativeDepth(.absolute).absoluteDepth(of: depth) * weights).sum()
    let plain = try gradient(of: ablation, withRespectTo: depth)
    expectClose(plain, weights.broadcast(to: [4, 1, 2]), within: .exact)
  }
}
