/// Sums of what was measured since the last line of metrics, so that a line holds means.
///
/// Updates that are not due in every iteration are averaged over those in which they were. Part of a
/// checkpoint: the line after a stop is the one that would have been written without it.
struct MetricsWindow: Codable, Sendable, Equatable {
  private var sums: [String: Double] = [:]
  private var counts: [String: Int] = [:]

  /// Adds one measurement.
  mutating func add(_ name: String, _ value: Double) {
    sums[name, default: 0] += value
    counts[name, default: 0] += 1
  }

  /// The mean of every measurement that there was.
  var means: [String: Double] {
    sums.reduce(into: [:]) { $0[$1.key] = $1.value / Double(max(1, counts[$1.key] ?? 1)) }
  }
}
