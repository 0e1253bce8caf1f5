import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training
import VolumeRendering

/// One measured piece of the model: each runs in a process of its own, whose peak memory is its own.
enum ModelTask: String, CaseIterable {
  case liftForward = "lift/forward"
  case liftBackward = "lift/backward"
  case generator = "generator/paper"
  case generatorStages = "generator/stages"
  case trainMini = "train/mini"
  case trainSmall = "train/small"
  case trainPaper = "train/paper"

  /// The median time of every stage, in seconds, by name; `total` is the task's.
  func run(repeats: Int) throws -> [String: Double] {
    switch self {
    case .liftForward: return LiftTask().forward(repeats)
    case .liftBackward: return try LiftTask().backward(repeats)
    case .generator: return GeneratorTask().total(repeats)
    case .generatorStages: return GeneratorTask().stages(repeats)
    case .trainMini: return try TrainingTask("mini", batch: 8).run(repeats)
    case .trainSmall: return try TrainingTask("small", batch: 8).run(repeats)
    case .trainPaper: return try TrainingTask("paper", batch: 1).run(1)
    }
  }
}

/// The median of several runs after one that is not counted, in seconds; without subnormal numbers, as
/// training and rendering compute.
func medianTime(_ repeats: Int, _ work: () throws -> Void) rethrows -> Double {
  try Parallel.withoutSubnormals {
    try work()
    let times = try (0..<repeats).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      try work()
      return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }
    return Times(all: times).median
  }
}

/// Lift and render alone, at the paper's size unless told otherwise: 13 parts, 64 × 64 × 32, 256
/// channels, 12 + 12 samples.
struct LiftTask {
  let model: Configuration
  /// Rows and columns of the view.
  let rays: Int
  let stack: PartStack
  let poses = Tensor([1, 2], [1.4, 1.6]).cast(to: .float32)
  let cotangent: Tensor

  init(parts: Int = 13, rays: Int = 64, samples: Int = 12, channels: Int = 256) {
    var model = Configuration()
    (model.parts, model.featureChannels) = (parts, channels)
    (model.samples, model.importanceSamples) = (samples, samples)
    var numbers = RandomNumbers(seed: 0)
    let map = [1, parts, model.coarseSize, model.coarseSize]
    // Rows of channels for every pixel and part, as the part generators lay features out.
    let feature = numbers.normal([1, model.coarseSize, model.coarseSize, parts, channels])
      .permuted([0, 3, 4, 1, 2])
    let start = Tensor([parts, 1, 1], model.initialDepths).cast(to: .float32)
    let depth = start + 0.7 * numbers.normal(map)
    let face = depth.sliced(1, from: 1, length: 1)
    let others = depth.sliced(1, from: 2, length: parts - 2) + face
    stack = PartStack(
      feature: feature, densityMap: (30 * numbers.normal(map)).relu(),
      absoluteDepth: .concatenated([depth.sliced(1, from: 0, length: 2), others], 1))
    cotangent = numbers.normal([1, channels, rays, rays])
    self.model = model
    self.rays = rays
  }

  private func view(_ stack: PartStack) -> RenderedView {
    Generator(model, Parameters()).renderer().view(of: stack, from: poses, size: rays)
  }

  func forward(_ repeats: Int) -> [String: Double] {
    withoutGradients { ["total": medianTime(repeats) { _ = view(stack) }] }
  }

  func backward(_ repeats: Int) throws -> [String: Double] {
    let inputs = [stack.feature, stack.densityMap, stack.absoluteDepth].map { $0.tracked() }
    let tracked = PartStack(
      feature: inputs[0], densityMap: inputs[1], absoluteDepth: inputs[2])
    let time = try medianTime(repeats) {
      let made = view(tracked)
      let loss =
        (made.feature * cotangent).sum() + made.maskProbabilities.squared().sum()
      _ = try gradients(of: loss, withRespectTo: inputs)
    }
    return ["total": time]
  }
}

/// One portrait at the paper's size, without gradients.
private struct GeneratorTask {
  let generator: Generator
  let poses = Tensor([1, 2], [1.4, 1.6]).cast(to: .float32)

  let latents: Tensor

  init() {
    let model = Configuration()
    generator = Generator(
      model, ParameterPlan.generator(model).fresh(seed: 0).withVisibleDensities())
    var numbers = RandomNumbers(seed: 1)
    latents = generator.latents.expanded(
      numbers.normal([1, generator.latents.rows, model.latentWidth]))
  }

  /// The whole of figure 2.
  func total(_ repeats: Int) -> [String: Double] {
    withoutGradients {
      ["total": medianTime(repeats) { _ = generator(expandedLatents: latents, poses: poses) }]
    }
  }

  /// Its stages one by one.
  func stages(_ repeats: Int) -> [String: Double] {
    withoutGradients {
      let model = generator.model
      let maps = generator.maps(of: latents)
      let made = generator.portraits(of: maps, from: poses)
      let renderNet = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
      guard let density = maps.density else { return [:] }
      let stack = PartStack(
        feature: maps.feature, densityMap: density, absoluteDepth: made.absoluteDepth)
      return [
        "parts": medianTime(repeats) { _ = generator.maps(of: latents) },
        "lift and render": medianTime(repeats) {
          _ = generator.renderer().view(of: stack, from: poses, size: model.coarseSize)
        },
        "render net": medianTime(repeats) {
          _ = renderNet(made.view.feature, coarseMask: made.coarseMask)
        },
      ]
    }
  }
}

/// One iteration of training: the four updates alone, and with the shares that the schedule gives them.
private struct TrainingTask {
  let model: Configuration
  let batch: Int

  init(_ preset: String, batch: Int) throws {
    guard let model = Configuration.preset(preset) else {
      fatalError("bench: there is no preset \(preset)")
    }
    self.model = model.renderedAsInThePaper()
    self.batch = batch
  }

  func run(_ repeats: Int) throws -> [String: Double] {
    var numbers = RandomNumbers(seed: 0)
    var state = TrainingState(
      model, generator: ParameterPlan.generator(model).fresh(seed: 0).withVisibleDensities(),
      discriminator: ParameterPlan.discriminator(model).fresh(seed: 1))
    let size = model.imageSize
    let image = numbers.normal([batch, 3, size, size]).clamped(-1, 1)
    let labels = numbers.integers([batch, 1, size, size], below: model.parts).cast(to: .float32)
    let classes = Tensor.counting(to: model.parts).reshaped([1, model.parts, 1, 1])
    let mask = 2 * labels.isEqual(to: classes) - 1
    let d = try medianTime(repeats) {
      let fake = state.fakes(PortraitDraw(model, count: batch, &numbers), .rendering)
      _ = try state.updateDiscriminator(image: image, mask: mask, fake: fake)
    }
    let g = try medianTime(repeats) {
      _ = try state.updateGenerator(PortraitDraw(model, count: batch, &numbers), .rendering)
    }
    let penalty = try medianTime(repeats) {
      _ = try state.updateByGradientPenalty(image: image, mask: mask)
    }
    let half = max(1, batch / 2)
    let path = try medianTime(repeats) {
      _ = try state.updateByPathLength(
        PortraitDraw(model, count: half, &numbers), noise: numbers.normal([half, 3, size, size]),
        .rendering)
    }
    return [
      "D": d, "G": g, "R1": penalty, "path": path,
      "total": d + g + penalty / Double(GradientPenalty.interval)
        + path / Double(PathLength.interval),
    ]
  }
}

extension Configuration {
  /// The same sizes with the paper's rendering and 12 + 12 samples, which is what the peer measures.
  fileprivate func renderedAsInThePaper() -> Configuration {
    let paper = Configuration()
    var model = self
    (model.volumeBox, model.camera) = (paper.volumeBox, paper.camera)
    (model.samples, model.importanceSamples) = (paper.samples, paper.importanceSamples)
    model.liftingAlpha = paper.liftingAlpha
    model.densityActivation = paper.densityActivation
    model.opticalScale = paper.opticalScale
    model.backgroundDepth = paper.backgroundDepth
    return model
  }
}

extension Parameters {
  /// The same with ToDensity's weights 12 times as large: a fresh network's rays would end in the last
  /// sample, and skip what a trained one's do not.
  fileprivate func withVisibleDensities() -> Parameters {
    var result = self
    for (name, tensor) in tensors where name.hasSuffix("to_sigma.conv.weight") {
      result.tensors[name] = tensor * 12
    }
    return result
  }
}
