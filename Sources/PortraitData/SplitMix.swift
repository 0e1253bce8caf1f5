/// A small seeded generator of random numbers, the same on every platform.
///
/// SplitMix64 (Steele, Lea, Flood 2014): a counter with odd increment, scrambled by two multiplies.
/// Its state is one word, so a portrait is a function of its seed alone.
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator whose sequence is fixed by `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

// Swift's own `Double.random` does not promise the same numbers in the next version of the
// library; a portrait must stay the same portrait.
extension RandomNumberGenerator {
  /// A number in 0 ..< 1 with 53 random bits.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between `low` and `high`, uniform.
  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// A number around `middle`, at most `spread` away, small distances more likely (triangular).
  mutating func around(_ middle: Double, _ spread: Double) -> Double {
    middle + spread * (unit() - unit())
  }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// One of the elements, each equally likely.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[min(Int(unit() * Double(elements.count)), elements.count - 1)]
  }

  /// One of the elements, likely in proportion to its weight.
  mutating func pick<Element>(weighted elements: [(Element, Double)]) -> Element {
    var rest = unit() * elements.reduce(0) { $0 + $1.1 }
    for (element, weight) in elements {
      rest -= weight
      if rest < 0 { return element }
    }
    return elements[elements.count - 1].0
  }
}
