import Testing

/// Rules for files as such.
@Suite("Files")
struct FileTests {
  static let sources = Repository.files(endingIn: ".swift", ".py", ".c", ".h")

  @Test func noSourceFileIsLongerThan400Lines() {
    #expect(Self.sources.count > 100)
    for path in Self.sources {
      let lines = Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 401, "\(path) has \(lines.count - 1) lines")
    }
  }

  /// A path of the machine that somebody worked on means nothing on another.
  @Test func noFileNamesAPlaceOnAMachine() {
    // Put together here, so that this file does not hold what it looks for.
    let places = ["tmp", "work", "home", "root", "Users"].map { "/" + $0 + "/" }
    let texts = Self.sources + Repository.files(endingIn: ".md", ".txt", ".json", "Makefile", "run")
    for path in texts {
      let text = Repository.text(path)
      for place in places {
        for start in text.ranges(of: place) {
          // As a part of a longer path, or of a web address, it is somebody else's.
          let before =
            start.lowerBound == text.startIndex
            ? " " : text[text.index(before: start.lowerBound)]
          let isPartOfAPath = before.isLetter || before.isNumber || "._-/".contains(before)
          #expect(isPartOfAPath, "\(path) names \(place)")
        }
      }
    }
  }

  /// What would fail on another file system: names that differ in the case of their letters alone.
  @Test func namesDifferInMoreThanCase() {
    let names = Repository.files.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
  }
}
