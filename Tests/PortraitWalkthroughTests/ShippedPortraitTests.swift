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

  /// The claims hold at the default settings and at every value of a slider.
  @Test func everyClaimHolds() throws {
    let chapter = try chapter()
    #expect(chapter.steps.contains { $0.sweep != nil })
    let folder = try TemporaryFolder()
    let failures = try Walkthrough(chapter).runUnattended(
      into: folder.url, console: Console(.nullDevice, hasColor: false))
    for claim in failures { Issue.record("\(claim.line)") }
    #expect(try folder.text("\(chapter.name).html").contains("claims hold"))
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
