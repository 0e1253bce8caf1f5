import TestSupport
import Testing

@testable import Tensors

private let hasChoice = KernelLevel.available.contains(.v3) && MatrixKernels.canChange

/// Tests the choice of OpenBLAS's loops for matrix products.
@Suite("Matrix kernels")
struct MatrixKernelTests {
  @Test(arguments: ["Prescott", "Nehalem", "Sandybridge", "Bulldozer", "unknown", "a name to come"])
  func loopsOfAnOlderProcessorAreReplaced(_ core: String) {
    #expect(MatrixKernels.replacement(for: core, on: [.baseline, .v3, .v4]) == "SkylakeX")
    #expect(MatrixKernels.replacement(for: core, on: [.baseline, .v3]) == "Haswell")
    #expect(MatrixKernels.replacement(for: core, on: [.baseline]) == nil)
  }

  @Test(arguments: ["Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids", "Sapphirerapids"])
  func suitableLoopsAreKept(_ core: String) {
    #expect(MatrixKernels.replacement(for: core, on: [.baseline, .v3, .v4]) == nil)
    #expect(MatrixKernels.replacement(for: core, on: [.baseline, .v3]) == nil)
  }

  @Test(
    .enabled(
      if: hasChoice && !MatrixKernels.isAskedFor,
      "there is nothing to choose, or the user has chosen"))
  func suitableLoopsAreChosen() {
    #expect(
      MatrixKernels.replacement(for: MatrixKernels.name, on: [.baseline, .v3]) == nil,
      "OpenBLAS multiplies with its loops for \(MatrixKernels.name)")
  }

  /// A change affects the whole process, so it is made in a separate one.
  @Test(.enabled(if: hasChoice, "this processor or this OpenBLAS has nothing to choose from"))
  func productsAgreeBeforeAndAfterAChange() async {
    await #expect(processExitsWith: .success) {
      var random = RandomNumbers(seed: 3)
      let (a, b) = (random.normal([70, 130]), random.normal([130, 90]))
      let expected = a.cast(to: .float64).matmul(b.cast(to: .float64))
      let bound = Tolerance.relative(3e-6, because: "sums of 130 products in single precision")
      for core in ["Prescott", "Haswell"] {
        require(MatrixKernels.change(to: core), "OpenBLAS does not choose \(core)")
        require(MatrixKernels.name == core, "\(MatrixKernels.name) in place of \(core)")
        let found = a.matmul(b).cast(to: .float64)
        require(isClose(found, expected, within: bound), "single precision, \(core)")
        let exact = a.cast(to: .float64).matmul(b.cast(to: .float64))
        require(isClose(exact, expected, within: .closedForm), "double precision, \(core)")
      }
    }
  }
}
