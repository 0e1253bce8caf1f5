import Chapters
import Inspection
import Testing

/// The chapters as live pages: the same records as the static pages, and a control for every parameter.
@Suite("Live chapters")
struct LiveChapterTests {
  @Test(arguments: Chapter.every.map(\.name))
  func everyParameterHasAControlInSomeStep(name: String) throws {
    let chapter = try #require(Chapter.every.first { $0.name == name })
    let tour = try LiveTour(Walkthrough(chapter))
    let outcome = try ChapterRuns.outcome(of: name)
    var controlled: Set<String> = []
    for step in outcome.steps {
      let section = try tour.section(chapter: name, step: step.number, values: [:])
      controlled.formUnion(section.parameters.map(\.name))
      // The section shows what the step reported in the tests and on the static page.
      #expect(!section.outcome.contains("✗ fails"), "\(name), step \(step.number)")
      for claim in step.claims
      where step.page.equalities.allSatisfy({ $0.claim.text != claim.text }) {
        // Pages write `D_mean` with its index below the line.
        let text = section.outcome.replacing("<sub>", with: "_").replacing("</sub>", with: "")
        let isShown = text.contains(
          claim.text.replacing("&", with: "&amp;")
            .replacing("<", with: "&lt;").replacing(">", with: "&gt;"))
        #expect(isShown, "\(name), step \(step.number): \(claim.text)")
      }
      for view in step.page.views { #expect(section.outcome.contains(view.name)) }
      for parameter in section.parameters {
        #expect(section.controls.contains("name=\"\(parameter.name)\""))
      }
    }
    #expect(controlled == Set(chapter.parameters.map(\.name)), "\(name)")
  }

  /// A value that went away and came back gives the same section: nothing stored is stale.
  @Test(arguments: Chapter.every.map(\.name))
  func movingAwayAndBackGivesTheSameSection(name: String) throws {
    let chapter = try #require(Chapter.every.first { $0.name == name })
    let tour = try LiveTour(Walkthrough(chapter))
    func sections(_ values: [String: String]) throws -> [String] {
      try chapter.steps.indices.map {
        try tour.section(chapter: name, step: $0 + 1, values: values).outcome
      }
    }
    let before = try sections([:])
    for parameter in chapter.parameters {
      let end =
        parameter.value == parameter.range.upperBound
        ? parameter.range.lowerBound : parameter.range.upperBound
      let moved = try sections([parameter.name: "\(end)"])
      // A tour that never saw another value gives the same.
      let fresh = try LiveTour(Walkthrough(chapter), settings: ["\(parameter.name)=\(end)"])
      let step = moved.indices.first { moved[$0] != before[$0] } ?? 0
      #expect(try fresh.section(chapter: name, step: step + 1, values: [:]).outcome == moved[step])
    }
    #expect(try sections([:]) == before)
  }
}
