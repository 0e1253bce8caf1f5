import Chapters
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import Testing

/// The chapter on the shipped generator must be able to fail.
@Suite("Generated faces")
struct GeneratedFacesTests {
  /// A generator that learned nothing misses most of what is asked of the shipped one.
  @Test(arguments: [1, 2])
  func freshWeightsAreFoundOut(seed: UInt64) throws {
    let model = try ShippedGenerator.file().configuration()
    let fresh = Generator(model, ParameterPlan.generator(model).fresh(seed: seed))
    let texts = Chapter.generatedFaces { fresh }.run().failures.map(\.text)
    #expect(texts.count >= 3, "\(texts)")
    #expect(texts.contains { $0.hasPrefix("the final mask shows") }, "\(texts)")
  }

  /// Where there is no generator every step says so, in one line.
  @Test func aMissingGeneratorIsAClaimThatFails() {
    let nowhere = [URL(fileURLWithPath: "/nowhere")]
    let chapter = Chapter.generatedFaces { try ShippedGenerator.file(in: nowhere).read() }
    let failures = chapter.run().failures
    #expect(failures.count == chapter.steps.count)
    for failure in failures {
      #expect(failure.measurement.contains("/nowhere/Fixtures/Checkpoint"))
      #expect(!failure.line.contains("\n"))
    }
  }
}
