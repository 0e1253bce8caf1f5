import ArgumentParser
import Foundation

extension ModelTask: ExpressibleByArgument {}

/// What one task in a process of its own took.
struct TaskFigures: Codable {
  /// Median seconds by stage; `total` is the task's.
  var seconds: [String: Double]
  /// The most memory the process ever had resident, MiB.
  var peakMiB: Double

  /// Runs the task here.
  init(_ task: ModelTask, repeats: Int) throws {
    seconds = try task.run(repeats: repeats)
    peakMiB = Machine.peakResidentMiB
  }

  /// One line of JSON.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
