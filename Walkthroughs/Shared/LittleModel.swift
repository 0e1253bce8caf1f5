import Datasets
import Inspection
import ModelConfiguration
import Networks
import PortraitClasses
import PortraitModel
import ProceduralPortraits
import Tensors

/// The untrained `tiny` model that the chapters on the networks use.
///
/// Its weights are initialized from a seed, so its portraits are noise. The claims of the chapters hold
/// for any weights. One change is made: the weights of ToDensity are multiplied by `densityGain`. An
/// untrained density is about 1. It stops a third of the light on the 0.4 units of a ray, and the last
/// sample would stop all the rest. With the gain, a ray ends inside the volume, as in a trained model.
struct LittleModel: Sendable {
  /// The factor that multiplies the weights of ToDensity.
  static let densityGain = 100.0
  /// The names of the four parts of the model and of the real masks.
  static let names = Array(ClassPalette.portrait.names[..<4])

  /// The generator: mapping network, part generators, renderer and render net.
  let generator: Generator
  /// The weights of the discriminator.
  let discriminator: Parameters

  /// Creates a model whose weights are initialized from a seed.
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

  /// The configuration of the model.
  var configuration: Configuration { generator.configuration }

  /// Returns a latent for each layer of each part, for consecutive seeds, `[B, K · layers, L]`.
  func latents(from seed: UInt64, count: Int = 1) -> Tensor {
    generator.expandedLatents(z: generator.z(seeds: seed, count: count))
  }

  /// Returns the poses of cameras turned from the front by the given angles, radians, `[B, 2]`.
  func poses(turned: [Double], raised: Double = 0) -> Tensor {
    let angles = turned.flatMap { [.pi / 2 + $0, .pi / 2 - raised] }
    return Tensor([turned.count, 2], angles).cast(to: type)
  }

  /// Returns the 2D maps of all parts, without rendering, at any size.
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

  /// The scalar type of the weights.
  var type: ScalarType { generator.parameters["style.1.weight"].scalarType }
}

/// Procedural portraits with masks of four parts, 32 × 32, that stand for the training data.
enum RealPairs {
  /// Returns the first pairs of portrait and mask, at most eight.
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

  /// Merges the thirteen classes of a mask into the four parts of the model.
  ///
  /// The four parts are: background with hair, clothes, hat and earrings; face with mouth, nose, ears and
  /// neck; eyes with glasses; brows.
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
  /// Returns the latents z of consecutive seeds, `[B, L]`.
  func z(seeds first: UInt64, count: Int) -> Tensor {
    .concatenated((0..<count).map { z(seed: first + UInt64($0)) })
  }
}

/// Returns the largest absolute difference of two tensors over all elements.
func largestDifference(_ a: Tensor, _ b: Tensor) -> Double {
  (a - b).absolute().maximum().item
}

extension Page {
  /// Shows one small map for each element of the first axis of `[K, H, W]`, all with one color range.
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
  /// Returns the parameters moved along a direction: each plus `step` times its tensor in `direction`.
  func moved(along direction: [String: Tensor], by step: Double) -> Parameters {
    Parameters(
      Dictionary(
        uniqueKeysWithValues: tensors.map { name, tensor in
          (name, direction[name].map { tensor + $0 * step } ?? tensor)
        }))
  }
}
