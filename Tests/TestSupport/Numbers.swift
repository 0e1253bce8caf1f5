import Tensors

/// A small generator for test inputs (SplitMix64), independent of the engine's own random numbers.
public struct TestNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// Creates a generator; the same seed gives the same numbers everywhere.
  public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Returns a double-precision tensor of numbers that are uniform over a range.
  public mutating func tensor(_ shape: [Int], in range: ClosedRange<Double> = -1...1) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape, (0..<count).map { _ in Double.random(in: range, using: &self) })
  }

  /// Returns an integer tensor of numbers in a half-open range.
  public mutating func integers(_ shape: [Int], in range: Range<Int>) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape, (0..<count).map { _ in Int32(Int.random(in: range, using: &self)) })
  }

  /// Returns integers in a half-open range as a double-precision tensor.
  public mutating func wholes(_ shape: [Int], in range: Range<Int>) -> Tensor {
    integers(shape, in: range).cast(to: .float64)
  }
}
