import Tensors
import Testing
import Training
import TrainingToys

@testable import TrainingRuns

/// What a run logs and dumps of an iteration, against the report of the iteration.
@Suite("Measurements of an iteration")
struct MeasurementTests {
  /// Iteration 0 makes every update, iteration 1 neither of the lazy ones.
  private func reports() throws -> (every: IterationReport, few: IterationReport) {
    // With the toy's weight of 0.5 and interval of 2, the loss of path length would be its penalty.
    let options = try Toy.options.setting(["pathWeight=0.7"])
    var trainer = Trainer(.fresh(Toy.model, options), batches: Toy.batches)
    return (try trainer.step(), try trainer.step())
  }

  @Test func everyKeyHasTheValueOfTheReport() throws {
    let report = try reports().every
    let penalty = try #require(report.gradientPenalty)
    let path = try #require(report.pathLength)
    let expected: [String: Double] = [
      "discriminator.realScore": report.discriminator.realScores.mean().item,
      "discriminator.fakeScore": report.discriminator.fakeScores.mean().item,
      "discriminator.loss": report.discriminator.loss,
      "discriminator.gradientLength": report.discriminator.gradientLength,
      "gradientPenalty.image": penalty.image, "gradientPenalty.mask": penalty.mask,
      "gradientPenalty.loss": penalty.loss,
      "gradientPenalty.gradientLength": penalty.gradientLength,
      "generator.adversarial": report.generator.adversarial,
      "generator.maskRegularizer": report.generator.maskRegularizer,
      "generator.depthSmoothness": try #require(report.generator.depthSmoothness),
      "generator.loss": report.generator.loss,
      "generator.gradientLength": report.generator.gradientLength,
      "pathLength.length": path.lengths.mean().item, "pathLength.penalty": path.penalty,
      "pathLength.loss": path.loss, "pathLength.gradientLength": path.gradientLength,
    ]
    #expect(report.measurements == expected)
    // No two of them agree by chance, so an exchange cannot hide.
    #expect(Set(expected.values).count == expected.count)
  }

  @Test func updatesThatAreNotDueLeaveNoKeys() throws {
    let keys = try Set(reports().few.measurements.keys)
    #expect(!keys.contains { $0.hasPrefix("pathLength") || $0.hasPrefix("gradientPenalty") })
    #expect(keys.count == 9)
  }

  @Test func dumpedValuesAreThoseOfTheReport() throws {
    let report = try reports().every
    let values = report.dumpedValues
    #expect(values["discriminator/real_scores"] == report.discriminator.realScores.scalars)
    #expect(values["discriminator/fake_scores"] == report.discriminator.fakeScores.scalars)
    #expect(values["gradientPenalty/image"] == report.gradientPenalty.map { [$0.image] })
    #expect(values["gradientPenalty/mask"] == report.gradientPenalty.map { [$0.mask] })
    #expect(values["generator/adversarial"] == [report.generator.adversarial])
    #expect(values["generator/mask_regularizer"] == [report.generator.maskRegularizer])
    #expect(values["generator/depth_smoothness"] == report.generator.depthSmoothness.map { [$0] })
    #expect(values["pathLength/lengths"] == report.pathLength?.lengths.scalars)
    #expect(values["pathLength/penalty"] == report.pathLength.map { [$0.penalty] })
    for (update, part) in report.updateReports {
      #expect(values["\(update.rawValue)/loss"] == [part.loss])
      #expect(values["\(update.rawValue)/gradient_length"] == [part.gradientLength])
    }
    #expect(values.count == 9 + 8)
  }
}
