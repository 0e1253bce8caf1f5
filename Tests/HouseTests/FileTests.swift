import Testing

/// Rules that hold for all files.
@Suite("Rules for files")
struct FileTests {
  static let sources = Repository.files(endingIn: ".swift", ".py", ".c", ".h")

  @Test func noSourceFileIsLongerThan400Lines() {
    #expect(Self.sources.count > 100)
    for path in Self.sources {
      let lines = Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 401, "\(path) has \(lines.count - 1) lines")
    }
  }

  /// No file contains an absolute path of the machine on which it was written.
  @Test func noFileContainsAPathOfAMachine() {
    // The paths are assembled here, so that this file does not contain them itself.
    let places = ["tmp", "work", "home", "root", "Users"].map { "/" + $0 + "/" }
    let texts = Self.sources + Repository.files(endingIn: ".md", ".txt", ".json", "Makefile", "run")
    for path in texts {
      let text = Repository.text(path)
      for place in places {
        for start in text.ranges(of: place) {
          // As a part of a longer path or of a web address, the text is not a path of the machine.
          let before =
            start.lowerBound == text.startIndex
            ? " " : text[text.index(before: start.lowerBound)]
          let isPartOfAPath = before.isLetter || before.isNumber || "._-/".contains(before)
          #expect(isPartOfAPath, "\(path) names \(place)")
        }
      }
    }
  }

  /// Names that differ only in case would collide on some file systems.
  @Test func namesDifferInMoreThanCase() {
    let names = Repository.files.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
  }
}
