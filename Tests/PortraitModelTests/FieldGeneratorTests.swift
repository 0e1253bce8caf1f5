import Foundation
import Camera
import ModelConfiguration
import Networks
import Probes
import TensorFiles
import TestSupport
import Tensors
import Testing
import VolumeRendering

@testable import PortraitModel

/// A 3D generator per part (CNeRF-style), the baseline (PaperNotes 58).
@Suite("A 3D generator per part")
struct FieldGeneratorTests {
  private static func model(_ more: [String] = []) throws -> Configuration {
    try Configuration.tiny.setting(
      ["partSource=field", "densityActivation=softplus", "samples=5", "importanceSamples=3"] + more)
  }

  private let poses = Tensor([2, 2], [1.4, 1.7, 1.6, 1.5])

  private func made(_ model: Configuration) -> (generator: FieldGenerator, latents: Tensor) {
    let parameters = ParameterPlan.generator(model).fresh(seed: 3).cast(to: .float64)
    let generator = Generator(model, parameters)
    let latents = [1, 2].map { generator.latents(seed: $0).expanded }
    return (FieldGenerator(model, parameters), .concatenated(latents, axis: 0))
  }

  /// Every step written out: features of every part at every point, shares, sums over parts and samples.
  @Test(arguments: [[], ["baseStyle=scaleShift"], ["densityActivation=relu", "baseLayers=2"]])
  func theFeatureIsTheSumOfEveryPointsFeatures(more: [String]) throws {
    let model = try Self.model(more)
    let (generator, latents) = made(model)
    let view = withoutGradients { generator(expandedLatents: latents, poses: poses).view }
    let points = view.samplePoints.reshaped([2, -1, 3])
    let box = model.volumeBox
    let inside = points.scalars.enumerated().map { index, value -> Double in
      let axis = index % 3
      return 2 * (value - box.min[axis]) / (box.max[axis] - box.min[axis]) - 1
    }
    let waves = FourierFeatures.waves(
      model.fourierFrequencies, at: Tensor(points.shape, inside))
    let weights = generator.parameters["pos_embed.weights"]
    let embedding =
      (weights.reshaped([weights.shape[0], -1]).matmul(waves))
      * (1 / Double(weights.shape[1]).squareRoot())
    let rows = latents.reshaped([2, model.parts, model.layersPerPart, model.latentWidth])
    var (densities, features): ([Tensor], [Tensor]) = ([], [])
    for part in 0..<model.parts {
      let net = [generator.parameters.scope("local_nets.\(part)")]
      func layer(_ name: String, _ x: Tensor, _ index: Int) -> Tensor {
        ModulatedLayers(net, name)(x, rows[axis: 1, part][axis: 1, index].unsqueezed(axis: 1))
      }
      var x = embedding.unsqueezed(axis: 1)
      var first = 0
      if model.baseStyle == .scaleShift {
        x = layer("weight", x, 0) * x + layer("bias", x, 0)
        first = 1
      }
      for index in first..<model.layersPerPart {
        x = layer("linears.\(index - first)", x, index)
        guard index == model.baseLayers + model.shapeLayers - 1 else { continue }
        let raw = Heads(net, "to_sigma")(x)
        densities.append(model.densityActivation == .relu ? raw.relu() : raw.softplus())
      }
      features.append(Heads(net, "to_feat")(x))
    }
    let density = Tensor.concatenated(densities, axis: 1)[axis: 2, 0]  // [B, K, P]
    expectClose(
      view.partDensities.reshaped([2, -1, model.parts]).transposed(), density, within: .closedForm)
    let fused = density.sum(axes: [1], keepingAxes: true)
    let feature =
      (Tensor.concatenated(features, axis: 1)
      * (density / (fused + 1e-8)).unsqueezed(axis: 2)).sum(axes: [1])  // [B, C, P]
    let size = model.coarseSize
    let rendered =
      (feature.reshaped([2, model.featureChannels, size * size, -1])
      * view.ray.renderingWeights.unsqueezed(axis: 1)).sum(axes: [-1])
    expectClose(
      view.feature, rendered.reshaped([2, model.featureChannels, size, size]),
      within: .relative(1e-10, because: "the sums have another order"))
  }

  /// Rays are independent, so rendering some at a time gives the same view.
  @Test(arguments: [1, 7, 256, 1000])
  func someRaysAtATimeGiveTheSameView(together: Int) throws {
    let model = try Self.model()
    let (generator, latents) = made(model)
    let renderer = Generator(model, generator.parameters).renderer()
    let field = generator.field(latents)
    let (whole, pieces) = withoutGradients {
      (
        renderer.view(of: field, from: poses, size: model.coarseSize),
        renderer.view(
          of: field, from: poses, size: model.coarseSize, raysTogether: together)
      )
    }
    let sameSum = Tolerance.relative(1e-11, because: "products of other sizes round differently")
    for (a, b) in [
      (whole.rayDepths, pieces.rayDepths), (whole.partDensities, pieces.partDensities),
      (whole.ray.renderingWeights, pieces.ray.renderingWeights), (whole.feature, pieces.feature),
      (whole.maskLogits, pieces.maskLogits), (whole.samplePoints, pieces.samplePoints),
      (whole.expectedDepth, pieces.expectedDepth),
    ] { expectClose(b, a, within: sameSum) }
  }

  /// Without gradients, some rays are rendered after the other; the portrait is that of training.
  @Test func thePortraitDoesNotDependOnGradients() throws {
    let model = try Self.model()
    let (generator, latents) = made(model)
    let tracked = FieldGenerator(model, generator.parameters.tracked())
    expectClose(
      withoutGradients { generator(expandedLatents: latents, poses: poses).image },
      tracked(expandedLatents: latents, poses: poses).image.detached(),
      within: .relative(1e-9, because: "products of other sizes round differently"))
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let model = try Self.model()
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    let latents = generator.latents(seed: 1).expanded
    func image() -> [Float] {
      withoutGradients {
        generator.made(expandedLatents: latents, poses: Tensor([1, 2], [1.4, 1.7] as [Float]))
          .image.floats
      }
    }
    #expect(Parallel.withThreads(1, image) == image())
  }

  /// The densities on the voxel grid are those of the parts at the voxel centers.
  @Test(arguments: ["down", "up"])
  func theVolumeIsTheFieldAtTheVoxelCenters(rowAxis: String) throws {
    let model = try Self.model(["rowAxis=\(rowAxis)"])
    let (generator, latents) = made(model)
    let one = latents.sliced(axis: 0, from: 1, length: 1)
    let volume = withoutGradients { generator.partDensities(of: one) }
    #expect(
      volume.shape == [model.parts, model.depthPlanes, model.coarseSize, model.coarseSize])
    let grid = Generator(model, generator.parameters).voxelGrid
    for (plane, row, column) in [(0, 0, 0), (3, 2, 13), (7, 15, 4)] {
      let world = grid.world(
        at: VoxelPosition(plane: Double(plane), row: Double(row), column: Double(column)))
      let there = withoutGradients {
        generator.field(one).densities(at: Tensor([1, 1, 3], [world.x, world.y, world.z]))
      }
      expectClose(
        volume[axis: 1, plane][axis: 1, row][axis: 1, column], there[0, 0], within: .closedForm)
    }
  }

  /// A part that is left out has no density and adds no feature.
  @Test func aPartCanBeLeftOut() throws {
    let model = try Self.model()
    let (generator, latents) = made(model)
    func view(_ parts: Set<Int>?) -> RenderedView {
      withoutGradients { generator(expandedLatents: latents, poses: poses, parts: parts).view }
    }
    #expect(view(nil).feature.scalars == view([0, 1, 2, 3]).feature.scalars)
    let without = view([0, 2, 3])
    #expect(without.partDensities[axis: 3, 1].scalars.allSatisfy { $0 == 0 })
    #expect(without.partDensities[axis: 3, 2].scalars.contains { $0 > 0 })
    #expect(view([]).feature.scalars.allSatisfy { $0 == 0 })
  }

  /// x, y, z, sin, cos, one coordinate after the other, by hand for two points.
  @Test func wavesByHand() {
    let waves = FourierFeatures.waves(2, at: Tensor([1, 2, 3], [0.5, -1, 0.25, 0, 1, -0.75]))
    #expect(waves.shape == [1, 15, 2])
    let first = [0.5, -1, 0.25]
    let expected =
      first + first.map { sin($0) } + first.map { cos($0) } + first.map { sin(2 * $0) }
      + first.map { cos(2 * $0) }
    expectClose(waves[0][axis: 1, 0], Tensor([15], expected), within: .closedForm)
  }

  /// Names and shapes on disk: three coordinates, no ToDepth.
  @Test func theParametersAreThoseOfThePlan() throws {
    let (field, lifted) = (try Self.model(), try Self.model(["partSource=lifted"]))
    func shapes(_ model: Configuration) -> [String: [Int]] {
      ParameterPlan.generator(model).entries.reduce(into: [:]) { $0[$1.name] = $1.shape }
    }
    let (a, b) = (shapes(field), shapes(lifted))
    #expect(a["pos_embed.weights"] == [8, 3 * 11, 1, 1])
    #expect(Set(b.keys).subtracting(a.keys).allSatisfy { $0.contains(".to_depth.") })
    #expect(Set(b.keys).subtracting(a.keys).count == 3 * field.parts)
    #expect(Set(a.keys).isSubset(of: b.keys))
    for (name, shape) in a where name != "pos_embed.weights" { #expect(shape == b[name]) }
  }

  @Test func aCheckpointIsReadBack() throws {
    let folder = try TemporaryFolder()
    let model = try Self.model()
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 3))
    try GeneratorFile(folder("g")).write(generator)
    let read = try GeneratorFile(folder("g")).read()
    #expect(read.configuration == model)
    #expect(read.parameters.fingerprint() == generator.parameters.fingerprint())
    // Weights of the other kind are refused, and the fitting field is named.
    let lifted = try Self.model(["partSource=lifted", "backgroundDepth=bowl"])
    let file = folder("g").appendingPathComponent(GeneratorFile.weightsName)
    #expect(throws: ParameterError.self) {
      try GeneratorFile.parameters(file, .generator(lifted))
    }
    #expect(FittingFields.assignments(for: file, to: lifted) == ["partSource=field"])
  }
}
