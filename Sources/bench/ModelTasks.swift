import Datasets
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import RelativeDepth
import Tensors
import Training
import VolumeRendering

/// One measured task of the model.
///
/// Each task runs in its own process, so that its peak memory can be measured separately.
enum ModelTask: String, CaseIterable {
  case liftForward = "lift/forward"
  case liftBackward = "lift/backward"
  case generator = "generator/paper"
  case generatorStages = "generator/stages"
  case trainMini = "train/mini"
  case trainSmall = "train/small"
  case trainPaper = "train/paper"

  /// Runs the task; returns the median time of each stage in seconds, and `total` for the whole task.
  func run(repeats: Int) throws -> [String: Double] {
    switch self {
    case .liftForward: return LiftTask().forward(repeats)
    case .liftBackward: return try LiftTask().backward(repeats)
    case .generator: return GeneratorTask().total(repeats)
    case .generatorStages: return GeneratorTask().stages(repeats)
    case .trainMini: return try TrainingTask(ofPaper: "mini", batch: 8).run(repeats)
    case .trainSmall: return try TrainingTask(ofPaper: "small", batch: 8).run(repeats)
    case .trainPaper: return try TrainingTask(ofPaper: "paper", batch: 1).run(1)
    }
  }
}

/// Returns the median time of several runs in seconds, after one run that is not counted.
///
/// Subnormal numbers are flushed to zero, as in training and rendering.
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

/// The task of lift and render alone, by default at the paper's size.
///
/// The paper's size is 13 parts, 64 × 64 × 32 voxels, 256 channels and 12 + 12 samples.
struct LiftTask {
  let model: Configuration
  /// The number of rows and of columns of the view.
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
    // The channels are contiguous for every pixel and part, as the part generators store features.
    let feature = numbers.normal([1, model.coarseSize, model.coarseSize, parts, channels])
      .permuted(axes: [0, 3, 4, 1, 2])
    let start = Tensor([parts, 1, 1], model.initialDepths).cast(to: .float32)
    let depth = start + 0.7 * numbers.normal(map)
    stack = PartStack(
      feature: feature, densityMap: (30 * numbers.normal(map)).relu(),
      absoluteDepth: RelativeDepth().absoluteDepth(of: depth))
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

/// The task of one portrait at the paper's size, without gradients.
private struct GeneratorTask {
  let generator: Generator
  let poses = Tensor([1, 2], [1.4, 1.6]).cast(to: .float32)

  let latents: Tensor

  init() {
    let model = Configuration()
    generator = Generator(
      model, ParameterPlan.generator(model).fresh(seed: 0).withVisibleDensities())
    var numbers = RandomNumbers(seed: 1)
    latents = generator.expandedLatents(
      wplus: numbers.normal([1, generator.factorization.rows, model.latentWidth]))
  }

  /// Measures the whole generator of figure 2.
  func total(_ repeats: Int) -> [String: Double] {
    withoutGradients {
      ["total": medianTime(repeats) { _ = generator(expandedLatents: latents, poses: poses) }]
    }
  }

  /// Measures the stages of the generator one by one.
  func stages(_ repeats: Int) -> [String: Double] {
    withoutGradients {
      let model = generator.configuration
      let maps = generator.maps(of: latents)
      let made = generator.portraits(of: maps, from: poses)
      let renderNet = RenderNet(
        generator.parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
      guard let density = maps.densityMap else { return [:] }
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

/// The task of one training iteration: each of the four updates, and their total.
///
/// The total divides the time of each lazy update by its interval in the schedule.
struct TrainingTask {
  let model: Configuration
  let batch: Int

  init(_ model: Configuration, batch: Int) { (self.model, self.batch) = (model, batch) }

  /// Takes the sizes of a preset with the paper's rendering.
  init(ofPaper preset: String, batch: Int) throws {
    guard let model = Configuration.preset(preset) else {
      fatalError("bench: there is no preset \(preset)")
    }
    self.init(model.renderedAsInThePaper(), batch: batch)
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
    let real = PortraitBatch(image: image, mask: 2 * labels.isEqual(to: classes) - 1)
    let d = try medianTime(repeats) {
      let fake = state.fakes(PortraitDraw(model, count: batch, &numbers), .rendering)
      _ = try state.updateDiscriminator(real, fake: fake)
    }
    let g = try medianTime(repeats) {
      _ = try state.updateGenerator(PortraitDraw(model, count: batch, &numbers), .rendering)
    }
    let penalty = try medianTime(repeats) {
      _ = try state.updateByGradientPenalty(real)
    }
    let half = max(1, batch / 2)
    let path = try medianTime(repeats) {
      _ = try state.updateByPathLength(
        PortraitDraw(model, count: half, &numbers), noise: numbers.normal([half, 3, size, size]),
        .rendering)
    }
    return [
      "D": d, "G": g, "R1": penalty, "path": path,
      "total": d + g + penalty / Double(LazySchedule().penaltyInterval)
        + path / Double(LazySchedule().pathInterval),
    ]
  }
}

extension Configuration {
  /// Returns the same sizes with the paper's rendering and 12 + 12 samples, as the peer measures.
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
  /// Returns the parameters with the weights of ToDensity multiplied by 12.
  ///
  /// The rays of a fresh network would reach the last sample and skip work that a trained network does.
  func withVisibleDensities() -> Parameters {
    var result = self
    for (name, tensor) in tensors where name.hasSuffix("to_sigma.conv.weight") {
      result.tensors[name] = tensor * 12
    }
    return result
  }
}
