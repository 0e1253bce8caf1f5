import ArgumentParser

/// Random seeds as users write them: `7`, `0-9`, `1,2,3` or `1-3,7`.
struct Seeds: Equatable {
  /// The seeds in the order given.
  let values: [UInt64]

  /// The most seeds that one command accepts.
  static let most = 1_000_000

  /// Reads one or more seeds, for an option's `transform`.
  static func read(_ text: String) throws -> Seeds {
    var values: [UInt64] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = piece.split(separator: "-", omittingEmptySubsequences: false)
      guard (1...2).contains(ends.count), let first = UInt64(ends[0]),
        let last = ends.count == 2 ? UInt64(ends[1]) : first, first <= last
      else { throw SeedError("expected whole numbers from 0, such as 7, 0-9 or 1,2,3") }
      guard last - first < UInt64(most - values.count) else {
        throw SeedError("expected at most \(most) seeds")
      }
      values += first...last
    }
    return Seeds(values: values)
  }

  /// Reads a seed for an option that takes only one, for its `transform`.
  static func one(_ text: String) throws -> UInt64 {
    if let seed = UInt64(text), text.first?.isNumber == true { return seed }
    if let seeds = try? read(text), seeds.values.count != 1 {
      throw SeedError("these are \(seeds.values.count) seeds, expected one")
    }
    throw SeedError("expected a whole number from 0 to \(UInt64.max)")
  }

  /// Returns consecutive seeds; nil if the last one would exceed the largest seed.
  static func counting(_ count: Int, from first: UInt64) -> [UInt64]? {
    let (last, overflow) = first.addingReportingOverflow(UInt64(count - 1))
    return overflow ? nil : Array(first...last)
  }
}

/// The reason why a text names no seed.
private struct SeedError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
