import Foundation

/// The command `swift` of the toolchain that runs the tests, without any of the user's settings.
enum SwiftCommand {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  struct Missing: Error, CustomStringConvertible {
    let description = "no swift beside the program that runs the tests, and none in PATH"
  }

  /// Runs the Swift package manager on a package and waits for it.
  ///
  /// Everything that it writes is in `folder`: builds, caches and settings. The home folder may be
  /// read-only, and other builds of the package may run at the same time. Dependencies come from the
  /// build that contains the tests, so that no network is needed.
  ///
  /// - Parameters:
  ///   - command: `run`, `build` or `package`.
  ///   - arguments: the arguments after the options.
  ///   - package: the folder with the manifest.
  ///   - folder: an existing folder.
  /// - Returns: the exit status and both outputs.
  /// - Throws: `Missing`, or an error of Foundation if a file cannot be written.
  static func run(
    _ command: String, _ arguments: [String] = [], package: URL, writingTo folder: URL
  ) throws -> Outcome {
    func subfolder(_ name: String) -> String { folder.appendingPathComponent(name).path }
    try writeMirrors(to: folder.appendingPathComponent("configuration"))
    // Outputs are written to files, so that no pipe can fill up.
    let (output, errors) = (subfolder("output.txt"), subfolder("errors.txt"))
    let process = Process()
    process.executableURL = try program()
    process.arguments =
      [
        command, "--package-path", package.path, "--scratch-path", subfolder("build"),
        "--cache-path", subfolder("cache"), "--config-path", subfolder("configuration"),
        "--security-path", subfolder("security"),
      ] + arguments
    process.standardOutput = try handle(output)
    process.standardError = try handle(errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// Returns the program beside the one that runs the tests, or else the first one in `PATH`.
  private static func program() throws -> URL {
    let parent = URL(fileURLWithPath: "/proc/\(getppid())/exe").resolvingSymlinksInPath()
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders =
      [parent.deletingLastPathComponent()]
      + path.split(separator: ":").map { URL(fileURLWithPath: String($0)) }
    let candidates = folders.map { $0.appendingPathComponent("swift") }
    guard
      let program = candidates.first(where: {
        FileManager.default.isExecutableFile(atPath: $0.path)
      })
    else { throw Missing() }
    return program
  }

  /// Makes the checkout of the argument parser stand for its address.
  private static func writeMirrors(to folder: URL) throws {
    // The test program is in SCRATCH/TRIPLE/release, the checkouts are in SCRATCH/checkouts.
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let scratch = (0..<3).reduce(program) { url, _ in url.deletingLastPathComponent() }
    let checkout = scratch.appendingPathComponent("checkouts/swift-argument-parser").path
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard FileManager.default.fileExists(atPath: checkout) else { return }
    let mirror = ["original": "https://github.com/apple/swift-argument-parser", "mirror": checkout]
    let mirrors: [String: Any] = ["version": 1, "object": [mirror]]
    try JSONSerialization.data(withJSONObject: mirrors)
      .write(to: folder.appendingPathComponent("mirrors.json"))
  }

  private static func handle(_ path: String) throws -> FileHandle {
    let url = URL(fileURLWithPath: path)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
}
