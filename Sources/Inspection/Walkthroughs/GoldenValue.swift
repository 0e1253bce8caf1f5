/// A value of a golden case that a reader can calculate by hand.
public struct GoldenValue: Sendable, Hashable {
  /// A number that is read from a file of the case.
  public struct Entry: Sendable, Hashable {
    /// The symbol of the paper.
    public let symbol: Formula
    /// The place, for example `density.npy[0, 1]` or `opticalScale in case.json`.
    public let place: String
    /// The number.
    public let value: Double

    /// Creates an entry.
    public init(_ symbol: Formula, _ place: String, _ value: Double) {
      (self.symbol, self.place, self.value) = (symbol, place, value)
    }
  }

  /// The folder of the case, relative to the package.
  public let folder: String
  /// The inputs of the calculation.
  public let inputs: [Entry]
  /// The place of the expected value.
  public let place: String
  /// The calculation, with the expected value as its result.
  public let equality: Equality

  /// Creates a golden value.
  ///
  /// - Parameters:
  ///   - folder: the folder of the case, relative to the package.
  ///   - inputs: the inputs of the calculation.
  ///   - calculation: the calculation with their numbers.
  ///   - expected: the expected value with its symbol and its place.
  public init(
    in folder: String, _ inputs: [Entry], _ calculation: Arithmetic, gives expected: Entry
  ) {
    self.folder = folder
    self.inputs = inputs
    place = expected.place
    // The files of golden cases have sixteen digits.
    equality = Equality(
      expected.symbol, calculation, equals: expected.value,
      within: 1e-12 * max(1, expected.value.magnitude))
  }
}
