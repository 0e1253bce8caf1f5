import Foundation
import Inspection
import PortraitWalkthrough
import Tensors
import TestSupport
import Testing

@Suite("Walkthrough of the shipped portrait")
struct ShippedPortraitTests {
  private func chapter() throws -> Chapter {
    PortraitChapter(try .read(Fixtures.url("Portrait")), source: "Procedural.").chapter
  }

  /// The claims hold at the default settings and at every value of a slider, and the page stays light.
  @Test func everyClaimHolds() throws {
    let chapter = try chapter()
    #expect(chapter.steps.count { $0.sweep != nil } >= 7)
    let folder = try TemporaryFolder()
    let failures = try Walkthrough(chapter).runUnattended(
      into: folder.url, console: Console(.nullDevice, hasColor: false))
    for claim in failures { Issue.record("\(claim.line)") }
    let page = try folder.text("\(chapter.name).html")
    #expect(page.contains("claims hold") && page.utf8.count < 4_000_000)
  }

  /// Every printed equality, read as text and calculated again, gives the number that it prints.
  @Test func printedEqualitiesAreTrue() throws {
    let equalities = try chapter().run().steps.flatMap(\.page.equalities)
    #expect(equalities.count >= 9)
    for equality in equalities {
      let sides = PrintedCalculation.sides(of: equality.formula.source)
      let result = try #require(sides.last)
      for side in sides {
        #expect(abs(side - result) <= 5e-3 * max(abs(result), 1e-3), "\(equality.line)")
      }
    }
  }

  /// Every step runs to its end for any parameters within the printed ranges.
  @Test(arguments: [
    ["samples": 12.0], ["samples": 36.0], ["samples": 256.0], ["part": 0.0], ["part": 11.0],
    ["part": 12.0], ["yaw": 0.7], ["yaw": -0.7], ["alpha": 20.0],
  ])
  func noParameterStopsAStep(settings: [String: Double]) throws {
    let outcome = try chapter().run(with: settings)
    #expect(!outcome.claims.contains { $0.text.contains("runs without error") })
    #expect(!outcome.failures.contains { $0.measurement.contains("NaN") })
  }

  /// A bell so wide that it fills the volume does not give a head, and claims fail.
  @Test func aBellThatIsTooWideFailsClaims() throws {
    let outcome = try chapter().run(with: ["alpha": 0.1])
    #expect(!outcome.failures.isEmpty)
  }

  /// The code that the pages quote is where they look for it.
  @Test func everyExcerptIsFound() throws {
    for step in try chapter().steps {
      for excerpt in step.code {
        #expect(throws: Never.self, "\(step.title): \(excerpt.file)") { try excerpt.lines() }
      }
    }
  }
}
