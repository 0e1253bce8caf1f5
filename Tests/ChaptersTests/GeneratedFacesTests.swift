import Chapters
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import Testing

/// The chapter on generated faces must fail for a bad or missing generator.
@Suite("Generated faces")
struct GeneratedFacesTests {
  /// An untrained generator fails at least three of the claims, among them that on the final mask.
  @Test(arguments: [1, 2])
  func anUntrainedGeneratorFailsTheChapter(seed: UInt64) throws {
    let model = try ShippedGenerator.file().configuration()
    let fresh = Generator(model, ParameterPlan.generator(model).fresh(seed: seed))
    let texts = Chapter.generatedFaces { fresh }.run().failures.map(\.text)
    #expect(texts.count >= 3, "\(texts)")
    #expect(texts.contains { $0.hasPrefix("the final mask shows") }, "\(texts)")
  }

  /// If there is no generator, every step fails with a message of one line.
  @Test func aMissingGeneratorFailsEveryStep() {
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
