import Foundation
import TensorFiles
import TestSupport
import Testing

/// The program `ssgan3d`, which is built into the same folder as the tests.
enum Command {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// Runs the program and waits for it.
  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// The file of the program.
  static var program: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("ssgan3d")
  }

  /// Runs the program, or a copy of it, in a folder and waits for it.
  ///
  /// - Parameters:
  ///   - arguments: the arguments; relative paths are inside the folder.
  ///   - program: the program.
  ///   - folder: the working folder; nil for an empty one, which is deleted at the end, so that no
  ///     test can write into the repository.
  /// - Returns: the exit status and both outputs.
  /// - Throws: an error of Foundation if the program cannot be started.
  static func run(
    _ arguments: [String], program: URL = Command.program, in folder: URL? = nil
  ) throws -> Outcome {
    let (output, errors, working) = (Pipe(), try TemporaryFolder(), try TemporaryFolder())
    // Standard error is written to a file, so that no pipe can fill up while the other is read.
    let errorFile = errors("errors.txt")
    try Data().write(to: errorFile)
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? working.url
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try withExtendedLifetime(working) {
      Outcome(
        status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
        errors: try String(contentsOf: errorFile, encoding: .utf8))
    }
  }
}
