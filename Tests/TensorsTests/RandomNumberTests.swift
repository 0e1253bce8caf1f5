import Foundation
import Testing

@testable import Tensors

/// Compares Philox with its published vectors, and its distributions with their theory.
///
/// Every bound is five standard errors (chance 6e-7) or the 1e-6 quantile, and the seeds are fixed.
@Suite("Random numbers")
struct RandomNumberTests {
  /// Random123 (Salmon, Moraes, Dror, Shaw), file kat_vectors, lines "philox4x32 10": counters and
  /// keys of zeros, of ones and of the digits of π.
  @Test func publishedVectors() {
    let ones = UInt32.max
    #expect(
      RandomNumbers.philox(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      RandomNumbers.philox(counter: SIMD4(repeating: ones), key: SIMD2(repeating: ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      RandomNumbers.philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  /// The first uniform numbers of seed 0 are the first vector's words: the counter starts at 0.
  @Test func numbersAreTheWordsOfTheBlocks() {
    var random = RandomNumbers(seed: 0)
    let expected = [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8].map {
      (Double($0 >> 9) + 0.5) / 8_388_608
    }
    #expect(random.uniform([4], .float64).scalars == expected)
    #expect(random.position == 1)
    var far = RandomNumbers(
      seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, position: 0x85a3_08d3_243f_6a88)
    let digits = [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1].map {
      (Double($0 >> 9) + 0.5) / 8_388_608
    }
    #expect(far.uniform([4], .float64).scalars == digits)
  }

  @Test func threadsAndPrecisionsDoNotMatter() {
    func draw(_ type: ScalarType, threads: Int) -> [Tensor] {
      Parallel.withThreads(threads) {
        var random = RandomNumbers(seed: 51)
        return [random.uniform([3, 30_011], type), random.normal([7, 20_001], type)]
      }
    }
    let alone = draw(.float64, threads: 1)
    let together = draw(.float64, threads: 2)
    let single = draw(.float32, threads: 2)
    for i in 0..<2 {
      #expect(alone[i].scalars == together[i].scalars)
      #expect(alone[i].scalars.map { Float($0) } == single[i].floats)
    }
    // Uniform numbers are the same to the last bit: single precision holds them all.
    #expect(single[0].scalars == alone[0].scalars)
    var first = RandomNumbers(seed: 52)
    var second = RandomNumbers(seed: 52)
    let whole = Parallel.withThreads(1) { first.integers([100_003], below: 1000) }
    #expect(
      Parallel.withThreads(2) { second.integers([100_003], below: 1000) }.integers == whole.integers
    )
  }

  /// A state restored from its three numbers, or from a file, continues like the original.
  @Test func aRestoredStateContinues() throws {
    var random = RandomNumbers(seed: 53, stream: 4)
    _ = random.normal([5, 7])
    _ = random.permutation(10)
    var again = RandomNumbers(seed: random.seed, stream: random.stream, position: random.position)
    var decoded = try JSONDecoder().decode(
      RandomNumbers.self, from: JSONEncoder().encode(random))
    let next = random.uniform([9]).scalars
    #expect(again.uniform([9]).scalars == next)
    #expect(decoded.uniform([9]).scalars == next)
    #expect(again == random)
    // Numbers drawn before are not drawn again, and streams and seeds differ.
    var start = RandomNumbers(seed: 53, stream: 4)
    #expect(start.uniform([9]).scalars != next)
    var other = start.stream(5)
    var stranger = RandomNumbers(seed: 54, stream: 4)
    start = RandomNumbers(seed: 53, stream: 4)
    let own = start.uniform([9]).scalars
    #expect(other.uniform([9]).scalars != own && stranger.uniform([9]).scalars != own)
  }

  @Test func uniformMoments() {
    var random = RandomNumbers(seed: 55)
    let count = 1_000_000
    let x = random.uniform([count], .float64).scalars
    #expect(x.allSatisfy { $0 > 0 && $0 < 1 })
    let n = Double(count)
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / n
    // Variances of one number: of x 1/12, of (x − ½)² 1/80 − 1/144 = 1/180.
    #expect((mean - 0.5).magnitude < 5 * (1 / 12 / n).squareRoot())
    #expect((variance - 1 / 12).magnitude < 5 * (1 / 180 / n).squareRoot())
    let neighbors = zip(x, x.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / n
    #expect(neighbors.magnitude < 5 / 12 / n.squareRoot())
    // χ² with 99 degrees of freedom: 180.8 at 1 − 1e-6.
    var bins = [Double](repeating: 0, count: 100)
    for value in x { bins[Int(value * 100)] += 1 }
    #expect(chiSquared(bins, expected: n / 100) < 182)
  }

  @Test func normalMoments() {
    var random = RandomNumbers(seed: 56)
    let count = 1_000_000
    let x = random.normal([count], .float64).scalars
    let n = Double(count)
    func moment(_ power: Double) -> Double { x.reduce(0) { $0 + pow($1, power) } / n }
    // Var xᵏ = (2k − 1)!! − ((k − 1)!!)², the latter for even k only: 1, 2, 15, 96.
    #expect(moment(1).magnitude < 5 * (1 / n).squareRoot())
    #expect((moment(2) - 1).magnitude < 5 * (2 / n).squareRoot())
    #expect(moment(3).magnitude < 5 * (15 / n).squareRoot())
    #expect((moment(4) - 3).magnitude < 5 * (96 / n).squareRoot())
    // Both numbers of a pair, and pairs that follow each other, are independent.
    for distance in 1...5 {
      let product = zip(x, x.dropFirst(distance)).reduce(0) { $0 + $1.0 * $1.1 } / n
      #expect(product.magnitude < 5 / n.squareRoot())
    }
    // Beyond 1, 2 and 3: 15.866 %, 2.2750 % and 0.13499 % on each side.
    for (end, share) in [(1.0, 0.158655254), (2, 0.0227501319), (3, 0.00134989803)] {
      for sign in [-1.0, 1] {
        let found = Double(x.count { $0 * sign > end }) / n
        #expect((found - share).magnitude < 5 * (share * (1 - share) / n).squareRoot())
      }
    }
  }

  private func chiSquared(_ counts: [Double], expected: Double) -> Double {
    counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
  }

  /// Quantiles at 1 − 1e-6 of χ² with 12 and 6 degrees of freedom: 50.8 and 38.3.
  @Test func wholeNumbersAreSpreadEvenly() {
    var random = RandomNumbers(seed: 57)
    for (bound, quantile) in [(13, 51.0), (7, 39), (1, 0)] {
      let drawn = random.integers([130_000], below: bound).integers
      var counts = [Double](repeating: 0, count: bound)
      for value in drawn { counts[Int(value)] += 1 }
      #expect(chiSquared(counts, expected: 130_000 / Double(bound)) <= quantile)
    }
    let large = random.integers([1000], below: Int(Int32.max)).integers
    #expect(large.allSatisfy { $0 >= 0 && $0 < Int32.max } && large.contains { $0 > 1 << 30 })
  }

  /// χ² with 23 degrees of freedom stays below 70.5 except in one case in a million.
  @Test func permutationsArePermutationsAndEquallyLikely() {
    var random = RandomNumbers(seed: 58)
    for count in [0, 1, 2, 1000] {
      #expect(random.permutation(count).integers.sorted() == (0..<count).map(Int32.init))
    }
    var counts: [[Int32]: Double] = [:]
    for _ in 0..<24_000 { counts[random.permutation(4).integers, default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(chiSquared(Array(counts.values), expected: 1000) < 71)
  }
}
