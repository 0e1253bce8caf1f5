import Foundation

/// Measurements in separate processes, so that each has its own peak memory.
enum OwnProcess {
  /// Runs one task of the model in a new process of this program and returns its figures.
  static func figures(of task: ModelTask, repeats: Int) throws -> TaskFigures {
    try figures(["--task", task.rawValue, "--repeats", "\(repeats)"])
  }

  /// Measures one cost in a new process of this program and returns its figures.
  static func figures(of task: CostTask, repeats: Int) throws -> TaskFigures {
    try figures(["--cost", task.name, "--repeats", "\(repeats)"])
  }

  private static func figures(_ arguments: [String]) throws -> TaskFigures {
    let line = try lastLine(
      of: Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]),
      arguments)
    return try JSONDecoder().decode(TaskFigures.self, from: Data(line.utf8))
  }

  /// Runs a program and returns the last line that it prints.
  static func lastLine(
    of program: URL, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> String {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { throw PeerError(program.path, "cannot be started") }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let command = ([program.path] + arguments).joined(separator: " ")
    guard process.terminationStatus == 0 else {
      throw PeerError(command, "ended with status \(process.terminationStatus)")
    }
    guard let line = text.split(separator: "\n").last else {
      throw PeerError(command, "printed nothing")
    }
    return String(line)
  }
}

/// The error for a program that could not be measured.
struct PeerError: Error, CustomStringConvertible {
  let description: String

  init(_ program: String, _ problem: String) {
    description = "\(program): \(problem); run it separately to see why"
  }
}
