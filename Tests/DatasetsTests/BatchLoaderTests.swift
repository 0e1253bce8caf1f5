import Dispatch
import Foundation
import Synchronization
import Tensors
import Testing

@testable import Datasets

@Suite("Batch loader")
struct BatchLoaderTests {
  /// Returns the indices of the pairs in a batch, read from its pictures.
  private func indices(_ batch: PortraitBatch) -> [Int] {
    let (count, pixels) = (batch.image.shape[0], batch.image.count / batch.image.shape[0])
    let values = batch.image.floats
    return (0..<count).map { Int(((values[$0 * pixels] + 1) * 127.5).rounded()) }
  }

  @Test func pictureAndMaskBelongToTheSamePair() throws {
    let loader = try BatchLoader(NumberedSource(count: 10, size: 3), batch: 4, seed: 7)
    for _ in 0..<5 {
      let batch = try loader.next()
      #expect(batch.image.shape == [4, 3, 3, 3] && batch.mask.shape == [4, 13, 3, 3])
      let (image, mask) = (batch.image.floats, batch.mask.floats)
      for (place, index) in indices(batch).enumerated() {
        let pair = try NumberedSource(count: 10, size: 3).pair(index)
        #expect(Array(image[place * 27..<(place + 1) * 27]) == pair.image.floats)
        #expect(Array(mask[place * 117..<(place + 1) * 117]) == pair.mask.floats)
      }
    }
  }

  /// Batches of 3 from 10 pairs: epochs end inside batches, and each epoch has every pair once.
  @Test(arguments: [UInt64(0), 1, 99])
  func everyEpochHasEveryPairOnceInAnotherOrder(seed: UInt64) throws {
    let loader = try BatchLoader(NumberedSource(count: 10), batch: 3, seed: seed)
    let drawn = try (0..<20).flatMap { _ in indices(try loader.next()) }
    let rounds = (0..<6).map { Array(drawn[$0 * 10..<$0 * 10 + 10]) }
    for round in rounds { #expect(round.sorted() == Array(0..<10)) }
    #expect(Set(rounds).count == 6)
    #expect(!rounds.contains(Array(0..<10)))
  }

  @Test func theSeedDecidesTheOrder() throws {
    func drawn(_ seed: UInt64) throws -> [Int] {
      let loader = try BatchLoader(NumberedSource(count: 50), batch: 50, seed: seed)
      return indices(try loader.next())
    }
    #expect(try drawn(3) == drawn(3))
    #expect(try drawn(3) != drawn(4))
  }

  @Test(arguments: [false, true])
  func prefetchingChangesNothing(augment: Bool) throws {
    func drawn(_ prefetches: Bool) throws -> [[Float]] {
      let loader = try BatchLoader(
        NumberedSource(count: 7, size: 4), batch: 3, seed: 5, augment: augment,
        prefetches: prefetches)
      return try (0..<9).flatMap { _ in
        let batch = try loader.next()
        return [batch.image.floats, batch.mask.floats]
      }
    }
    #expect(try drawn(true) == drawn(false))
  }

  /// A batch of 6 equals two batches of 3: a pair does not depend on the other pairs of its batch.
  @Test func theBatchSizeDoesNotMatter() throws {
    func drawn(_ batch: Int) throws -> [Float] {
      let loader = try BatchLoader(
        NumberedSource(count: 7, size: 4), batch: batch, seed: 5, augment: true)
      return try (0..<12 / batch).flatMap { _ in try loader.next().image.floats }
    }
    #expect(try drawn(6) == drawn(3))
    #expect(try drawn(6) == drawn(1))
  }

  @Test(arguments: [0, 1, 4, 11])
  func resumingFromAStoredPositionIsExact(batches: Int) throws {
    func set() -> NumberedSource { NumberedSource(count: 7, size: 4) }
    let undisturbed = try BatchLoader(set(), batch: 3, seed: 5, augment: true)
    for _ in 0..<batches { _ = try undisturbed.next() }
    let stored = try JSONEncoder().encode(undisturbed.position)
    let position = try JSONDecoder().decode(BatchLoader.Position.self, from: stored)
    #expect(position.samples == 3 * batches)
    let resumed = try BatchLoader(set(), batch: 3, seed: 5, augment: true, position: position)
    #expect(resumed.position == undisturbed.position)
    for _ in 0..<6 {
      let (a, b) = (try undisturbed.next(), try resumed.next())
      #expect(a.image.floats == b.image.floats && a.mask.floats == b.mask.floats)
    }
  }

  @Test func otherDataOrAnotherSeedCannotResume() throws {
    let loader = try BatchLoader(NumberedSource(count: 7), batch: 3, seed: 5)
    _ = try loader.next()
    let position = loader.position
    expectLine("differ from the data that the run began with") {
      _ = try BatchLoader(NumberedSource(count: 8), batch: 3, seed: 5, position: position)
    }
    expectLine("seed 5, not 6") {
      _ = try BatchLoader(NumberedSource(count: 7), batch: 3, seed: 6, position: position)
    }
    expectLine("no pair") { _ = try BatchLoader(NumberedSource(count: 0), batch: 3, seed: 6) }
  }

  /// A position near the largest integer would overflow in the computation of the next batch.
  @Test(arguments: [-1, 1 << 53 + 1, Int.max])
  func aPositionThatNoRunReachesIsRefused(samples: Int) throws {
    let set = NumberedSource(count: 7)
    let fields: [String: Any] = ["samples": samples, "seed": 5, "fingerprint": set.fingerprint]
    let position = try JSONDecoder().decode(
      BatchLoader.Position.self, from: JSONSerialization.data(withJSONObject: fields))
    expectLine("is \(samples) pairs, expected 0 … 9007199254740992") {
      _ = try BatchLoader(set, batch: 3, seed: 5, augment: true, position: position)
    }
  }

  /// The largest position can be continued.
  @Test func theLargestPositionIsContinued() throws {
    let set = NumberedSource(count: 7, size: 4)
    let fields: [String: Any] = ["samples": 1 << 53, "seed": 5, "fingerprint": set.fingerprint]
    let position = try JSONDecoder().decode(
      BatchLoader.Position.self, from: JSONSerialization.data(withJSONObject: fields))
    let loader = try BatchLoader(set, batch: 3, seed: 5, augment: true, position: position)
    for _ in 0..<2 { _ = try loader.next() }
    #expect(loader.position.samples == 1 << 53 + 6)
  }

  @Test func aPairThatCannotBeReadStopsAndNothingIsSkipped() throws {
    let source = NumberedSource(count: 6, failing: [2])
    let loader = try BatchLoader(source, batch: 6, seed: 1)
    for _ in 0..<2 { expectLine("pair 2 fails") { _ = try loader.next() } }
    #expect(loader.position.samples == 0)
    source.mend()
    #expect(indices(try loader.next()).sorted() == Array(0..<6))
  }

  /// While the first batch is in use, the second batch is prepared and nothing more.
  @Test func onlyOneBatchIsPrefetched() throws {
    let set = CountingSet()
    let loader = try BatchLoader(set, batch: 4, seed: 1)
    _ = try loader.next()
    // Four pairs of the first batch, and four of the second batch, which was not requested yet.
    for _ in 0..<8 { #expect(set.isRead.wait(timeout: .now() + 20) == .success) }
    #expect(set.isRead.wait(timeout: .now() + 0.2) == .timedOut)
    _ = try loader.next()
    for _ in 0..<4 { #expect(set.isRead.wait(timeout: .now() + 20) == .success) }
    #expect(set.isRead.wait(timeout: .now() + 0.2) == .timedOut)
    #expect(loader.position.samples == 8 && loader.waited > .zero)
  }

  @Test func withoutPrefetchingPairsAreReadOnRequest() throws {
    let source = NumberedSource(count: 6)
    let loader = try BatchLoader(source, batch: 2, seed: 1, prefetches: false)
    #expect(source.asked.isEmpty)
    for count in 1...5 {
      _ = try loader.next()
      #expect(source.asked.count == 2 * count)
    }
  }
}

/// Signals each time a pair is read.
private final class CountingSet: TrainingSet {
  let isRead = DispatchSemaphore(value: 0)
  private let pairs = NumberedSource(count: 30)
  var count: Int { 30 }
  var size: Int { 2 }
  var fingerprint: String { "counting" }

  func pair(_ index: Int) throws -> PortraitPair {
    defer { isRead.signal() }
    return try pairs.pair(index)
  }
}
