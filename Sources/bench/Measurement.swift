import Foundation

/// The measured times of one task, in seconds.
struct Times {
  let all: [Double]

  var median: Double {
    let sorted = all.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var best: Double { all.min() ?? .nan }
}

/// Measures several tasks in turn, A B C A B C …, after one round that is not counted.
///
/// The alternation ensures that a change in the speed of the machine affects all tasks. Each task
/// starts after a pause, in which the threads of the previous task stop spinning. Without the pause,
/// the idle threads of two libraries on two cores would halve each other's speed.
func interleaved(rounds: Int, pause: Double = 0, _ works: [() -> Void]) -> [Times] {
  var times = [[Double]](repeating: [], count: works.count)
  for round in 0...rounds {
    for (index, work) in works.enumerated() {
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
      let start = DispatchTime.now().uptimeNanoseconds
      work()
      let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
      if round > 0 { times[index].append(elapsed) }
    }
  }
  return times.map(Times.init)
}

/// One line of the report: a measured ratio and its target.
struct Finding {
  /// What was measured.
  let title: String
  /// The two figures of the ratio, as text.
  let figures: String
  /// The measured ratio.
  let ratio: Double
  /// The target: a lower bound of the ratio, or an upper bound if `isUpper` is true.
  let bar: Double
  /// Whether the target is an upper bound, as for times; otherwise a lower bound, as for rates.
  var isUpper = false

  var isMet: Bool { isUpper ? ratio <= bar : ratio >= bar }

  var row: String {
    let verdict = isMet ? "met" : "missed"
    return "| \(title) | \(figures) | \(ratio.formatted(2)) | \(isUpper ? "≤" : "≥") "
      + "\(bar.formatted(2)) | \(verdict) |"
  }
}

extension Double {
  /// Returns the number with a fixed number of decimals, independent of the locale.
  func formatted(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
