import Testing

@testable import Datasets

@Suite("Held-out pairs")
struct HeldOutTests {
  @Test(arguments: [
    (1, 0), (2, 1), (15, 1), (22, 1), (23, 2), (30, 2), (4993, 333), (30_000, 2000),
  ])
  func theShareIsOneInFifteen(count: Int, expected: Int) {
    let indices = HeldOutPairs(seededOf: count).indices
    #expect(indices.count == expected && Set(indices).count == expected)
    #expect(indices == indices.sorted() && indices.allSatisfy { (0..<count).contains($0) })
    #expect(HeldOutPairs(seededOf: count).indices == indices)
  }

  /// A split that took the first or the last pairs would hold out neighbors.
  @Test func heldOutPairsAreSpreadOverTheSet() {
    let indices = HeldOutPairs(seededOf: 3000).indices
    for part in 0..<10 {
      let count = indices.count { $0 / 300 == part }
      // 200 in ten parts: 20 each with a standard deviation of 4.2; the bound is five of these.
      #expect(abs(count - 20) < 21, "part \(part) has \(count)")
      #expect(count > 0)
    }
  }

  @Test func theCompleteSetIsSplitByNumber() {
    let whole = NumberedSource(count: 30_000, isWholeCelebAMaskHQ: true)
    #expect(HeldOutPairs(of: whole).indices == Array(28_000..<30_000))
    let other = NumberedSource(count: 30_000)
    #expect(HeldOutPairs(of: other).indices == HeldOutPairs(seededOf: 30_000).indices)
    #expect(HeldOutPairs(of: other).indices != HeldOutPairs(of: whole).indices)
  }

  @Test func trainingAndValidationShareNothing() throws {
    let folder = try DataFolder()
    let pack = try PortraitPack.prepare(NumberedSource(count: 40), size: 2, to: folder("pack"))
    #expect(pack.training.count == 37 && pack.validation.count == 3)
    #expect(Set(pack.training.indices).isDisjoint(with: pack.validation.indices))
    #expect(Set(pack.training.indices).union(pack.validation.indices) == Set(0..<40))
    for part in [pack.training, pack.validation] {
      for (place, index) in part.indices.enumerated() {
        #expect(try part.pair(place) == NumberedSource(count: 40).pair(index, size: 2))
      }
    }
    #expect(pack.training.fingerprint != pack.validation.fingerprint)
  }
}
