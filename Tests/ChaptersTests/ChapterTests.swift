import Chapters
import Inspection
import Testing

/// Runs every chapter unattended; the claims of the chapters are the assertions.
@Suite("Chapters")
struct ChapterTests {
  @Test(arguments: Chapter.every.map(\.name))
  func everyClaimHolds(name: String) throws {
    let outcome = try ChapterRuns.outcome(of: name)
    #expect(!outcome.claims.isEmpty)
    for failure in outcome.failures { Issue.record("\(failure.line)") }
  }

  /// Every claim also holds, and no step stops, at the lowest and the highest value of each parameter.
  @Test(arguments: Chapter.every.map(\.name))
  func everyClaimHoldsAtTheLimitsOfEveryParameter(name: String) throws {
    let chapter = try #require(Chapter.every.first { $0.name == name })
    for parameter in chapter.parameters {
      for value in [parameter.range.lowerBound, parameter.range.upperBound] {
        for failure in chapter.run(with: [parameter.name: value]).failures {
          Issue.record("\(parameter.name) = \(value): \(failure.line)")
        }
      }
    }
  }

  @Test func namesOfChaptersAndViewsAreUnique() {
    let names = Chapter.every.map(\.name)
    #expect(Set(names).count == names.count)
    for outcome in ChapterRuns.every {
      for step in outcome.steps {
        let views = step.page.views.map(\.name)
        #expect(Set(views).count == views.count, "\(outcome.chapter.name), step \(step.number)")
      }
    }
  }

  /// A reader cannot interpret a picture without a caption.
  @Test func everyPictureHasACaption() {
    for outcome in ChapterRuns.every {
      for view in outcome.steps.flatMap(\.page.views) {
        #expect(!view.caption.isEmpty, "\(outcome.chapter.name), \(view.name)")
      }
    }
  }

  /// Words in formulas are set upright; in italics, their letters would read as a product.
  @Test func wordsInFormulasAreUpright() {
    for chapter in Chapter.every {
      for step in chapter.steps {
        for formula in step.formulas + step.symbols.map(\.paper) {
          // Without commands and upright text, only single letters are left of the source.
          let letters = formula.source.replacing(/\\(text|mathrm)\{[^}]*\}/, with: " ")
            .replacing(/\\[A-Za-z]+/, with: " ")
          #expect(
            letters.firstMatch(of: /[A-Za-z]{3}/) == nil, "\(chapter.name): \(formula.source)")
        }
      }
    }
  }

  /// Every code excerpt that a page shows beside a formula exists.
  @Test func everyExcerptIsFound() throws {
    for chapter in Chapter.every {
      for excerpt in chapter.steps.flatMap(\.code) {
        #expect(throws: Never.self, "\(excerpt.file)") { try excerpt.lines() }
      }
    }
  }
}
