import ModelConfiguration
import Networks
import TestSupport
import Tensors
import Testing

@testable import PortraitModel

/// Glasses and earrings in the flat model and in the volume (PaperNotes 48).
@Suite("Transparent parts")
struct TransparentPartTests {
  private static func flat(_ transparentParts: [Int]) -> FlatGenerator {
    var configuration = Configuration.tiny
    configuration.rendering = .flat
    configuration.transparentParts = transparentParts
    return FlatGenerator(configuration, ParameterPlan.generator(configuration).fresh(seed: 1))
  }

  /// One pixel with masks 0.4, 0.1, 0.2, 0.3 and part 2 transparent: the solid ones share the pixel as
  /// 0.4/0.8, 0.1/0.8, 0.3/0.8; part 2 adds its 0.2 on top.
  @Test func solidPartsShareThePixelAndTransparentOnesAdd() {
    let mask = Tensor([1, 4, 1, 1], [0.4, 0.1, 0.2, 0.3])
    expectClose(
      Self.flat([2]).weights(mask), Tensor([1, 4, 1, 1], [0.5, 0.125, 0.2, 0.375]),
      within: .relative(2e-8, because: "1e-8 is added to the sum that is divided by"))
  }

  @Test func withoutTransparentPartsTheMaskIsTheWeight() {
    let mask = Tensor([1, 4, 1, 1], [0.4, 0.1, 0.2, 0.3])
    expectClose(Self.flat([]).weights(mask), mask, within: .exact)
  }

  @Test func theFlatImageDependsOnThem() {
    let latents = Tensor.ones([1, 4 * 3, 32])
    let images = [[], [2]].map { parts in
      withoutGradients { Self.flat(parts)(expandedLatents: latents).image.floats }
    }
    #expect(images[0] != images[1])
  }

  /// In the volume, density decides; the field is not read.
  @Test func theVolumeDoesNotReadThem() {
    let images = [[], [2]].map { parts in
      var configuration = Configuration.tiny
      configuration.transparentParts = parts
      let generator = Generator(
        configuration, ParameterPlan.generator(configuration).fresh(seed: 1))
      let poses = Tensor([1, 2], [1.5, 1.6] as [Float])
      return withoutGradients { generator(z: generator.z(seed: 1), poses: poses).image.floats }
    }
    #expect(images[0] == images[1])
  }
}
