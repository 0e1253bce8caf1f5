import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing

/// `generator(z:poses:)` computes all of figure 2; the other entry points give the same portraits.
@Suite("Entry points of the generator")
struct FrontDoorTests {
  private let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 4))
  private let poses = Tensor([2, 2], [1.5, 1.6, 1.7, 1.4] as [Float])

  private var z: Tensor {
    var numbers = RandomNumbers(seed: 12)
    return numbers.normal([2, generator.configuration.latentWidth])
  }

  @Test func allEntryPointsGiveTheSamePortraits() {
    let portraits = withoutGradients { generator(z: z, poses: poses) }
    let factorization = generator.factorization
    let wplus = factorization.wplus(from: generator.mapped(z))
    for other in withoutGradients({
      [
        generator(wplus: wplus, poses: poses),
        generator(expandedLatents: factorization.expanded(wplus), poses: poses),
        generator.portraits(
          of: generator.maps(of: generator.expandedLatents(z: z)), from: poses),
      ]
    }) {
      #expect(other.image.floats == portraits.image.floats)
      #expect(other.mask.floats == portraits.mask.floats)
    }
  }

  @Test func shapesAreThoseOfTheConfiguration() {
    let portraits = withoutGradients { generator(z: z, poses: poses) }
    #expect(portraits.image.shape == [2, 3, 32, 32])
    #expect(portraits.mask.shape == [2, 4, 32, 32])
    #expect(portraits.coarseMask.shape == [2, 4, 16, 16])
  }

  /// Each portrait depends on its own z and pose alone.
  @Test func portraitsOfABatchAreIndependent() {
    let both = withoutGradients { generator(z: z, poses: poses) }
    let second = withoutGradients {
      generator(
        z: z.sliced(axis: 0, from: 1, length: 1), poses: poses.sliced(axis: 0, from: 1, length: 1))
    }
    expectClose(
      second.image[0], both.image[1],
      within: .relative(1e-5, because: "matrix products of other sizes round differently"))
  }
}
