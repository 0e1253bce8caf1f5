import Camera
import ModelConfiguration
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import TestSupport
import Tensors
import Testing

@testable import Evaluation

@Suite("Measures of part editing")
struct EditTests {
  /// An image of 10 × 10 pixels of one value in all channels, with labels.
  private func portrait(_ values: [Double], _ labels: [Int32]) -> LabeledImage {
    LabeledImage(
      image: Tensor([3, 10, 10], values + values + values), labels: Tensor([10, 10], labels))
  }

  /// Pixel 0 has part 1 before, pixel 1 has it after; 0.5 changes there, 0.2 at pixel 2 beside them, and
  /// 0.1 at pixel 99 far away.
  @Test func aChangeByHand() {
    var (before, after) = ([Double](repeating: 0.25, count: 100), [Double]())
    after = before
    (after[0], after[1], after[2], after[99]) = (0.75, 0.75, 0.45, 0.35)
    before[3] = 0.25
    var (old, new) = ([Int32](repeating: 0, count: 100), [Int32]())
    for pixel in 50..<100 { old[pixel] = 2 }
    new = old
    (old[0], new[1]) = (1, 1)
    // One pixel of part 2 becomes part 0.
    new[50] = 0
    let change = PortraitChange(
      from: portrait(before, old), to: portrait(after, new), part: 1, of: 3)
    expectClose(change.everywhere, 1.3 / 100)
    expectClose(change.inside, 0.5)
    expectClose(change.outside, 0.3 / 98)
    expectClose(change.locality, 1.2 / 1.3)
    // Part 0: 48 pixels in both, 51 in either: pixels 0, 1 and 50 differ. Part 2: 49 in both, 50 in either.
    expectClose(change.agreement, (48.0 / 51 + 49.0 / 50) / 2)
  }

  private func expectClose(_ a: Double, _ b: Double) {
    #expect(abs(a - b) < 1e-12, "\(a) is not \(b)")
  }

  @Test func figuresThatDoNotExistAreNotCounted() {
    let same = portrait(
      [Double](repeating: 0.5, count: 100), [Int32](repeating: 0, count: 100))
    let change = PortraitChange(from: same, to: same, part: 1, of: 3)
    #expect(change.everywhere == 0 && change.outside == 0 && change.agreement == 1)
    #expect(change.inside.isNaN && change.locality.isNaN)
    #expect(Estimate([change.inside, 3]).count == 1)
  }

  /// Values 1, 2, 6: mean 3, variance 7, standard error √(7/3).
  @Test func estimatesByHand() {
    let estimate = Estimate([1, .nan, 2, 6, .infinity])
    expectClose(estimate.mean, 3)
    expectClose(estimate.error, (7.0 / 3).squareRoot())
    #expect(estimate.count == 3 && Estimate([1]).error.isNaN && Estimate([]).mean.isNaN)
  }

  @Test func aRegionIsWidenedOverEdgesAndCorners() {
    var region = [Bool](repeating: false, count: 25)
    region[0] = true
    region[13] = true
    let wide = PortraitChange.widened(region, 5, by: 1)
    #expect(
      wide.indices.filter { wide[$0] } == [0, 1, 5, 6, 7, 8, 9, 12, 13, 14, 17, 18, 19])
  }

  /// The measures are those of portraits that are generated whole, from W⁺ with the part exchanged.
  @Test func editedPortraitsAreThoseOfExchangedLatents() {
    let model = Configuration.tiny
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    let measures = EditedPortraits(generator, count: 3, seed: 5).measures(of: [2, 0])
    #expect(measures.map(\.part) == [2, 0])
    var (latents, donors, cameras) = (
      RandomNumbers(seed: 5, stream: EvaluationStream.latents),
      RandomNumbers(seed: 5, stream: EvaluationStream.donors),
      RandomNumbers(seed: 5, stream: EvaluationStream.poses)
    )
    var options = Generator.Options()
    options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
    withoutGradients {
      let factors = generator.factorization
      let own = factors.wplus(from: generator.mapped(latents.normal([3, model.latentWidth])))
      let other = factors.wplus(from: generator.mapped(donors.normal([3, model.latentWidth])))
      let poses = model.camera.drawPoses(3, &cameras)
      let before = generator(wplus: own, poses: poses, options: options).image
      for (index, part) in [2, 0].enumerated() {
        let after = generator(
          wplus: factors.swapping(.both, ofPart: part, in: own, with: other), poses: poses,
          options: options
        ).image
        let change = ((after.clamped(-1, 1) - before.clamped(-1, 1)) * 0.5).absolute().mean().item
        #expect(abs(measures[index].everywhere.mean - change) < 1e-6 * change + 1e-9)
        #expect(change > 1e-3)
      }
    }
  }

  /// In scenes, an exchanged part changes itself and what it shades: almost nothing far away.
  @Test func scenesChangeWhereTheirPartIs() {
    let scenes = EditedScenes(count: 6, seed: 1, camera: Camera(), size: 48)
    let parts: [PartClass] = [.mouth, .hair, .background]
    let measures = scenes.measures(of: parts)
    #expect(measures.map(\.part) == parts.map(\.rawValue))
    #expect(measures[0].locality.mean > 0.9 && measures[2].locality.mean > 0.9)
    #expect(measures[0].agreement.mean > 0.9)
    // Another background changes more pixels than another mouth.
    #expect(measures[2].everywhere.mean > 5 * measures[0].everywhere.mean)
    for measure in measures { #expect(measure.inside.mean > measure.outside.mean) }
  }

  @Test func everyPartOfASceneCanBeExchanged() {
    let (own, donor) = (PortraitParameters.random(seed: 4), PortraitParameters.random(seed: 9))
    for part in PartClass.allCases {
      var result = own.taking(part, from: donor)
      #expect(result != own || [.glasses, .hat, .earrings].contains(part))
      result = result.taking(part, from: own)
      #expect(result == own)
    }
  }
}
