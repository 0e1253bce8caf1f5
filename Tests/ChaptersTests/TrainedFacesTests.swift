import Chapters
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import TestSupport
import Testing

/// The chapters on the networks use the shipped generator, and say so in one line if it is missing.
@Suite("Chapters on the networks")
struct TrainedFacesTests {
  typealias Load = @Sendable () throws -> Generator

  /// The chapters that use the shipped generator, each for any generator.
  static let chapters: [@Sendable (@escaping Load) -> Chapter] = [
    { .partGenerator($0) }, { .pipeline($0) }, { .renderNet($0) }, { .discriminator($0) },
  ]

  /// If there is no generator, every step fails with a message of one line.
  @Test(arguments: chapters.indices)
  func aMissingGeneratorFailsEveryStep(index: Int) {
    let nowhere = [URL(fileURLWithPath: "/nowhere")]
    let chapter = Self.chapters[index]({ try ShippedGenerator.file(in: nowhere).read() })
    let failures = chapter.run().failures
    #expect(failures.count == chapter.steps.count)
    for failure in failures {
      #expect(failure.measurement.contains("/nowhere/Fixtures/Checkpoint"))
      #expect(!failure.line.contains("\n"))
    }
  }

  /// An untrained generator fails claims of the chapters that show what training has learned.
  @Test(arguments: [
    (1, "rays that show the face end nearer"),
    (2, "after training, the noise weights are no longer"),
  ])
  func anUntrainedGeneratorFailsItsClaims(index: Int, claim: String) throws {
    let model = try ShippedGenerator.file().configuration()
    let fresh = Generator(model, ParameterPlan.generator(model).fresh(seed: 1))
    let texts = Self.chapters[index]({ fresh }).run().failures.map(\.text)
    #expect(texts.contains { $0.hasPrefix(claim) }, "\(texts)")
  }

  /// Every claim also holds at every value of the sliders.
  @Test(arguments: ["part-generator", "pipeline", "render-net", "discriminator"])
  func everyClaimHoldsAtEveryValueOfTheSliders(name: String) throws {
    let folder = try TemporaryFolder()
    let chapter = try #require(Chapter.every.first { $0.name == name })
    let failures = try Walkthrough("", introduction: "", chapters: [chapter])
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    for failure in failures { Issue.record("\(failure.line)") }
  }
}
