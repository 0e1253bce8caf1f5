import Foundation
import Inspection
import PortraitData
import PortraitWalkthrough
import Tensors
import TestSupport
import Testing

@Suite("The shipped portrait's walkthrough")
struct ShippedPortraitTests {
  private func chapter() throws -> Chapter {
    PortraitChapter(try .read(Fixtures.url("Portrait")), source: "Procedural.").chapter
  }

  @Test func everyClaimHolds() throws {
    let outcome = try chapter().run()
    #expect(outcome.claims.count >= 20)
    for claim in outcome.failures { Issue.record("\(claim.line)") }
  }

  /// Whatever a reader sets within the printed ranges, every step runs to its end.
  @Test(arguments: [
    ["samples": 12.0], ["samples": 36.0], ["samples": 256.0], ["part": 0.0], ["part": 11.0],
    ["part": 12.0], ["yaw": 0.7], ["yaw": -0.7], ["alpha": 20.0],
  ])
  func noParameterStopsAStep(settings: [String: Double]) throws {
    let outcome = try chapter().run(with: settings)
    #expect(!outcome.claims.contains { $0.text.contains("runs to its end") })
    #expect(!outcome.failures.contains { $0.measurement.contains("not a number") })
  }

  /// A bell so wide that it fills the volume is no head: the claims are able to fail.
  @Test func aSpoiledPortraitFailsItsClaims() throws {
    let outcome = try chapter().run(with: ["alpha": 0.1])
    #expect(!outcome.failures.isEmpty)
  }
}
