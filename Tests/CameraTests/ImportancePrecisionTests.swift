import Camera
import TestSupport
import Tensors
import Testing

/// The importance pass divides by probabilities of 2e-5, which requires double precision inside.
@Suite("Camera, importance pass in single precision")
struct ImportancePrecisionTests {
  /// Weights that are exact in both precisions: two surfaces and nothing between them.
  private let weights: [Double] = [0, 0, 0.25, 0, 0, 0, 0, 0.625, 0, 0, 0, 0]

  /// All inputs are exact in both precisions.
  ///
  /// The results may therefore differ only by the rounding of the output to single precision, 2⁻²⁴ for
  /// values of 1 … 2.
  @Test func singlePrecisionRoundsOnlyTheResult() {
    let depths = (0..<12).map { 1 + Double($0) / 32 }
    let uniforms = (0...512).map { Double($0) / 512 }
    func found(_ type: ScalarType) -> Tensor {
      ImportanceSampling.depths(
        Tensor([12], depths).cast(to: type), Tensor([12], weights).cast(to: type),
        uniforms: Tensor([513], uniforms).cast(to: type))
    }
    let (single, double) = (found(.float32), found(.float64))
    #expect(single.scalarType == .float32 && double.scalarType == .float64)
    for (a, b) in zip(single.scalars, double.scalars) { #expect(abs(a - b) <= 0x1p-24) }
  }
}
