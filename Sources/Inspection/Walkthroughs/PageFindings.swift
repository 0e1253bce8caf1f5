import Tensors

// Numbers, tables, explanations and claims.
extension Page {
  /// Adds a number.
  public mutating func number(_ label: String, _ value: Double, unit: String = "") {
    add(.number(Reading(label: label, value: value, unit: unit)))
  }

  /// Adds a formula with the numbers of one pixel or sample, and claims that it gives the result.
  ///
  /// - Parameters:
  ///   - symbol: the symbol on the left, for example `T_4`.
  ///   - calculation: the calculation with the numbers of the inputs.
  ///   - result: the number that the code computed.
  ///   - tolerance: the largest allowed difference between calculation and result.
  ///   - unit: the unit of the result.
  public mutating func equality(
    _ symbol: Formula, _ calculation: Arithmetic, equals result: Double,
    within tolerance: Double, unit: String = ""
  ) {
    add(.equality(Equality(symbol, calculation, equals: result, within: tolerance, unit: unit)))
  }

  /// Adds a table; every row must have as many cells as there are columns.
  public mutating func table(_ title: String, columns: [String], rows: [[String]]) {
    for row in rows {
      require(
        row.count == columns.count,
        "table(_:columns:rows:): a row of \(title) has \(row.count) cells, expected \(columns.count)"
      )
    }
    add(.table(Table(title: title, columns: columns, rows: rows)))
  }

  /// Adds an explanation; a terminal shows it on the command `why`, a page in reading order.
  public mutating func why(_ text: String) { add(.note(text)) }

  /// Claims that a condition holds.
  public mutating func holds(_ text: String, _ condition: Bool) {
    add(.claim(Claim(text: text, measurement: "", holds: condition)))
  }

  /// Claims that a measured value is at most a bound.
  public mutating func holds(_ text: String, _ measured: Double, atMost bound: Double) {
    claim(text, "\(measured.brief) ≤ \(bound.brief)", measured <= bound, else: ">", measured, bound)
  }

  /// Claims that a measured value is at least a bound.
  public mutating func holds(_ text: String, _ measured: Double, atLeast bound: Double) {
    claim(text, "\(measured.brief) ≥ \(bound.brief)", measured >= bound, else: "<", measured, bound)
  }

  /// Claims that a measured value equals an expected one within a tolerance.
  public mutating func holds(
    _ text: String, _ measured: Double, equals expected: Double, within tolerance: Double
  ) {
    let holds = measured == expected || (measured - expected).magnitude <= tolerance
    let sign = holds ? "=" : "≠"
    add(
      .claim(
        Claim(
          text: text,
          measurement: "\(measured.brief) \(sign) \(expected.brief), ± \(tolerance.brief)",
          holds: holds)))
  }

  /// Claims that a measured value lies in a range.
  public mutating func holds(_ text: String, _ measured: Double, in range: ClosedRange<Double>) {
    let span = "\(range.lowerBound.brief) … \(range.upperBound.brief)"
    let holds = range.contains(measured)
    add(
      .claim(
        Claim(
          text: text, measurement: "\(measured.brief) is \(holds ? "in" : "not in") \(span)",
          holds: holds)))
  }

  private mutating func claim(
    _ text: String, _ good: String, _ holds: Bool, else sign: String, _ measured: Double,
    _ bound: Double
  ) {
    // NaN fails every comparison: the claim fails and shows the value.
    let bad = "\(measured.brief) \(measured.isNaN ? "against" : sign) \(bound.brief)"
    add(.claim(Claim(text: text, measurement: holds ? good : bad, holds: holds)))
  }
}
