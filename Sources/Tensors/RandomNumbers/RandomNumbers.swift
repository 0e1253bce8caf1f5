import Foundation

/// A counter-based generator of random numbers: Philox 4×32, ten rounds (Salmon et al., SC 2011).
///
/// Number i of a stream depends only on the seed, the stream and i. The numbers are therefore the
/// same for any number of threads, and a state is three integers that a checkpoint can hold.
public struct RandomNumbers: Sendable, Equatable, Codable {
  /// The random seed, which is Philox's key.
  public let seed: UInt64
  /// The number of the stream; streams of one seed are independent of each other.
  public let stream: UInt64
  /// The index of the next block of four 32-bit numbers.
  public private(set) var position: UInt64

  /// Creates the state at the start of a stream, or `position` blocks later.
  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  /// Returns random numbers, uniformly distributed between 0 and 1, both ends excluded.
  ///
  /// The numbers lie on 2²³ evenly spaced points, which single precision represents exactly, so
  /// that both precisions draw the same numbers.
  public mutating func uniform(_ shape: [Int], _ type: ScalarType = .float32) -> Tensor {
    require(type.isFloatingPoint, "uniform(_:_:): type is int32, expected floating point")
    return draw(shape, type) { words in words.map(Self.unit) }
  }

  /// Returns normally distributed random numbers with mean 0 and variance 1 (Box and Muller's
  /// pairs).
  public mutating func normal(_ shape: [Int], _ type: ScalarType = .float32) -> Tensor {
    require(type.isFloatingPoint, "normal(_:_:): type is int32, expected floating point")
    return draw(shape, type) { words in
      let first = Self.normalPair(words[0], words[1])
      let second = Self.normalPair(words[2], words[3])
      return SIMD4(first.0, first.1, second.0, second.1)
    }
  }

  /// Returns random integers 0 ..< bound, equally likely to within 2⁻³²; int32.
  public mutating func integers(_ shape: [Int], below bound: Int) -> Tensor {
    require(
      bound > 0 && bound <= Int(Int32.max),
      "integers(_:below:): bound is \(bound), expected 1 … 2³¹ − 1")
    return draw(shape, .int32) { words in
      words.map { Double((UInt64($0) * UInt64(bound)) >> 32) }
    }
  }

  /// Returns the integers 0 ..< count in random order, every order equally likely; int32.
  public mutating func permutation(_ count: Int) -> Tensor {
    var order = (0..<count).map(Int32.init)
    // Fisher and Yates: the last place gets any of the remaining numbers, and so on downward.
    for last in stride(from: count - 1, to: 0, by: -1) {
      let block = Self.block(seed, stream, position)
      position += 1
      let wide = UInt64(block[0]) << 32 | UInt64(block[1])
      order.swapAt(last, Int(wide.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return Tensor([count], order)
  }

  /// Returns the start of another stream of the same seed.
  public func stream(_ number: UInt64) -> RandomNumbers {
    RandomNumbers(seed: seed, stream: number)
  }

  /// Fills a tensor four numbers at a time and advances the position.
  private mutating func draw(
    _ shape: [Int], _ type: ScalarType, _ make: (SIMD4<UInt32>) -> SIMD4<Double>
  ) -> Tensor {
    let start = position
    let (seed, stream) = (seed, stream)
    position += UInt64((shape.product + 3) / 4)
    func fill<T: TensorScalar>(_ type: T.Type) -> Tensor {
      Tensor(shape, filling: T.self) { out in
        guard let y = out.baseAddress else { return }
        let count = out.count
        Parallel.forEachRange((count + 3) / 4, tile: elementwiseTile / 4) { range in
          for block in range {
            let values = make(Self.block(seed, stream, start + UInt64(block)))
            for lane in 0..<min(4, count - 4 * block) {
              y[4 * block + lane] = T(fromDouble: values[lane])
            }
          }
        }
      }
    }
    switch type {
    case .float32: return fill(Float.self)
    case .float64: return fill(Double.self)
    case .int32: return fill(Int32.self)
    }
  }

  /// Returns the middle of one of 2²³ equal parts of 0 … 1.
  private static func unit(_ word: UInt32) -> Double { (Double(word >> 9) + 0.5) * 0x1p-23 }

  private static func normalPair(_ a: UInt32, _ b: UInt32) -> (Double, Double) {
    let radius = (-2 * log(unit(a))).squareRoot()
    let angle = 2 * Double.pi * unit(b)
    return (radius * cos(angle), radius * sin(angle))
  }

  private static func block(_ seed: UInt64, _ stream: UInt64, _ index: UInt64) -> SIMD4<UInt32> {
    philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
  }

  /// Returns a block after ten rounds of multiplication and mixing; the key grows by two constants
  /// each round.
  static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let a = UInt64(c[0]) * 0xD251_1F53
      let b = UInt64(c[2]) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}

extension SIMD4 where Scalar == UInt32 {
  fileprivate func map(_ f: (UInt32) -> Double) -> SIMD4<Double> {
    SIMD4<Double>(f(self[0]), f(self[1]), f(self[2]), f(self[3]))
  }
}
