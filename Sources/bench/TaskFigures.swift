import ArgumentParser
import Foundation

extension ModelTask: ExpressibleByArgument {}

/// The time and memory of one task in its own process.
struct TaskFigures: Codable, Equatable {
  /// The median time of each stage in seconds; `total` is that of the whole task.
  var seconds: [String: Double]
  /// The peak resident memory of the process, in MiB.
  var peakMiB: Double

  /// Runs a task in this process; `task` returns the time of each stage.
  init(_ task: () throws -> [String: Double]) rethrows {
    seconds = try task()
    peakMiB = Machine.peakResidentMiB
  }

  /// The figures as one line of JSON.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
