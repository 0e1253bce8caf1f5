import Datasets
import Inspection
import ModelConfiguration
import Networks
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import Tensors

/// The `tiny` model with fresh weights of a seed: what the chapters on the networks look into.
///
/// Nothing is trained, so its portraits are noise; what the chapters show holds for any weights. One
/// thing is changed: ToDensity's weights are multiplied by `densityGain`. A fresh density is about 1,
/// which stops a third of the light on the 0.4 units of a ray, and all the rest would fall on the
/// last sample; with the gain a ray ends inside the volume, as it does in a trained model.
struct LittleModel: Sendable {
  /// What ToDensity's weights are multiplied by.
  static let densityGain = 100.0
  /// The parts of the real masks, and so of the model.
  static let names = Array(ClassPalette.portrait.names[..<4])

  /// Mapping network, part generators, renderer and render net.
  let generator: Generator
  /// The discriminator's weights.
  let discriminator: Parameters

  /// Fresh weights of a seed.
  init(seed: UInt64, _ type: ScalarType = .float32) {
    let configuration = Configuration.tiny
    var weights = ParameterPlan.generator(configuration).fresh(seed: seed)
    for part in 0..<configuration.parts {
      let name = "local_nets.\(part).to_sigma.conv.weight"
      weights.tensors[name] = weights[name] * Self.densityGain
    }
    generator = Generator(configuration, weights.cast(to: type))
    discriminator = ParameterPlan.discriminator(configuration).fresh(seed: seed + 1000).cast(
      to: type)
  }

  /// The sizes of the model.
  var configuration: Configuration { generator.configuration }

  /// One latent for every layer of every part, for portraits of consecutive seeds, `[B, K · layers, L]`.
  func latents(from seed: UInt64, count: Int = 1) -> Tensor {
    generator.expandedLatents(z: generator.z(seeds: seed, count: count))
  }

  /// Cameras turned from the front by the given angles, `[B, 2]`.
  func poses(turned: [Double], raised: Double = 0) -> Tensor {
    let angles = turned.flatMap { [.pi / 2 + $0, .pi / 2 - raised] }
    return Tensor([turned.count, 2], angles).cast(to: type)
  }

  /// The parts' maps alone, at any size.
  func maps(_ expandedLatents: Tensor, size: Int) -> GeneratedMaps {
    let parameters = generator.parameters
    let generators = PartGenerators(
      parameters, parts: configuration.parts, baseStyle: configuration.baseStyle,
      baseLayers: configuration.baseLayers,
      shapeLayers: configuration.shapeLayers, textureLayers: configuration.textureLayers,
      densityActivation: configuration.densityActivation)
    return generators(
      FourierFeatures(parameters, frequencies: configuration.fourierFrequencies)(size: size),
      expandedLatents.reshaped([
        -1, configuration.parts, configuration.layersPerPart, configuration.latentWidth,
      ]))
  }

  /// The precision of the weights.
  var type: ScalarType { generator.parameters["style.1.weight"].scalarType }
}

/// Portraits and masks as a data set would hand them over: procedural ones, 32 × 32, of four parts.
enum RealPairs {
  /// The first pairs, at most eight.
  static func first(_ count: Int, _ type: ScalarType = .float32) -> PortraitBatch {
    PortraitBatch(
      image: every.image.sliced(axis: 0, from: 0, length: count).cast(to: type),
      mask: every.mask.sliced(axis: 0, from: 0, length: count).cast(to: type))
  }

  private static let every: PortraitBatch = {
    let portraits = (1...8).map { seed in
      PortraitScene(.random(seed: UInt64(seed))).render(size: 32, samplesPerPixel: 4)
    }
    return PortraitBatch(
      image: .stacked(portraits.map(\.imageTensor)),
      mask: .stacked(portraits.map { grouped($0.maskTensor) }))
  }()

  /// Thirteen classes as the model's four: background with hair and what is worn, face with all of
  /// the skin, eyes with glasses, brows.
  private static func grouped(_ mask: Tensor) -> Tensor {
    let groups: [[PartClass]] = [
      [.background, .hair, .cloth, .hat, .earrings], [.face, .mouth, .nose, .ears, .neck],
      [.eyes, .glasses], [.brows],
    ]
    let shares = (mask + 1) / 2
    return 2
      * .stacked(groups.map { $0.map { shares[$0.rawValue] }.reduce(shares[0] * 0, +) })
      - 1
  }
}

extension Generator {
  /// The z of consecutive seeds, `[B, L]`.
  func z(seeds first: UInt64, count: Int) -> Tensor {
    .concatenated((0..<count).map { z(seed: first + UInt64($0)) })
  }
}

/// The largest difference of two tensors, over all elements.
func largestDifference(_ a: Tensor, _ b: Tensor) -> Double {
  (a - b).absolute().maximum().item
}

extension Page {
  /// Shows one small map for each element of the first axis, all in one range, `[K, H, W]`.
  mutating func sheet(
    _ name: String, _ maps: Tensor, titles: [String], isSigned: Bool = false, axes: String,
    unit: String = "", caption: String
  ) {
    add(
      .view(
        View(
          name: name, caption: caption, tensor: maps, axes: axes, unit: unit, equation: equation,
          rendering: .maps(maps, titles: titles, isSigned: isSigned))))
  }
}

extension Parameters {
  /// Every parameter moved by a multiple of its own tensor of a direction.
  func moved(along direction: [String: Tensor], by step: Double) -> Parameters {
    Parameters(
      Dictionary(
        uniqueKeysWithValues: tensors.map { name, tensor in
          (name, direction[name].map { tensor + $0 * step } ?? tensor)
        }))
  }
}
