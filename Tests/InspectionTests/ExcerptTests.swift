import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Inspection

@Suite("Code excerpts")
struct ExcerptTests {
  private let source = """
    import Foundation

    struct A {
      /// The bell.
      @inlinable
      public func weights(
        at depth: Int
      ) -> Int {
        if depth > 0 {
          return 1
        }

        // [excerpt: last]
        let two = 2
          + 0
        // [end: last]
        return two
      }

      var width: Int { 3 }
      let alpha: Double

      let beta = 1
    }
    """

  private func lines(_ part: CodeExcerpt.Part) throws -> CodeExcerpt.Lines {
    let folder = try TemporaryFolder()
    try Data(source.utf8).write(to: folder("A.swift"))
    let excerpt =
      switch part {
      case .region(let name): CodeExcerpt("A.swift", region: name, in: folder.url)
      case .declaration(let text): CodeExcerpt("A.swift", declaration: text, in: folder.url)
      }
    return try excerpt.lines()
  }

  @Test func regionIsTheCodeBetweenItsMarks() throws {
    let lines = try lines(.region("last"))
    #expect(lines.first == 14 && lines.text == "let two = 2\n  + 0")
  }

  @Test func declarationHasItsCommentAndItsEnd() throws {
    let lines = try lines(.declaration("func weights("))
    #expect(lines.first == 4)
    #expect(lines.text.hasPrefix("/// The bell.\n@inlinable\npublic func weights("))
    #expect(lines.text.hasSuffix("  return two\n}"))
  }

  @Test func shortDeclarationsAreOneLine() throws {
    #expect(try lines(.declaration("var width")).text == "var width: Int { 3 }")
    #expect(try lines(.declaration("let alpha")).text == "let alpha: Double")
    #expect(try lines(.declaration("let beta")).text == "let beta = 1")
  }

  @Test func whatIsMissingIsNamed() {
    #expect(throws: CodeExcerpt.Missing.self) { try lines(.region("first")) }
    #expect(throws: CodeExcerpt.Missing.self) { try lines(.declaration("func none")) }
    let gone = #expect(throws: CodeExcerpt.Missing.self) {
      try CodeExcerpt("Sources/Gone.swift", region: "x", in: Clone.folder).lines()
    }
    #expect("\(gone as Any)".contains("Sources/Gone.swift"))
  }

  @Test func packageIsFound() throws {
    let manifest = Clone.folder.appendingPathComponent("Package.swift")
    #expect(FileManager.default.fileExists(atPath: manifest.path))
    let own = CodeExcerpt(
      "Sources/Inspection/Walkthroughs/CodeExcerpt.swift", declaration: "func lines(",
      in: Clone.folder)
    #expect(try own.lines().text.contains("public func lines() throws"))
  }
}
