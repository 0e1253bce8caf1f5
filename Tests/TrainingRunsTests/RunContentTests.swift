import Foundation
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing
import TrainingToys

@testable import Training
@testable import TrainingRuns

/// What the files of a run are made from.
@Suite("Contents of a run's files")
struct RunContentTests {
  private func trained(_ folder: TemporaryFolder, dumpStep: Int? = nil) throws
    -> TrainingRun<NoiseBatches>
  {
    var record = Toy.record
    // Weights and average must differ visibly, and so must the samples of training and evaluation.
    record.options = try record.options.setting(["averageDecay=0.9", "generatorRate=0.05"])
    (record.model.evaluationSamples, record.model.evaluationImportanceSamples) = (3, 0)
    record.model.opticalScale = 40
    var run = try TrainingRun(
      beginning: RunFolder(folder("a")), record, .fresh(record.model, record.options), Toy.batches)
    try run.train(until: 2, dumpStep: dumpStep)
    return run
  }

  /// Every state in a step's dump is the state of its name, before and after the iteration.
  @Test func theDumpOfAStepHoldsEachNetworkUnderItsName() throws {
    let folder = try TemporaryFolder()
    let run = try trained(folder, dumpStep: 1)
    let state = run.trainer.state
    let after = try SafetensorsFile(folder("a/step-1/after.safetensors"))
    for (group, parameters) in [
      ("generator", state.generator), ("discriminator", state.discriminator),
      ("average", state.average.parameters),
    ] {
      for (name, tensor) in parameters.tensors {
        #expect(try after.tensor("\(group)/\(name)").floats == tensor.floats, "\(group)/\(name)")
      }
    }
    #expect(try after.tensor("path_mean").scalars == state.pathMean.scalars)
    let name = "style.1.weight"
    #expect(state.generator[name].floats != state.average.parameters[name].floats)
    let before = try SafetensorsFile(folder("a/step-1/before.safetensors"))
    for group in ["generator", "discriminator", "average"] {
      let name = "\(group)/" + (group == "discriminator" ? "final_linear.1.weight" : name)
      #expect(try before.tensor(name).floats != after.tensor(name).floats, "\(name)")
    }
  }

  /// The pictures of a run show the moving average, with the sample counts of evaluation.
  @Test func progressPicturesShowTheAverage() throws {
    let folder = try TemporaryFolder()
    let run = try trained(folder)
    let model = run.record.model
    let file = try PNGFile.read(folder("a/pictures/iteration-00000002_front.png"), alpha: .drop)
    func colors(_ parameters: Parameters, samples: (Int, Int)) -> [Double] {
      let generator = Generator(model, parameters)
      var options = Generator.Options()
      options.samples = samples
      let pose = Tensor([1, 2], [model.camera.yawMean, model.camera.pitchMean])
      let image = withoutGradients {
        generator(
          expandedLatents: generator.latents(seed: 0).expanded, poses: pose.cast(to: .float32),
          options: options
        ).image[0]
      }
      let values = image.scalars.map { ((min(1, max(-1, $0)) + 1) / 2 * 255).rounded() }
      let plane = model.imageSize * model.imageSize
      return (0..<3 * plane).map { values[$0 % 3 * plane + $0 / 3] }
    }
    func apart(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }
    // The first portrait of the row, of which each pixel is enlarged to a square.
    let (side, factor) = (model.imageSize, file.height / model.imageSize)
    let shown = (0..<side * side).flatMap { pixel in
      file[pixel / side * factor, pixel % side * factor].map(Double.init)
    }
    let state = run.trainer.state
    let expected = colors(state.average.parameters, samples: (3, 0))
    #expect(apart(shown, expected) <= 1)
    #expect(apart(colors(state.generator, samples: (3, 0)), expected) > 3)
    #expect(apart(colors(state.average.parameters, samples: (12, 12)), expected) > 3)
  }

  /// Each figure of the health from the tensors that it describes, counted by hand.
  @Test func healthIsThatOfThePortraits() throws {
    let model = Toy.model
    var state = TrainingState.fresh(model, Toy.options)
    // The depths of the parts, apart from each other and from those relative to the face.
    for part in 0..<model.parts {
      let name = "local_nets.\(part).to_depth.bias"
      state.generator.tensors[name] = state.generator[name] * 0 + (0.6 + 1.5 * Double(part))
    }
    var numbers = RandomNumbers(seed: 2)
    let fake = state.fakes(PortraitDraw(model, count: 2, &numbers), .rendering)
    var batches = Toy.batches
    let real = try batches.next().mask
    let health = TrainingHealth(fake, realMask: real, model)
    let (relative, absolute) = (
      try #require(fake.predictedDepth), try #require(fake.absoluteDepth)
    )
    for part in 0..<model.parts {
      // Parts above the face base, part 1, add its depth.
      let own = relative[axis: 1, part].scalars
      let depths =
        part < 2 ? own : zip(own, relative[axis: 1, 1].scalars).map { $0 + $1 }
      var counts = [Double](repeating: 0, count: model.depthPlanes)
      for depth in depths {
        let plane = min(max(depth, 0), Double(model.depthPlanes - 1)).rounded()
        counts[Int(plane)] += 1 / Double(depths.count)
      }
      for (found, count) in zip(health.depthHistogram[part], counts) {
        #expect(abs(found - count) < 1e-3, "part \(part): \(health.depthHistogram[part])")
      }
      #expect(health.depthHistogram[part].count == model.depthPlanes)
    }
    #expect(absolute.floats != relative.floats)
    func areas(_ mask: Tensor) -> [Double] {
      let labels = mask.argmax(axis: 1).integers
      return (0..<model.parts).map { part in
        Double(labels.count { $0 == Int32(part) }) / Double(labels.count)
      }
    }
    #expect(health.partAreas == areas(fake.mask) && health.dataPartAreas == areas(real))
    #expect(health.partAreas != health.dataPartAreas)
  }
}
