import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Ends of the ranges; values and gradients must be finite.
@Suite("§3.2: limits")
struct LimitTests {
  /// Depths are not clamped to the planes: 1e300 planes in front of 1e300 planes are twice as many.
  @Test(arguments: [0, 1e-300, 1e300, -1e300])
  func hugeAndTinyDepthsPassThrough(depth: Double) throws {
    let relative = Tensor(repeating: depth, [3, 1, 2], .float64).tracked(as: "depth")
    let absolute = RelativeDepth().absoluteDepth(of: relative)
    let golden = Tensor([3, 1, 1], [1, 1, 2.0]) * depth
    expectClose(absolute, golden.broadcast(to: [3, 1, 2]), within: .exact)
    let found = try gradient(of: absolute.sum(), withRespectTo: relative)
    expectClose(
      found, Tensor([3, 1, 1], [1, 2, 1.0]).broadcast(to: [3, 1, 2]), within: .exact)
  }

  /// A part that is 1e-9 planes off a face at 1e9 planes: the sum rounds it away, the gradient not.
  @Test func aPartWhoseDepthIsRoundedAwayKeepsItsGradient() throws {
    let relative = Tensor([3, 1, 1], [0, 1e9, 1e-9]).tracked(as: "depth")
    let absolute = RelativeDepth().absoluteDepth(of: relative)
    #expect(absolute.scalars == [0, 1e9, 1e9])
    let found = try gradient(of: absolute[2].sum(), withRespectTo: relative)
    #expect(found.scalars == [0, 1, 1])
  }

  @Test func onePixelOfOnePartIsMovedByTheFace() {
    let absolute = RelativeDepth().absoluteDepth(of: Tensor([3, 1, 1], [1, 10, -2.0]))
    #expect(absolute.scalars == [1, 10, 8])
  }

  @Test func anEmptyBatchStaysEmpty() {
    let none = Tensor.zeros([0, 4, 5, 3], .float64)
    #expect(RelativeDepth().absoluteDepth(of: none).shape == [0, 4, 5, 3])
    #expect(RelativeDepth().relativeDepth(of: none).shape == [0, 4, 5, 3])
  }

  /// NaN of one part stays with it; NaN of the face reaches every part above it.
  @Test func aDepthThatIsNotFiniteReachesWhatDependsOnIt() {
    let ofAPart = RelativeDepth().absoluteDepth(of: Tensor([4, 1, 1], [1, 2, .nan, 4]))
    #expect(ofAPart.scalars.map(\.isNaN) == [false, false, true, false])
    let ofTheFace = RelativeDepth().absoluteDepth(of: Tensor([4, 1, 1], [1, .nan, 3, 4]))
    #expect(ofTheFace.scalars.map(\.isNaN) == [false, true, true, true])
  }
}
