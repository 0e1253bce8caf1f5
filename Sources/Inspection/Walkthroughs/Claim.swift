/// A statement about the results, and whether it holds.
public struct Claim: Sendable, Hashable, Codable {
  /// The statement.
  public let text: String
  /// What was measured against what, for example `3.1e-16 ≤ 1e-12`; empty for plain statements.
  public let measurement: String
  /// The verdict.
  public let holds: Bool

  /// One line: sign, verdict, statement, measurement.
  public var line: String {
    let numbers = measurement.isEmpty ? "" : "  (\(measurement))"
    return "\(holds ? "✓ holds" : "✗ FAILS")  \(text)\(numbers)"
  }
}

/// A number on a page.
public struct Reading: Sendable, Hashable {
  /// What was read.
  public let label: String
  /// Its value.
  public let value: Double
  /// Its unit; empty when it has none.
  public let unit: String

  /// One line: label, value, unit.
  public var line: String { "\(label) = \(value.brief)\(unit.isEmpty ? "" : " \(unit)")" }
}

/// A table on a page.
public struct Table: Sendable, Hashable {
  /// What the table shows.
  public let title: String
  /// The heads of the columns.
  public let columns: [String]
  /// The rows, each as long as `columns`.
  public let rows: [[String]]
}
