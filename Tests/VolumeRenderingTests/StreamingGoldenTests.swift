import TestSupport
import Testing

/// The cases `stream_…` of `Fixtures/GaussianLifting`, values and first derivatives.
@Suite("Streaming samples: golden files")
struct StreamingGoldenTests {
  /// Samples are computed without any feature volume, and from volumes.
  @Test(
    arguments: try GoldenCase.all(of: "GaussianLifting").filter(\.isStream),
    [streamedFusion, sampledVolumes] as [Sampler])
  func samplesAgreeWithTheGoldenFiles(golden: GoldenCase, sampler: Sampler) throws {
    try expectGolden(golden) { try sampler(golden, $0) }
  }

  /// The lift alone sums the parts, so it agrees with the cases of the plain sum.
  @Test(arguments: try GoldenCase.all(of: "GaussianLifting").filter { try $0.isStreamOfTheSum })
  func theLiftAloneAgreesWithTheCasesOfTheSum(golden: GoldenCase) throws {
    try expectGolden(golden) { try streamedLift(golden, $0) }
  }

  @Test func theGoldenFilesCoverBothRules() throws {
    let cases = try GoldenCase.all(of: "GaussianLifting").filter(\.isStream)
    #expect(try Set(cases.map { try $0.word("fusion") }) == ["sum", "densitySoftmax"])
  }
}

extension GoldenCase {
  fileprivate var isStream: Bool { name.hasPrefix("stream_") }

  fileprivate var isStreamOfTheSum: Bool {
    get throws { try isStream && word("fusion") == "sum" }
  }
}
