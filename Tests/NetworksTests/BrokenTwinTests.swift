import TestSupport
import Tensors
import Testing

@testable import Networks

/// A deliberately wrong layer, and the golden case that must reject it.
struct Twin: Sendable, CustomTestStringConvertible {
  /// The mistake, in a few words.
  let mistake: String
  /// The name of the golden case.
  let golden: String
  /// The name of the output that must differ from the golden file.
  let output: String
  /// Computes the wrong outputs from the inputs.
  let answer: @Sendable (GoldenCase, [String: Tensor]) throws -> [String: Tensor]

  var testDescription: String { "\(golden): \(mistake)" }

  init(
    _ mistake: String, _ golden: String, _ output: String = "y",
    _ answer: @escaping @Sendable (GoldenCase, [String: Tensor]) throws -> [String: Tensor]
  ) {
    (self.mistake, self.golden, self.output, self.answer) = (mistake, golden, output, answer)
  }

  /// Returns a twin that runs the correct layer on a changed input.
  static func feeding(
    _ mistake: String, _ golden: String, _ input: String, missing output: String = "y",
    _ change: @escaping @Sendable (Tensor) -> Tensor
  ) -> Twin {
    Twin(mistake, golden, output) { golden, inputs in
      try answers(golden, inputs.merging([input: change(try #require(inputs[input]))]) { $1 })
    }
  }

  /// Returns a twin that changes an output of the correct layer.
  static func spoiling(
    _ mistake: String, _ golden: String, _ output: String = "y",
    _ change: @escaping @Sendable (Tensor, [String: Tensor]) throws -> Tensor
  ) -> Twin {
    Twin(mistake, golden, output) { golden, inputs in
      var found = try answers(golden, inputs)
      found[output] = try change(try #require(found[output]), inputs)
      return found
    }
  }
}

@Suite("Networks, broken twins")
struct NetworkBrokenTwinTests {
  @Test(arguments: plainLayers + partLayers + imageLayers)
  func everyTwinIsRejected(twin: Twin) throws {
    let golden = try GoldenCase.named(twin.golden, of: "Networks")
    let misses = try goldenMisses(golden) { try twin.answer(golden, $0) }
    #expect(misses.contains { $0.hasPrefix("\(twin.output):") })
  }

  /// Every golden case has at least one twin.
  @Test func everyCaseHasATwin() throws {
    let names = Set(try GoldenCase.all(of: "Networks").map(\.name))
    let twins = Self.plainLayers + Self.partLayers + Self.imageLayers
    #expect(Set(twins.map(\.golden)) == names)
  }

  static let plainLayers: [Twin] = [
    .feeding("the bias learns at full rate", "linear", "bias") { $0 / 0.3 },
    .feeding("1/in instead of 1/√in", "linear", "weight") { $0 * 0.5 },
    .feeding("a flipped kernel", "convolution", "weight") {
      $0.reversed(axis: 2).reversed(axis: 3)
    },
    .feeding("rows read from the bottom", "convolution", "x") { $0.reversed(axis: 2) },
    Twin("the norm instead of the root mean square", "pixel_norm") { _, inputs in
      let x = try #require(inputs["x"])
      return [
        "y": x * (x.squared().sum(axes: [-1], keepingAxes: true) + 1e-8).reciprocalSquareRoot()
      ]
    },
    Twin("nothing added under the root", "pixel_norm") { _, inputs in
      let x = try #require(inputs["x"])
      return ["y": x * x.squared().mean(axes: [-1], keepingAxes: true).reciprocalSquareRoot()]
    },
    .spoiling("no gain", "activation") { y, _ in y / 2.0.squareRoot() },
    .spoiling("a slope of 0.01", "activation") { y, _ in y.relu() - (-y).relu() * 0.05 },
    .feeding("a transposed weight", "mapping", "style.1.weight", missing: "w") { $0.transposed() },
    .feeding("the bias learns at full rate", "mapping", "style.2.bias", missing: "w") { $0 * 100 },
    .spoiling("all sines before all cosines", "fourier", "waves") { waves, _ in
      .concatenated(
        [0, 2, 6, 10, 4, 8, 12].map { waves.sliced(axis: 0, from: $0, length: 2) }, axis: 0)
    },
    .spoiling("y before x", "fourier", "waves") { waves, _ in waves.transposed() },
  ]

  static let partLayers: [Twin] = [
    .feeding("the parts change places", "modulated", "latents") { $0.reversed(axis: 1) },
    Twin("no demodulation", "modulated") { golden, inputs in
      let y = try #require(try answers(golden, inputs)["y"])
      let weight = try #require(inputs["0.layer.conv.weight"]).reshaped([4, 3])
      let norm = (weight.squared().sum(axes: [1]) / 3).squareRoot()
      return ["y": y * norm.reshaped([1, 1, 4, 1])]
    },
    .feeding("styles start at 0 instead of 1", "modulated", "1.layer.conv.modulation.bias") {
      $0 - 1
    },
    .feeding("no modulation", "head", "0.head.conv.modulation") { $0 * 0 + 1 },
    .feeding("a bias map read by columns", "head_bias_map", "1.head.bias") {
      $0.transposed().reshaped([1, 4, 3, 2])
    },
    .feeding("the latents of the layers reversed", "generator_conv", "latents", missing: "feature")
    {
      $0.reversed(axis: 2)
    },
    .spoiling("a density without its activation", "generator_conv", "density") { density, _ in
      (density.exponential() - 1).logarithm()
    },
    .spoiling("the fixed depth given to part 1", "generator_scale_shift", "depth") { depth, _ in
      depth.reversed(axis: 1)
    },
    Twin("scale and shift change places", "generator_scale_shift", "feature") { golden, inputs in
      var swapped = inputs
      for name in inputs.keys where name.contains(".weight.") && name.hasPrefix("local_nets.0") {
        let other = name.replacing("local_nets.0.weight.", with: "local_nets.0.bias.")
        guard other != name, let tensor = inputs[other] else { continue }
        (swapped[name], swapped[other]) = (tensor, inputs[name])
      }
      return try answers(golden, swapped)
    },
  ]

  static let imageLayers: [Twin] = [
    .feeding("a flipped kernel", "render_layer", "convs.0.weight") {
      $0.reversed(axis: 2).reversed(axis: 3)
    },
    .feeding("no noise", "render_layer", "noises.noise_0") { $0 * 0 },
    .spoiling("noise added after the activation", "render_layer") { y, inputs in
      y + (try #require(inputs["noises.noise_0"]))
    },
    .feeding("a flipped kernel", "render_layer_up", "convs.0.weight") {
      $0.reversed(axis: 2).reversed(axis: 3)
    },
    .spoiling("a blur without its gain of 4", "render_layer_up") { y, _ in y * 0.25 },
    .spoiling("a sum not divided by √2", "residual") { y, _ in y * 2.0.squareRoot() },
    .feeding("no skip", "residual", "skip.1.weight") { $0 * 0 },
    .spoiling("a variance divided by n − 1", "deviation4") { y, _ in y * (4.0 / 3).squareRoot() },
    Twin("groups of neighboring images", "deviation8") { golden, inputs in
      // 0 4 1 5 2 6 3 7: images that were 4 apart become neighbors, and the groups change.
      let x = try #require(inputs["x"])
      let order = x.reshaped([2, 4, 3, 2, 3]).swapped(axes: 0, 1).reshaped([8, 3, 2, 3])
      return try answers(golden, ["x": order])
    },
    .spoiling("the coarse mask left out", "render_net", "mask") { mask, inputs in
      mask - (try #require(inputs["coarse_mask"])).upsampledTwice()
    },
    .feeding("the feature concatenated first", "render_net", "convs.2.weight", missing: "image") {
      .concatenated(
        [$0.sliced(axis: 1, from: 3, length: 2), $0.sliced(axis: 1, from: 0, length: 3)], axis: 1)
    },
    .spoiling("RGB of the last block alone", "render_net", "image") { image, inputs in
      image - (try #require(inputs["to_rgbs.0.bias"]))
    },
    .spoiling("the coarse mask left out", "render_net_coarse", "mask") { mask, inputs in
      mask - (try #require(inputs["coarse_mask"]))
    },
  ]
}
