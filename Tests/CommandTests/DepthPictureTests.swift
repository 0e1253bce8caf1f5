import Camera
import Datasets
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import PortraitWalkthrough
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("The 16-bit depth of a portrait")
struct DepthPictureTests {
  /// The file says its size, both ends and the camera; the values agree with an independent rendering.
  @Test func theFileSaysWhatItsValuesMean() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--seed", "3", "--yaw", "1.4", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = folder("a/seed0003_depth16.png")
    let text = try #require(PNGFile.texts(file)[DepthCoding.keyword])
    #expect(
      try String(contentsOf: folder("a/seed0003_depth16.json"), encoding: .utf8) == text + "\n")
    let coding = try #require(DepthCoding(json: text))
    #expect(coding.black == 0.8 && coding.white == 1.2 && coding.width == 16 && coding.height == 16)
    #expect(coding.yaw == 1.4 && coding.fov == 12 && coding.radius == 1)
    for words in ["16 × 16", "0 = near 0.8", "65535 = far 1.2", "Σw·t / Σw", "visible surface"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    let image = try PNGFile.read(file, alpha: .keep)
    let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 0))
    var options = Generator.Options()
    options.samples = (12, 12)
    let view = generator(
      expandedLatents: generator.latents(seed: 3).expanded,
      poses: Tensor([1, 2], [1.4, .pi / 2]).cast(to: .float32), options: options
    ).view
    let (weights, depths) = (view.ray.renderingWeights.scalars, view.rayDepths.scalars)
    for ray in 0..<256 {
      let samples = 24 * ray..<24 * ray + 24
      let sum = samples.reduce(0) { $0 + weights[$1] }
      let mean = samples.reduce(0) { $0 + weights[$1] * depths[$1] } / sum
      let stored = coding.distance(of: Double(image.samples[ray]) / 65535)
      #expect(abs(stored - (sum > 0 ? mean : 1.2)) < 1e-5, "ray \(ray)")
    }
  }

  /// The walkthrough lifts a portrait of the shipped generator with the depth that `generate` wrote.
  @Test func thePortraitWalkthroughHoldsWithIt() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run("generate", "--seed", "3", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let portrait = try UserPortrait(
      image: folder("a/seed0003_image.png"),
      labels: try LabelMap(folder("a/seed0003_mask.png"), .parts),
      depth: folder("a/seed0003_depth16.png"))
    let chapter = PortraitChapter(try portrait.input(name: "seed 3"), source: "").chapter.run()
    #expect(chapter.claims.contains { $0.text.contains("samples reach the matter") })
    for claim in chapter.failures { Issue.record("\(claim.line)") }
  }

  @Test func invertWritesTheSameKindOfFile() throws {
    let folder = try TemporaryFolder()
    let fixture = ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait/front.png").path
    let outcome = try Command.run(
      "invert", "--image", fixture, "--iterations", "1", "--yaw", "1.5", "--out", folder("a").path)
    #expect(outcome.status == 0 && outcome.output.contains("0 = near 0.86"), "\(outcome.errors)")
    let text = PNGFile.texts(folder("a/found_depth16.png"))[DepthCoding.keyword]
    #expect(text.flatMap { DepthCoding(json: $0) }?.yaw == 1.5)
  }
}
