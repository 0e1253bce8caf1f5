import Foundation
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing
import TrainingToys
import VolumeRendering

@testable import Training
@testable import TrainingRuns

/// Every loss of an iteration is computed from its dump alone, by plain arithmetic of this test.
@Suite("Dump of an iteration")
struct StepDumpTests {
  /// The dump of iteration 0 with all updates and w = 1, or of iteration 3 with R1 and rendering weights.
  private final class Dump {
    let folder: TemporaryFolder
    let values: [String: [Double]]
    let options: TrainingOptions
    let model: Configuration
    let record: DumpRecord

    init(_ iteration: Int) throws {
      folder = try TemporaryFolder()
      var record = Toy.record
      // Every weight differs from 1, and mixing is certain, so no factor can be lost unnoticed.
      record.options = try record.options.setting([
        "pathWeight=0.7", "mixingProbability=1", "maskRegularizerWeight=30", "smoothnessWeight=0.3",
        "imagePenaltyWeight=3", "maskPenaltyWeight=5",
      ])
      var run = try TrainingRun(
        beginning: RunFolder(folder("run")), record, .fresh(record.model, record.options),
        Toy.batches)
      try run.train(
        until: iteration + 1, dumpStep: iteration,
        by: DumpMaker(program: "test 1", command: ["test", "--dump-step", "\(iteration)"]))
      let step = folder("run/step-\(iteration)")
      try FileManager.default.moveItem(at: step, to: folder("alone"))
      try FileManager.default.removeItem(at: folder("run"))
      values = try JSONDecoder().decode(
        [String: [Double]].self, from: try Data(contentsOf: folder("alone/values.json")))
      options = try TrainingOptions(json: try Data(contentsOf: folder("alone/options.json")))
      model = try Configuration(json: try Data(contentsOf: folder("alone/config.json")))
      self.record = try DumpRecord.read(in: folder("alone"))
    }

    func tensor(_ file: String, _ name: String) throws -> Tensor {
      try SafetensorsFile(folder("alone/\(file).safetensors")).tensor(name)
    }

    func numbers(_ file: String, _ name: String) throws -> [Double] {
      try tensor(file, name).scalars
    }

    func portrait(_ name: String) throws -> Tensor {
      try NPYFile.read(folder("alone/portrait/\(name).npy")).tensor
    }

    func weights(_ file: String, _ network: String) throws -> Parameters {
      let source = try SafetensorsFile(folder("alone/\(file).safetensors"))
      var tensors: [String: Tensor] = [:]
      for name in source.names where name.hasPrefix("\(network)/") {
        tensors[String(name.dropFirst(network.count + 1))] = try source.tensor(name)
      }
      return Parameters(tensors)
    }

    /// Checks a value of `values.json` against a number that the test computed.
    func expect(
      _ name: String, _ expected: Double, at location: SourceLocation = #_sourceLocation
    ) throws {
      let value = try #require(values[name]?.first, "\(name)", sourceLocation: location)
      #expect(
        abs(value - expected) <= 2e-5 * abs(expected), "\(name): \(value), expected \(expected)",
        sourceLocation: location)
    }
  }

  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Equation 13 of one portrait's depths, written as the paper prints it.
  private func smoothness(_ depth: [Double], _ shape: [Int], from first: Int) -> Double {
    let (parts, rows, columns) = (shape[0], shape[1], shape[2])
    var sum = 0.0
    for k in first..<parts {
      for y in 0..<rows {
        for x in 0..<columns {
          for (dy, dx) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
          where (0..<rows).contains(y + dy) && (0..<columns).contains(x + dx) {
            let there = depth[(k * rows + y + dy) * columns + x + dx]
            sum +=
              (depth[(k * rows + y) * columns + x] - there)
              * (depth[(k * rows + y) * columns + x] - there)
          }
        }
      }
    }
    return sum / Double(8 * parts * rows * columns)
  }

  /// The mean squared difference of the coarse mask and the final mask, averaged over blocks.
  private func maskDifference(_ coarse: Tensor, _ final: Tensor) -> Double {
    let (size, large) = (coarse.shape[2], final.shape[2])
    let block = large / size
    let (low, high) = (coarse.scalars, final.scalars)
    var sum = 0.0
    for map in 0..<coarse.shape[0] * coarse.shape[1] {
      for y in 0..<size {
        for x in 0..<size {
          var pooled = 0.0
          for dy in 0..<block {
            for dx in 0..<block {
              pooled += high[(map * large + y * block + dy) * large + x * block + dx]
            }
          }
          let gap = low[(map * size + y) * size + x] - pooled / Double(block * block)
          sum += gap * gap
        }
      }
    }
    return sum / Double(low.count)
  }

  @Test(arguments: [0, 3])
  func lossesOfTheGenerator(iteration: Int) throws {
    let dump = try Dump(iteration)
    let adversarial = mean(try dump.numbers("batch_generator", "scores").map { softplus(-$0) })
    try dump.expect("generator/adversarial", adversarial)
    let depth = try dump.tensor("batch_generator", "depth2d")
    #expect(depth.shape[0] == dump.options.batch)
    let first = dump.model.backgroundDepth == .predicted ? 0 : 1
    let smooth = mean(
      (0..<depth.shape[0]).map {
        smoothness(depth[$0].scalars, Array(depth.shape[1...]), from: first)
      })
    try dump.expect("generator/depth_smoothness", smooth)
    let difference = maskDifference(
      try dump.tensor("batch_generator", "coarse_mask"),
      try dump.tensor("batch_generator", "mask"))
    try dump.expect("generator/mask_regularizer", difference)
    try dump.expect(
      "generator/loss",
      adversarial + dump.options.maskRegularizerWeight * difference
        + dump.options.smoothnessWeight * smooth)
  }

  @Test(arguments: [0, 3])
  func lossesOfTheDiscriminator(iteration: Int) throws {
    let dump = try Dump(iteration)
    let real = try dump.numbers("batch_discriminator", "real_scores")
    let fake = try dump.numbers("batch_discriminator", "fake_scores")
    #expect(dump.values["discriminator/real_scores"] == real)
    #expect(dump.values["discriminator/fake_scores"] == fake)
    try dump.expect(
      "discriminator/loss", mean(real.map { softplus(-$0) }) + mean(fake.map(softplus)))
    func penalty(_ name: String) throws -> Double {
      let gradient = try dump.tensor("batch_gradientPenalty", name)
      return gradient.scalars.reduce(0) { $0 + $1 * $1 } / Double(gradient.shape[0])
    }
    let (image, mask) = (try penalty("image_gradient"), try penalty("mask_gradient"))
    try dump.expect("gradientPenalty/image", image)
    try dump.expect("gradientPenalty/mask", mask)
    try dump.expect(
      "gradientPenalty/loss",
      Double(dump.options.penaltyInterval)
        * (dump.options.imagePenaltyWeight / 2 * image + dump.options.maskPenaltyWeight / 2 * mask))
  }

  @Test func lossOfPathLength() throws {
    let dump = try Dump(0)
    let rows = try dump.tensor("batch_pathLength", "row_gradients")
    let values = rows.scalars
    let (count, size) = (rows.shape[0], rows.shape[1] * rows.shape[2])
    let lengths = (0..<count).map { portrait in
      let squares = values[portrait * size..<(portrait + 1) * size].reduce(0) { $0 + $1 * $1 }
      return (squares / Double(rows.shape[1])).squareRoot()
    }
    try dump.expect("pathLength/lengths", lengths[0])
    let before = try dump.numbers("batch_pathLength", "mean_before")[0]
    let after = before + 0.01 * (mean(lengths) - before)
    let recorded = try dump.numbers("batch_pathLength", "mean_after")[0]
    #expect(abs(recorded - after) <= 1e-5 * after)
    let penalty = mean(lengths.map { ($0 - after) * ($0 - after) })
    try dump.expect("pathLength/penalty", penalty)
    try dump.expect(
      "pathLength/loss", Double(dump.options.pathInterval) * dump.options.pathWeight * penalty)
  }

  /// Checks that every number agrees up to rounding, relative to the largest.
  private func expectNear(
    _ values: [Double], _ expected: [Double], _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, "\(what)", sourceLocation: location)
    let largest = expected.map(\.magnitude).max() ?? 0
    let error = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest > 0 && error <= 1e-4 * largest, "\(what): \(error)", sourceLocation: location)
  }

  /// The dumped weights of each update give the dumped scores and gradients.
  @Test func weightsGiveTheScores() throws {
    let dump = try Dump(0)
    let real = (image: try dump.tensor("real", "image"), mask: try dump.tensor("real", "mask"))
    func check(_ file: String, _ image: Tensor, _ mask: Tensor, _ batch: String, _ name: String)
      throws
    {
      let network = Discriminator(try dump.weights(file, "discriminator"))
      expectNear(
        network(image, mask: mask).scalars, try dump.numbers("batch_\(batch)", name), name)
    }
    try check("before", real.image, real.mask, "discriminator", "real_scores")
    try check(
      "before", dump.tensor("batch_discriminator", "image"),
      dump.tensor("batch_discriminator", "mask"), "discriminator", "fake_scores")
    // The discriminator does not change after the penalty.
    try check(
      "after", dump.tensor("batch_generator", "image"), dump.tensor("batch_generator", "mask"),
      "generator", "scores")
    let image = real.image.tracked(as: "image")
    let between = Discriminator(try dump.weights("before_gradientPenalty", "discriminator"))
    expectNear(
      try gradient(of: between(image, mask: real.mask).sum(), withRespectTo: image).scalars,
      try dump.numbers("batch_gradientPenalty", "image_gradient"), "image_gradient")
  }

  /// The dumped weights and random numbers of each update give its dumped latents and portraits.
  @Test(arguments: [
    ("discriminator", "before"), ("generator", "before"), ("pathLength", "before_pathLength"),
  ])
  func weightsGiveThePortraits(update: String, file: String) throws {
    let dump = try Dump(0)
    func batch(_ name: String) throws -> Tensor { try dump.tensor("batch_\(update)", name) }
    let generator = Generator(dump.model, try dump.weights(file, "generator"))
    var options = Generator.Options()
    let recorded = dump.record.maskWeighting.flatMap(MaskWeighting.init(rawValue:))
    let weighting: MaskWeighting = try #require(recorded)
    options.maskWeighting = weighting
    options.jitter = VolumeRenderer.Jitter(
      coarse: try batch("jitter_coarse"), importance: try batch("jitter_importance"))
    let names = try SafetensorsFile(dump.folder("alone/batch_\(update).safetensors")).names
    let layers = names.filter { $0.hasPrefix("noise") }.count
    options.noise = .maps(try (0..<layers).map { try batch("noise\($0)") })
    let w = generator.mapped(try batch("z"))
    expectNear(w.scalars, try batch("w").scalars, "w")
    let mixed = generator.factorization.mixed(
      w, generator.mapped(try batch("z_mixed")), choices: try batch("mixing_choices"))
    expectNear(mixed.scalars, try batch("wplus").scalars, "wplus")
    let expanded = try batch("wplus_expanded")
    expectNear(generator.expandedLatents(wplus: mixed).scalars, expanded.scalars, "wplus_expanded")
    let made = generator(
      expandedLatents: expanded, poses: try batch("poses"), options: options)
    expectNear(made.image.scalars, try batch("image").scalars, "image")
  }

  /// The record says which weights equation 10 had; the dumped logits are sums with these weights.
  @Test(arguments: [(0, MaskWeighting.ones), (3, .rendering)])
  func equationTenHasTheRecordedWeights(iteration: Int, weighting: MaskWeighting) throws {
    let dump = try Dump(iteration)
    #expect(dump.record.maskWeighting == weighting.rawValue)
    let weights = try dump.portrait("ray_weights")
    let samples = weights.shape[2]
    let (w, logits) = (weights.scalars, try dump.portrait("mask_init"))
    let pixels = logits.shape[1] * logits.shape[2]
    for part in 0..<dump.model.parts {
      let density = try dump.portrait("\(DumpNames.part(part))_ray_density").scalars
      for pixel in 0..<pixels {
        let terms = (0..<samples).map { sample in
          (weighting == .ones ? 1 : w[pixel * samples + sample])
            * density[pixel * samples + sample]
        }
        let logit = logits.scalars[part * pixels + pixel]
        let sum = terms.reduce(0, +)
        #expect(abs(logit - sum) <= 1e-5 * max(sum, 1e-3), "part \(part), pixel \(pixel)")
      }
    }
    let page = try String(
      contentsOf: dump.folder("alone/portrait/index.html"), encoding: .utf8)
    #expect(page.contains(weighting.explanation) && page.contains("test --dump-step \(iteration)"))
  }

  /// The portrait's folder has its latents, its second latent, and its noise.
  @Test func thePortraitIsTheFirstOfTheBatch() throws {
    let dump = try Dump(0)
    for name in ["z", "w", "wplus", "wplus_expanded", "z_mixed", "w_mixed", "noise0", "image"] {
      let batch = try dump.tensor("batch_generator", name)[0]
      #expect(try dump.portrait(name).scalars == batch.scalars, "\(name)")
    }
    let poses = try dump.numbers("batch_generator", "poses")
    #expect(dump.record.pose?.yaw == poses[0] && dump.record.pose?.pitch == poses[1])
    #expect(dump.record.iteration == 0 && dump.record.program == "test 1")
    #expect(dump.record.seed == dump.options.seed)
    let before = try dump.weights("before", "generator").fingerprint()
    #expect(dump.record.weights.fingerprint == before)
  }
}

/// Only folders that hold a dumped iteration and nothing else are replaced.
@Suite("Folders of dumped iterations")
struct StepDumpFolderTests {
  @Test func foreignFoldersStayAndAreNamedBeforeTraining() throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    var run = try Toy.begin(folder("a"))
    try Folder.make(folder("mine/inner"))
    // The list names the file, as anybody's list could.
    for name in ["mine/inner/notes.txt", "mine/\(ResultFolder.recordName)"] {
      try Data("0123abcd 25 inner/notes.txt\n".utf8).write(to: folder(name))
    }
    func refusal() throws -> String {
      let error = #expect(throws: TensorFileError.self) { try run.train(until: 1, dumpStep: 0) }
      #expect(run.trainer.iteration == 0)
      return "\(try #require(error))"
    }
    try files.copyItem(at: folder("mine"), to: folder("a/step-0"))
    #expect(try refusal().contains("step-0/inner"))
    try files.removeItem(at: folder("a/step-0"))
    try files.createSymbolicLink(at: folder("a/step-0"), withDestinationURL: folder("mine"))
    #expect(try refusal().contains("step-0: was not written by training"))
    try files.removeItem(at: folder("a/step-0"))
    try Data("file".utf8).write(to: folder("a/step-0"))
    #expect(try refusal().contains("step-0: was not written by training"))
    #expect(try folder.files("mine") == ["inner", "inner/notes.txt"])
    // Without --dump-step nothing is in the way.
    try run.train(until: 1)
    #expect(files.contents(atPath: folder("a/step-0").path) == Data("file".utf8))
  }

  @Test func aDumpIsReplacedUnlessSomethingElseIsInIt() throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 1, dumpStep: 0)
    }
    let step = StepDumpFolder(folder("a/step-0"))
    try step.requireReplaceable()
    for (name, isFolder) in [("notes.txt", false), ("portrait/mine", true)] {
      let place = folder("a/step-0/\(name)")
      if isFolder { try Folder.make(place) } else { try Data("x".utf8).write(to: place) }
      let count = try folder.files("a/step-0").count
      let error = #expect(throws: TensorFileError.self) { try step.remove() }
      #expect("\(try #require(error))".contains(name))
      #expect(try folder.files("a/step-0").count == count)
      try files.removeItem(at: place)
    }
    // A file that was changed since belongs to whoever changed it.
    let real = folder("a/step-0/real.safetensors")
    let bytes = try Data(contentsOf: real)
    try (bytes + Data([0])).write(to: real)
    #expect(throws: TensorFileError.self) { try step.remove() }
    try bytes.write(to: real)
    // A link to an equal file is still a link.
    try files.moveItem(at: real, to: folder("real.safetensors"))
    try files.createSymbolicLink(at: real, withDestinationURL: folder("real.safetensors"))
    #expect(throws: TensorFileError.self) { try step.remove() }
    try files.removeItem(at: real)
    try files.moveItem(at: folder("real.safetensors"), to: real)
    try step.remove()
    #expect(!files.fileExists(atPath: folder("a/step-0").path))
  }

  /// A resumed run replaces its own dump, with the same bytes except for the command.
  @Test func aResumedRunReplacesItsDump() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 1, dumpStep: 0)
    }
    let names = try folder.files("a/step-0")
    let first = try Data(contentsOf: folder("a/step-0/before.safetensors"))
    try FileManager.default.removeItem(at: folder("a/checkpoints/iteration-00000001"))
    var run = try TrainingRun(resuming: RunFolder(folder("a"))) {
      NoiseBatches(Toy.model, batch: 2, position: $0)
    }
    try run.train(until: 1, dumpStep: 0)
    #expect(try folder.files("a/step-0") == names)
    #expect(try Data(contentsOf: folder("a/step-0/before.safetensors")) == first)
  }
}
