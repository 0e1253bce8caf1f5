import Foundation

struct TerminalSession {
  var chapters: [Chapter]
  var settings: [String: Double]
  var folder: URL
  var console: Console
  mutating func run(reading input: FileHandle) -> Int32 { 0 }
}
