import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// The smallest model with all kinds of weights, which is read quickly.
enum SmallestModel {
  static let configuration: Configuration = {
    var model = Configuration.tiny
    (model.imageSize, model.coarseSize, model.minFeatureSize) = (4, 2, 1)
    (model.depthPlanes, model.parts) = (2, 2)
    (model.latentWidth, model.mappingLayers) = (2, 1)
    (model.localChannels, model.featureChannels, model.fourierFrequencies) = (1, 1, 1)
    (model.shapeLayers, model.textureLayers) = (0, 0)
    (model.channelBase, model.channelMax) = (4, 1)
    return model
  }()

  static let generator = Generator(
    configuration, ParameterPlan.generator(configuration).fresh(seed: 1))
}

extension FuzzedReader {
  /// The configuration of a model; one that is accepted must survive writing and reading.
  static let configuration = FuzzedReader(
    "configuration", refusals: [ConfigurationError.self],
    seeds: {
      try Configuration.presetNames.compactMap { try Configuration.preset($0)?.json() }
        + [Data("{}".utf8), Data(#"{"initialDepth": [0, 1], "parts": 2}"#.utf8)]
    },
    body: { data in
      let model = try Configuration(json: data)
      try expect(try Configuration(json: try model.json()) == model, "\(model)")
    })

  /// Assignments `field=value` as after `--set`, one on each line.
  static let assignments = FuzzedReader(
    "assignments", longest: 512, refusals: [ConfigurationError.self],
    seeds: {
      [
        "parts=13\nliftingAlpha=2", "camera.fov=14", "depthMode=absolute", "initialDepth=null",
        "volumeBox={\"min\": [-0.1, -0.1, -0.1], \"max\": [0.1, 0.1, 0.1]}",
        "transparentParts=[10, 12]",
      ].map { Data($0.utf8) }
    },
    body: { data in
      let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      _ = try Configuration().setting(lines)
    })

  /// Latents of a portrait.
  static let latents: FuzzedReader = {
    let scratch = Scratch("latents")
    return FuzzedReader(
      "latents", refusals: [TensorFileError.self, ParameterError.self],
      seeds: {
        let generator = SmallestModel.generator
        let rows = generator.factorization.rows
        let wplus = Tensor.ones(
          [1, rows, SmallestModel.configuration.latentWidth], .float32)
        try LatentFile.write(wplus, of: generator, to: scratch("seed.safetensors"))
        return [try Data(contentsOf: scratch("seed.safetensors"))]
      },
      repair: repairSafetensorsLength,
      body: { data in
        try scratch.write(data, "latents.safetensors")
        let found = try LatentFile.read(
          scratch("latents.safetensors"), of: SmallestModel.generator)
        try expect(
          found.portraits.allSatisfy { $0.isFinite }, "values that are not finite")
      })
  }()

  /// The mean latent beside the weights of a checkpoint.
  ///
  /// A file that belongs to other weights is replaced, so every input is written again.
  static let meanLatent: FuzzedReader = {
    let scratch = Scratch("mean-latent")
    let checkpoint = GeneratorFile(scratch.url)
    return FuzzedReader(
      "mean-latent", refusals: [TensorFileError.self, ParameterError.self],
      seeds: {
        let file = scratch(GeneratorFile.meanLatentName)
        try? FileManager.default.removeItem(at: file)
        _ = try checkpoint.meanLatent(of: SmallestModel.generator)
        return [try Data(contentsOf: file)]
      },
      repair: repairSafetensorsLength,
      body: { data in
        try scratch.write(data, GeneratorFile.meanLatentName)
        let mean = try checkpoint.meanLatent(of: SmallestModel.generator)
        try expect(
          mean.shape == [SmallestModel.configuration.latentWidth] && mean.isFinite, "\(mean)")
      })
  }()
}
