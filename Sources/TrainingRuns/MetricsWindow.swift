/// Sums of the measurements since the last line of metrics, from which the next line takes its means.
///
/// An update that is not due in every iteration is averaged over the iterations in which it was due.
/// The window is part of a checkpoint, so a resumed run writes the same line as an uninterrupted run.
struct MetricsWindow: Codable, Sendable, Equatable {
  private var sums: [String: Double] = [:]
  private var counts: [String: Int] = [:]

  /// Adds one measurement.
  mutating func add(_ name: String, _ value: Double) {
    sums[name, default: 0] += value
    counts[name, default: 0] += 1
  }

  /// The first count or sum that no run can have reached; nil if there is none.
  var flaw: String? {
    for (name, count) in counts.sorted(by: { $0.key < $1.key })
    where !(0...CheckpointShelf.mostIterations).contains(count) {
      return "window.counts.\(name) is \(count), expected 0 … \(CheckpointShelf.mostIterations)"
    }
    return nil
  }

  /// The means of all measurements.
  var means: [String: Double] {
    sums.reduce(into: [:]) { $0[$1.key] = $1.value / Double(max(1, counts[$1.key] ?? 1)) }
  }
}
