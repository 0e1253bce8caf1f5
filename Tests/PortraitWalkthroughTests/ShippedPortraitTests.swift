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

  /// A bell so wide that it fills the volume is no head: the claims are able to fail.
  @Test func aSpoiledPortraitFailsItsClaims() throws {
    let outcome = try chapter().run(with: ["alpha": 0.1])
    #expect(!outcome.failures.isEmpty)
  }
}
