import Foundation
import PortraitModel
import TestSupport
import Testing

@Suite("The shipped generator")
struct ShippedGeneratorTests {
  @Test func theGeneratorOfThisCloneIsRead() throws {
    let file = try ShippedGenerator.file()
    let clone = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
      url.deletingLastPathComponent()
    }
    #expect(file.folder.path == clone.appendingPathComponent(ShippedGenerator.path).path)
    let model = try file.read().configuration
    #expect(model.parts == 13 && model.rendering == .volume)
  }

  @Test func theFirstCloneWithAGeneratorIsUsed() throws {
    let folder = try TemporaryFolder()
    for name in ["second", "third"] {
      try FileManager.default.createDirectory(
        at: folder("\(name)/\(ShippedGenerator.path)"), withIntermediateDirectories: true)
    }
    let clones = ["first", "second", "third"].map { folder($0) }
    let file = try ShippedGenerator.file(in: clones)
    #expect(file.folder.path == folder("second/\(ShippedGenerator.path)").path)
    // The folder exists but is empty: this is an error, and the next clone is not used instead.
    let error = #expect(throws: ParameterError.self) { try file.read() }
    #expect(error?.description.hasPrefix(file.folder.path) == true)
  }

  @Test func aMissingGeneratorNamesEveryPlace() throws {
    let folder = try TemporaryFolder()
    let clones = [folder("a"), folder("b")]
    let error = #expect(throws: ShippedGenerator.Missing.self) {
      try ShippedGenerator.file(in: clones)
    }
    let line = try #require(error?.description)
    for clone in clones {
      #expect(line.contains(clone.appendingPathComponent(ShippedGenerator.path).path))
    }
    #expect(!line.contains("\n"))
  }
}
