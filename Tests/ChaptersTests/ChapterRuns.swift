import Chapters
import Inspection
import Testing

/// The outcome of every chapter at its default settings, computed once for all tests.
enum ChapterRuns {
  static let every = Chapter.every.map { $0.run() }

  /// Returns the outcome of the chapter with a name.
  static func outcome(of name: String) throws -> ChapterOutcome {
    try #require(every.first { $0.chapter.name == name })
  }
}
