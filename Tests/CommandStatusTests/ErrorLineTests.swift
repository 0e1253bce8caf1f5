import Foundation
import Testing

@testable import CommandStatus

@Suite("One-line errors")
struct ErrorLineTests {
  private let nowhere = FileManager.default.temporaryDirectory
    .appendingPathComponent("no-such-folder-\(UUID().uuidString)/file")

  @Test func missingFileIsNamed() throws {
    let error = #expect(throws: (any Error).self) { try Data(contentsOf: nowhere) }
    let line = ErrorLine.describing(try #require(error))
    #expect(line == "\(nowhere.path): there is no such file or folder; check the path")
  }

  @Test func folderThatIsAFileIsALine() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let error = #expect(throws: (any Error).self) {
      try FileManager.default.createDirectory(
        at: file.appendingPathComponent("inside"), withIntermediateDirectories: true)
    }
    let thrown = try #require(error)
    let line = try #require(ErrorLine.describing(thrown))
    #expect(line.hasPrefix(file.path) && !line.contains("Domain=") && !line.contains("\n"))
  }

  @Test func plainErrorOfFoundationIsALine() throws {
    let error = NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))
    let line = try #require(ErrorLine.describing(error))
    #expect(line.hasPrefix("No space left on device; ") && !line.contains("\n"))
  }

  /// Errors of the project are not translated, because they describe themselves.
  @Test func otherErrorsAreNotTranslated() {
    struct Stop: Error {}
    #expect(ErrorLine.describing(Stop()) == nil)
  }

  @Test func linesAreJoined() {
    #expect("one\n  two.\n".oneLine == "one two")
  }
}
