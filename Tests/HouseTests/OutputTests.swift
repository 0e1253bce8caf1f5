import Foundation
import Testing

/// Text from files reaches a terminal through functions that make it visible, and through no other.
@Suite("Ways to a terminal")
struct OutputTests {
  /// Calls that write text as it is, and the only files that may contain them.
  static let calls: [(call: String, files: Set<String>)] = [
    (
      "StandardError.write(",
      [
        "Sources/Messages/StandardError.swift", "Sources/Messages/ProcessLimits.swift",
        "Sources/CommandStatus/ProgressReport.swift",
      ]
    ),
    ("FileHandle.standardError", []), ("fputs(", []), ("debugPrint(", []),
    ("Swift.print(", ["Sources/ssgan3d/Printing.swift"]),
  ]

  @Test func noTextReachesATerminalAsItIs() {
    let sources =
      Repository.files(under: "Sources", endingIn: ".swift")
      + Repository.files(under: "Walkthroughs", endingIn: ".swift")
    #expect(sources.count > 200)
    for path in sources {
      let text = Repository.text(path)
      for (call, files) in Self.calls where !files.contains(path) {
        #expect(
          !text.contains(call), "\(path) calls \(call), use StandardError.say(_:) or print(_:)")
      }
    }
    // The command's own print makes text visible; without it, Swift's would be called.
    #expect(
      Repository.text("Sources/ssgan3d/Printing.swift").contains(
        "func print(_ line: String) { Swift.print(line.visible) }"))
  }
}
