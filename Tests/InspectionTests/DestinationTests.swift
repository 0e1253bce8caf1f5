import Testing

@testable import Inspection

@Suite("Destinations of goto")
struct DestinationTests {
  @Test(arguments: [
    ("eq7", Destination.citation(.equation(7))), ("Eq. 7", .citation(.equation(7))),
    ("7", .citation(.equation(7))), ("equation 7", .citation(.equation(7))),
    ("7.3", .step(chapter: 7, step: 3)), ("ch7.3", .step(chapter: 7, step: 3)),
    ("ch7", .chapter(7)), ("chapter 7", .chapter(7)), (".3", .stepHere(3)),
    ("step 3", .stepHere(3)),
    ("fig2", .citation(.figure(2))), ("Fig. 2", .citation(.figure(2))),
    ("note 8", .citation(.note(8))),
    ("§3.2", .citation(.section("3.2"))), ("section 3.2", .citation(.section("3.2"))),
    ("gaussian-lifting", .words("gaussian-lifting")), ("E07", .words("E07")),
    ("7.3.1", .words("7.3.1")),
    ("99999999999999999999", .words("99999999999999999999")),
  ])
  func numbersMeanOneThing(text: String, meaning: Destination) {
    #expect(Destination(text) == meaning)
  }

  @Test func titlesAreRead() {
    #expect(
      Citation.all(in: "Eq. 4, 9–10, Fig. 8")
        == [.equation(4), .equation(9), .equation(10), .figure(8)])
    #expect(Citation.all(in: "Eq. 2, opaque wall 7") == [.equation(2)])
    #expect(Citation.all(in: "∂Eq. 13") == [.equation(13)])
    #expect(Citation.all(in: "§4.2, note 22") == [.section("4.2"), .note(22)])
    #expect(Citation.all(in: "Eq. 8 in Eq. 11") == [.equation(8), .equation(11)])
    #expect(Citation.all(in: "Eq. 9–1, Eq. –, Fig. x").isEmpty)
  }

  private func chapter(
    _ name: String, _ title: String, _ equations: String, _ steps: [(String, String)]
  ) -> Chapter {
    Chapter(name, title: title, equations: equations, introduction: "") {
      for (title, question) in steps { Step(title, question) { _ in } }
    }
  }

  private var index: StepIndex {
    StepIndex(chapters: [
      chapter("tour", "A portrait", "Eq. 2–11", [("Eq. 7", "A bell?"), ("Fig. 6", "A turn?")]),
      chapter("empty", "Nothing", "Eq. 5", []),
      chapter(
        "gaussian-lifting", "From a map to a volume", "Eq. 5–7",
        [("note 8", "Which plane?"), ("Eq. 7", "How far?"), ("Eq. 5–6", "What is the dépth?")]),
      chapter(
        "pipeline", "All together", "Fig. 2", [("Eq. 1", "In?"), ("Fig. 2, output", "Out?")]),
    ])
  }

  private func find(_ text: String) -> (String?, [String]) {
    switch index.find(text, from: Spot(chapter: 2, step: 1)) {
    case .found(let spot, let others): (spot.number, others.map(\.number))
    case .missing(_, let nearest): (nil, nearest.map(\.number))
    }
  }

  /// The chapter that is about least else comes first; inside it, the first step that names the equation.
  @Test(arguments: [
    ("eq7", "3.2", ["1.1"]), ("6", "3.3", []), ("fig2", "4.1", ["4.2"]), ("fig 6", "1.2", []),
    ("note 8", "3.1", []), ("eq1", "4.1", []), ("3.3", "3.3", []), ("ch3", "3.1", []),
    (".3", "3.3", []),
    ("gaussian-lifting", "3.1", []), ("Gaussian", "3.1", []), ("volume map", "3.1", []),
    ("depth", "3.3", []), ("turn", "1.2", []), ("gaussian far", "3.2", []),
  ])
  func stepsAreFound(text: String, number: String, others: [String]) {
    let found = find(text)
    #expect(found.0 == number && found.1 == others)
  }

  @Test(arguments: [
    ("eq17", ["3.2"]), ("3.9", ["3.3"]), ("9.1", []), ("ch2", []),
    ("gausian", ["3.1", "3.2", "3.3"]),
    ("dephts", ["3.3"]), ("fig9", []), ("", []),
  ])
  func aMissNamesTheNearest(text: String, nearest: [String]) {
    let found = find(text)
    #expect(found.0 == nil && found.1 == nearest)
  }

  @Test func messagesSayHowNumbersAreRead() {
    guard case .missing(let text, _) = index.find("17", from: Spot(chapter: 0, step: 0)) else {
      Issue.record("Eq. 17 was found")
      return
    }
    #expect(
      text.hasPrefix("No step here is about Eq. 17.") && text.contains("7.3 is its third step"))
    guard case .missing(let other, _) = index.find("3.9", from: Spot(chapter: 0, step: 0)) else {
      Issue.record("3.9 was found")
      return
    }
    #expect(other.hasPrefix("Chapter 3 has the steps 3.1 … 3.3."))
  }
}
