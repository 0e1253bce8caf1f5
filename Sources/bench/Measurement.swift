import Foundation

/// Times of one piece of work, in seconds.
struct Times {
  let all: [Double]

  var median: Double {
    let sorted = all.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var best: Double { all.min() ?? .nan }
}

/// Runs several pieces of work in turn, A B C A B C …, so that a change of the machine's speed meets
/// all of them; one round first is not counted.
///
/// Each piece starts after a pause, in which the threads of the piece before it stop spinning: two
/// libraries' idle threads on two cores would slow each other's work to half.
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

/// One line of the report: a measured ratio and the bar it is held against.
struct Finding {
  /// What was measured.
  let title: String
  /// The two figures that the ratio is made of, in words.
  let figures: String
  /// The ratio.
  let ratio: Double
  /// The ratio that was asked for: the least, or the most.
  let bar: Double
  /// Whether the bar is the most that the ratio may be, as for times; else the least, as for rates.
  var isUpper = false

  var isMet: Bool { isUpper ? ratio <= bar : ratio >= bar }

  var row: String {
    let verdict = isMet ? "met" : "missed"
    return "| \(title) | \(figures) | \(ratio.formatted(2)) | \(isUpper ? "≤" : "≥") "
      + "\(bar.formatted(2)) | \(verdict) |"
  }
}

extension Double {
  /// The number with a fixed count of decimals, whatever the locale.
  func formatted(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
