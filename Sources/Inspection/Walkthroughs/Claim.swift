/// A statement about the results with its verdict.
public struct Claim: Sendable, Hashable, Codable {
  /// The statement.
  public let text: String
  /// The measured value and its bound, for example `3.1e-16 ≤ 1e-12`; empty for plain statements.
  public let measurement: String
  /// Whether the statement holds.
  public let holds: Bool

  /// The claim as one line: symbol, verdict, statement and measurement.
  public var line: String {
    let numbers = measurement.isEmpty ? "" : "  (\(measurement))"
    return "\(holds ? "✓ holds" : "✗ FAILS")  \(text)\(numbers)"
  }
}

/// A number on a page.
public struct Reading: Sendable, Hashable {
  /// The name of the number.
  public let label: String
  /// The value.
  public let value: Double
  /// The unit; empty if there is none.
  public let unit: String

  /// The number as one line: label, value and unit.
  public var line: String { "\(label) = \(value.brief.withUnit(unit))" }
}

/// A table on a page.
public struct Table: Sendable, Hashable {
  /// The title of the table.
  public let title: String
  /// The column headings.
  public let columns: [String]
  /// The rows, each with as many cells as `columns`.
  public let rows: [[String]]
}
