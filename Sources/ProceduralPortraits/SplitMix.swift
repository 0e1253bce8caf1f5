/// A small seeded random number generator with the same output on every platform.
///
/// SplitMix64 (Steele, Lea, Flood 2014) is a counter with an odd increment whose bits are mixed by two
/// multiplications. Its state is one word, so a portrait is a function of its seed alone.
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator whose sequence is determined by `seed`.
  public init(seed: UInt64) { state = seed }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

// `Double.random` of the standard library may give other numbers in a later version. The portrait of a
// seed must not change.
extension RandomNumberGenerator {
  /// Returns a number in 0 ..< 1 with 53 random bits.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns a number between `low` and `high`, uniformly distributed.
  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// Returns a number at most `spread` away from `middle`, with a triangular distribution.
  mutating func around(_ middle: Double, _ spread: Double) -> Double {
    middle + spread * (unit() - unit())
  }

  /// Returns true with the given probability.
  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Returns a random element; all are equally likely.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[min(Int(unit() * Double(elements.count)), elements.count - 1)]
  }

  /// Returns a random element with a probability proportional to its weight.
  mutating func pick<Element>(weighted elements: [(Element, Double)]) -> Element {
    var rest = unit() * elements.reduce(0) { $0 + $1.1 }
    for (element, weight) in elements {
      rest -= weight
      if rest < 0 { return element }
    }
    return elements[elements.count - 1].0
  }
}
