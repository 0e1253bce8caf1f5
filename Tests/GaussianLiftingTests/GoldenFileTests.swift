import GaussianLifting
import Tensors
import TestSupport
import Testing

/// Every case of `Fixtures/GaussianLifting` that asks for ψ and lifted maps, values and first
/// derivatives.
///
/// The cases `stream_…` ask for samples; `VolumeRenderingTests` answers them.
@Suite("Eq. 5–7: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "GaussianLifting").filter { !$0.isStream })
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    let lifting = try GaussianLifting(golden)
    try expectGolden(golden) { try answers(of: lifting, to: $0) }
  }

  @Test func theGoldenFilesCoverEveryKernel() throws {
    let cases = try GoldenCase.all(of: "GaussianLifting").filter { !$0.isStream }
    let kernels = try Set(cases.map { try GaussianLifting($0).kernel })
    #expect(kernels == Set(LiftingKernel.allCases))
  }
}
