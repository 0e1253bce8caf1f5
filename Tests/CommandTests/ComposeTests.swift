import Foundation
import MaskSoftmax
import Networks
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// The pictures of `compose` against portraits whose absent parts have no density (figure 8).
@Suite("The command compose")
struct ComposeTests {
  private static let tiny = LibraryPortrait(.tiny)

  /// Renders a portrait whose parts are multiplied by 1 or 0, from a camera that is turned to one side.
  private func view(seed: UInt64, parts: Set<Int>, yaw: Double) throws -> (
    image: Tensor, mask: Tensor
  ) {
    let (generator, model) = (Self.tiny.generator, Self.tiny.generator.configuration)
    var options = Generator.Options()
    options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
    return try withoutGradients {
      let whole = Self.tiny.view(Self.tiny.wplus(seed: seed))
      let density = try #require(whole.maps.densityMap)
      func some(_ tensor: Tensor) -> Tensor {
        .stacked(
          (0..<model.parts).map { tensor[axis: 1, $0] * (parts.contains($0) ? 1 : 0) }, axis: 1)
      }
      let stack = PartStack(
        feature: some(whole.maps.feature), densityMap: some(density),
        absoluteDepth: whole.absoluteDepth)
      let view = generator.renderer(options).view(
        of: stack, from: Tensor([1, 2], [yaw, Double.pi / 2]).cast(to: .float32),
        size: model.coarseSize)
      let made = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize,
        residualMask: model.residualMask
      )(view.feature, coarseMask: MaskSoftmax.coarseMask(view.maskProbabilities))
      return (made.image[0], made.mask[0])
    }
  }

  @Test func everyStepAddsAPart() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "compose", "--preset", "tiny", "--seed", "3", "--order", "2", "background", "1", "--views",
      "3", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("3 steps from 3 views"), "\(outcome.output)")
    let order = [2, 0, 1]
    var seen: [[Double]] = []
    for step in 0..<3 {
      for side in 0..<3 {
        let expected = try view(
          seed: 3, parts: Set(order[...step]), yaw: .pi / 2 + 0.45 * Double(side - 1))
        let name = "a/step0\(step)_view\(side)"
        let image = try PNGFile.read(folder("\(name)_image.png"), alpha: .keep)
        #expect(apart(image.samples.map(Double.init), fileColors(expected.image)) <= 1)
        let mask = try PNGFile.readIndexed(folder("\(name)_mask.png"))
        #expect(mask.indices.map(Int32.init) == expected.mask.argmax(axis: 0).integers)
        seen.append(image.samples.map(Double.init))
      }
    }
    // Steps and views differ, so that an exchange cannot hide.
    for (index, colors) in seen.enumerated() {
      for other in seen[..<index] { #expect(apart(colors, other) > 3) }
    }
  }

  /// The thirteen parts of the shipped generator are all added, the last step is the whole portrait.
  @Test func theUsualOrderEndsWithTheWholePortrait() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run("compose", "--views", "1", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let whole = try Command.run("generate", "--out", folder("b").path)
    #expect(whole.status == 0, "\(whole.errors)")
    for kind in ["image", "mask"] {
      let last = try Data(contentsOf: folder("a/step12_view0_\(kind).png"))
      #expect(try last == Data(contentsOf: folder("b/seed0000_\(kind).png")))
      #expect(try last != Data(contentsOf: folder("a/step11_view0_\(kind).png")) || kind == "mask")
    }
    #expect(try !folder.files("a").contains("step13_view0_image.png"))
  }

  @Test func oldPicturesAreRemoved() throws {
    let folder = try TemporaryFolder()
    for arguments in [["--views", "2"], ["--views", "1", "--order", "face"]] {
      let outcome = try Command.run(
        ["compose", "--preset", "tiny", "--out", folder("a").path] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(
      try folder.files("a").filter { $0.hasPrefix("step") } == [
        "step00_view0_image.png", "step00_view0_mask.png",
      ])
  }
}
