import Foundation

/// A copy of the repository in which every mutant can be switched on, and its build.
///
/// The copy is in a folder that is not part of the repository. It is kept, so that the next run compiles
/// only what has changed.
struct MutatedTree {
  /// The folder of copy, build and outputs.
  let folder = Repository.root.appendingPathComponent(".build-mutants")
  private var tree: URL { folder.appendingPathComponent("tree") }

  /// Brings the copy up to date; files that have not changed keep their time of modification.
  func update(_ mutants: [Mutant]) throws {
    var contents: [String: Data?] = [:]
    for path in Repository.files + ["Package.resolved"] where Repository.exists(path) {
      contents[path] = .some(nil)
    }
    for (file, own) in Dictionary(grouping: mutants, by: \.file) {
      contents[file] = Data(try Mutant.applied(own, to: Repository.text(file)).utf8)
      for target in Mutant.targets(of: file) {
        contents["\(target)/ActiveMutant.swift"] = Data(Mutant.switchSource.utf8)
      }
    }
    let keys: [URLResourceKey] = [.isDirectoryKey]
    let walk = FileManager.default.enumerator(at: tree, includingPropertiesForKeys: keys)
    for case let url as URL in walk ?? .init() {
      let path = String(url.path.dropFirst(tree.path.count + 1))
      let isFolder = try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
      if contents[path] == nil, !isFolder { try FileManager.default.removeItem(at: url) }
    }
    for (path, data) in contents { try write(data, path) }
  }

  /// Writes a file with the given bytes, or with those of the repository.
  private func write(_ data: Data?, _ path: String) throws {
    let (from, to) = (
      Repository.root.appendingPathComponent(path), tree.appendingPathComponent(path)
    )
    let files = FileManager.default
    // The kernels of two levels are symbolic links, which stay links.
    if data == nil, let link = try? files.destinationOfSymbolicLink(atPath: from.path) {
      if (try? files.destinationOfSymbolicLink(atPath: to.path)) == link { return }
      try files.createDirectory(
        at: to.deletingLastPathComponent(), withIntermediateDirectories: true)
      return try files.createSymbolicLink(atPath: to.path, withDestinationPath: link)
    }
    let bytes = try data ?? Data(contentsOf: from)
    if (try? Data(contentsOf: to)) == bytes { return }
    try files.createDirectory(at: to.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: to)
    guard data == nil else { return }
    let permissions = try files.attributesOfItem(atPath: from.path).filter {
      $0.key == .posixPermissions
    }
    try files.setAttributes(permissions, ofItemAtPath: to.path)
  }

  /// Compiles the copy with its tests; throws the errors of the compiler.
  func build() throws {
    let outcome = try SwiftCommand.run(
      "test", ["-c", "release", "--filter", "NoSuchTestAtAll"], package: tree, writingTo: folder)
    guard outcome.status == 0 else {
      throw Mutant.Fault(
        description: "the mutated sources cannot be compiled; each mutant must be an expression of "
          + "the same type:\n" + PackageUseTests.excerpt(outcome.output + outcome.errors))
    }
  }

  /// The outcome of some tests.
  struct Outcome {
    /// The exit status; nil if the tests were stopped because they did not end.
    let status: Int32?
    let output: String

    /// Whether all tests passed; false if there were none.
    var passed: Bool { status == 0 }
    /// Whether no test has one of the names.
    var foundNothing: Bool { status == 69 }
  }

  /// Runs tests of the copy, with one mutant or without any.
  ///
  /// - Parameters:
  ///   - tests: the tests, as `Target.Suite/function`.
  ///   - mutant: the name of the mutant; nil for the original.
  ///   - seconds: the time after which the tests are stopped.
  /// - Returns: whether they passed, with their output.
  /// - Throws: an error of Foundation if the tests cannot be started.
  func run(_ tests: [String], with mutant: String?, seconds: Double) throws -> Outcome {
    let output = folder.appendingPathComponent("output-\(mutant ?? "original").txt")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = folder.appendingPathComponent(
      "build/release/ssgan3dPackageTests.xctest")
    process.arguments =
      ["--testing-library", "swift-testing"]
      + tests.flatMap { ["--filter", "^\($0.replacing(".", with: "\\."))\\("] }
    process.currentDirectoryURL = tree
    process.environment = ProcessInfo.processInfo.environment.merging(
      mutant.map { [Mutant.variable: $0] } ?? [:]
    ) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    try process.run()
    let end = Date().addingTimeInterval(seconds)
    while process.isRunning && Date() < end { usleep(20_000) }
    let isLate = process.isRunning
    if isLate { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    // A crash ends with a signal, whose number is no status of tests that ran.
    let status = process.terminationReason == .exit ? process.terminationStatus : -1
    return Outcome(
      status: isLate ? nil : status, output: try String(contentsOf: output, encoding: .utf8))
  }
}
