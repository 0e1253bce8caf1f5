import ArgumentParser
import Foundation

extension ModelTask: ExpressibleByArgument {}

/// The time and memory of one task in its own process.
struct TaskFigures: Codable {
  /// The median time of each stage in seconds; `total` is that of the whole task.
  var seconds: [String: Double]
  /// The peak resident memory of the process, in MiB.
  var peakMiB: Double

  /// Runs the task in this process.
  init(_ task: ModelTask, repeats: Int) throws {
    seconds = try task.run(repeats: repeats)
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
