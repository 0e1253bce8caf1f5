import Foundation
import TestSupport
import Testing

/// The package as a dependency of another package.
@Suite("Use as a library", .serialized)
struct PackageUseTests {
  /// Builds the example of README.md as a package of its own and compares what it prints.
  @Test(.timeLimit(.minutes(20)))
  func theExampleOfTheReadmePrintsWhatItSays() throws {
    let readme = Repository.text("README.md")
    let manifest = try Self.block(of: readme, after: "package manifest")
    let program = try Self.block(of: readme, after: "main.swift")
    let expected = try Self.block(of: readme, after: "output")

    let folder = try TemporaryFolder()
    let target = try #require(
      manifest.firstMatch(of: /\.executableTarget\(\s*name: "([^"]+)"/), "no executable target")
    try folder.write(Self.manifest(manifest, dependingOn: Repository.root), to: "Package.swift")
    try folder.write(program, to: "Sources/\(target.1)/main.swift")
    let outcome = try SwiftCommand.run("run", package: folder.url, writingTo: folder.url)
    #expect(
      outcome.status == 0, "swift run failed:\n\(Self.excerpt(outcome.errors + outcome.output))")
    if outcome.status == 0 { #expect(outcome.output == expected) }
  }

  /// Returns the code block that follows a comment `<!-- example: NAME -->`, with its last newline.
  static func block(of text: String, after name: String) throws -> String {
    let mark = "<!-- example: \(name) -->"
    let found = try #require(text.range(of: mark), "README.md has no \(mark)")
    let block = try #require(
      text[found.upperBound...].firstMatch(of: /(?ms)\A\s*^```\w*\n(.*?\n)```$/),
      "no code block follows \(mark)")
    return String(block.1)
  }

  /// Returns the manifest with this clone as its dependency.
  static func manifest(_ text: String, dependingOn clone: URL) throws -> String {
    let dependency = /\.package\([^()]*\)/
    try #require(text.matches(of: dependency).count == 1, "the manifest has not one dependency")
    return text.replacing(dependency, with: ".package(name: \"ssgan3d\", path: \"\(clone.path)\")")
  }

  /// Returns the errors of the compiler, or the last lines if there are none.
  static func excerpt(_ text: String) -> String {
    let lines = text.split(separator: "\n")
    guard let error = lines.firstIndex(where: { $0.contains("error:") }) else {
      return lines.suffix(40).joined(separator: "\n")
    }
    return lines[error...].prefix(60).joined(separator: "\n")
  }
}
