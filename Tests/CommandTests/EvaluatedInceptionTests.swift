import Datasets
import Evaluation
import Foundation
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// `evaluate --inception` against the distance that the library computes from the same pictures.
@Suite("The command evaluate --inception")
struct EvaluatedInceptionTests {
  /// Random weights in the layout of torchvision's file.
  private static func weights() -> [String: Tensor] {
    var (numbers, tensors) = (RandomNumbers(seed: 5), [String: Tensor]())
    _ = InceptionNetwork(.torchvision) { name, shape in
      let fan = shape.dropFirst().reduce(1, *)
      let tensor =
        name.hasSuffix(".conv.weight")
        ? numbers.normal(shape) * (2 / Double(fan)).squareRoot()
        : name.hasSuffix("running_var")
          ? .ones(shape) : numbers.normal(shape) * 0.1 + (name.hasSuffix("bn.weight") ? 1 : 0)
      tensors[name] = tensor
      return tensor
    }
    tensors["fc.weight"] = .zeros([1000, InceptionNetwork.width])
    return tensors
  }

  @Test func theDistanceIsThatOfTheLibrary() throws {
    let folder = try TemporaryFolder()
    let file = folder("weights.safetensors")
    try SafetensorsFile.write(Self.weights(), to: file)
    let checkpoint = ShippedModelTests.clone.appendingPathComponent("Fixtures/Checkpoint")
    let outcome = try Command.run(
      "evaluate", "--checkpoint", checkpoint.path, "--data", "procedural:5,3", "--inception",
      file.path, "--portraits", "3", "--seed", "4", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in ["5 real pictures (procedural:5,3), 3 generated ones", "64 × 64 pixels", "seed 4"]
    {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    for words in ["3 portraits are too few", "5 pairs of data are too few"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    let network = try InceptionNetwork(contentsOf: file.path)
    #expect(network.variant == .torchvision)
    let generator = try ShippedGenerator.file().read()
    let sample = GeneratedSample(generator, count: 3, seed: 4).portraits(0..<3).drawn().images
    let scenes = ProceduralSource(count: 5, seed: 3, camera: generator.configuration.camera)
    let real = try Tensor.stacked((0..<5).map { try scenes.pair($0, size: 64).image })
    let expected = try FrechetDistance(network.features(of: sample), network.features(of: real))
    let line = try JSONDecoder().decode(
      InceptionLine.self, from: Data(contentsOf: folder("a/inception.jsonl")))
    // The order in which single precision sums batches differs.
    #expect(abs(line.distance / expected.value - 1) < 1e-4, "\(line) \(expected.value)")
    #expect(expected.value > 0.1 && line.real == 5 && line.generated == 3)
    #expect(outcome.output.contains(String(format: "%.3f", line.distance)))
  }

  @Test(arguments: [
    (["--inception", "w", "--parser", "p"], ["--parser", "no effect"]),
    (["--inception", "w", "--shape-portraits", "3"], ["--shape-portraits", "no effect"]),
    (["--inception", "w", "--edits", "3"], ["--inception", "no effect on --edits"]),
    (["--inception", ""], ["--inception"]),
  ])
  func optionsWithoutEffectAreRefused(options: [String], words: [String]) throws {
    let outcome = try Command.run(
      ["evaluate", "--checkpoint", "c", "--out", "a"]
        + (options.contains("--edits") ? [] : ["--data", "procedural:4"]) + options)
    #expect(outcome.status == 2, "\(outcome.errors)")
    let line = try #require(outcome.errorLines.first)
    for word in words { #expect(line.contains(word), "\(line)") }
  }
}
