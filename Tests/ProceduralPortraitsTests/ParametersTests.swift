import Foundation
import ProceduralPortraits
import Testing

@Suite("Portrait parameters")
struct ParametersTests {
  /// The first five outputs of SplitMix64 for the seed 1234567, as published.
  @Test func splitMixMatchesItsPublishedSequence() {
    var generator = SplitMix(seed: 1_234_567)
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(published.map { _ in generator.next() } == published)
  }

  @Test func aSeedIsOnePortrait() {
    #expect(PortraitParameters.random(seed: 42) == PortraitParameters.random(seed: 42))
    let many = (0..<200).map { PortraitParameters.random(seed: $0) }
    for (index, portrait) in many.enumerated() {
      #expect(!many[..<index].contains(portrait), "seed \(index) repeats an earlier portrait")
    }
  }

  @Test(arguments: 0..<60)
  func jsonRoundTrip(seed: UInt64) throws {
    let portrait = PortraitParameters.random(seed: seed)
    let data = try JSONEncoder().encode(portrait)
    #expect(try JSONDecoder().decode(PortraitParameters.self, from: data) == portrait)
  }

  /// Returns whether a share of n draws is within four standard deviations of its rate.
  ///
  /// A wrong rate fails this test; a correct rate hardly ever does.
  private func isShare(_ count: Int, of n: Int, _ rate: Double) -> Bool {
    abs(Double(count) / Double(n) - rate) <= 4 * (rate * (1 - rate) / Double(n)).squareRoot()
  }

  @Test func accessoriesOccurAtTheirRates() {
    let portraits = (0..<4000).map { PortraitParameters.random(seed: 100_000 + $0) }
    let hatFits = portraits.filter { ![.bun, .afro].contains($0.hair.style) }
    let earsFree = portraits.filter { ![.bob, .long].contains($0.hair.style) }
    #expect(isShare(portraits.count { $0.glasses != nil }, of: portraits.count, 0.20))
    #expect(isShare(hatFits.count { $0.hat != nil }, of: hatFits.count, 0.15))
    #expect(isShare(earsFree.count { $0.earrings != nil }, of: earsFree.count, 0.40))
    #expect(portraits.allSatisfy { $0.hat == nil || ![.bun, .afro].contains($0.hair.style) })
    #expect(portraits.allSatisfy { $0.earrings == nil || ![.bob, .long].contains($0.hair.style) })
    let sun = portraits.count { ($0.glasses?.tint ?? 0) > 0.5 }
    #expect(isShare(sun, of: portraits.count { $0.glasses != nil }, 0.20))
  }

  @Test func everyKindOccurs() {
    let portraits = (0..<600).map { PortraitParameters.random(seed: $0) }
    #expect(Set(portraits.map(\.hair.style)).count == PortraitParameters.Hair.Style.allCases.count)
    #expect(
      Set(portraits.map(\.cloth.style)).count == PortraitParameters.Cloth.Style.allCases.count)
    #expect(
      Set(portraits.compactMap(\.hat?.style)).count == PortraitParameters.Hat.Style.allCases.count)
    #expect(
      Set(portraits.compactMap(\.earrings?.style)).count
        == PortraitParameters.Earrings.Style.allCases.count)
  }
}
