import Chapters
import Dispatch
import Inspection
import Messages

/// The time that the program behind a live page takes to answer the move of a control.
enum LiveFigures {
  /// The longest time after which a move feels immediate, in seconds.
  static let target = 0.1

  /// The caption of the table, followed by an empty line.
  static let caption = """
    *Live pages (`make live`): the time from a request to the finished section, with the step's
    computation, its pictures and its HTML. Every control of every step moves to the neighboring value and
    back; the time of a move is the median of four. All sizes are the defaults of the chapters.*


    """

  /// Measures every control of every step and returns a table with a row for each chapter.
  ///
  /// Moves that take longer than the target are listed on standard error.
  ///
  /// - Throws: an error of one line if a section cannot be made.
  static func table() throws -> String {
    let tour = try LiveTour(
      Walkthrough("Tour", introduction: "", chapters: Chapter.every))
    let rows = try tour.contents.map { chapter, steps in
      let moves = try (1...steps).flatMap { try self.moves(tour, chapter, step: $0) }
      for move in moves where move.seconds > target {
        StandardError.say(
          "\(chapter), step \(move.step), \(move.parameter): \(milliseconds(move.seconds))")
      }
      let slowest = moves.max { $0.seconds < $1.seconds }
      let quick = moves.count { $0.seconds <= target }
      return "| `\(chapter)` | \(moves.count) | \(quick) | "
        + "\(Self.milliseconds(Times(all: moves.map(\.seconds)).median)) | "
        + (slowest.map { "\(milliseconds($0.seconds)), `\($0.parameter)` in step \($0.step)" }
          ?? "–")
        + " |"
    }
    return
      ([
        "| Chapter | Controls of steps | At most 100 ms | Median | Slowest |",
        "|---|---|---|---|---|",
      ] + rows).joined(separator: "\n")
  }

  private struct Move {
    let step: Int
    let parameter: String
    let seconds: Double
  }

  private static func moves(_ tour: LiveTour, _ chapter: String, step: Int) throws -> [Move] {
    try tour.section(chapter: chapter, step: step, values: [:]).parameters.map { parameter in
      let times = try (0..<4).map { turn in
        let value = turn.isMultiple(of: 2) ? parameter.neighbor : parameter.value
        let start = DispatchTime.now().uptimeNanoseconds
        _ = try tour.section(chapter: chapter, step: step, values: [parameter.name: "\(value)"])
        return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
      }
      return Move(step: step, parameter: parameter.name, seconds: Times(all: times).median)
    }
  }

  private static func milliseconds(_ seconds: Double) -> String {
    "\((1000 * seconds).formatted(seconds < 0.01 ? 1 : 0)) ms"
  }
}

extension Parameter {
  /// A value beside the default one: the next whole number, or a hundredth of the range away.
  fileprivate var neighbor: Double {
    let step = isWhole ? 1 : (range.upperBound - range.lowerBound) / 100
    return value + step <= range.upperBound ? value + step : value - step
  }
}
