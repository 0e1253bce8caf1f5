import PartFusion
import Tensors
import TestSupport
import Testing

/// Every case of `Fixtures/PartFusion`, values and first derivatives.
///
/// The samples of the fusion are
/// cases `stream_…` of `Fixtures/GaussianLifting`; `VolumeRenderingTests` answers them.
@Suite("Eq. 8: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "PartFusion"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    let fusion = try PartFusion(golden)
    try expectGolden(golden) { try answers(of: Volumes($0), by: fusion.fused(features:densities:)) }
  }

  @Test func theGoldenFilesCoverBothRules() throws {
    let rules = try Set(GoldenCase.all(of: "PartFusion").map { try PartFusion($0).fusion })
    #expect(rules == Set(Fusion.allCases))
  }
}
