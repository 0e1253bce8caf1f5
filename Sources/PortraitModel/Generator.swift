import Camera
import GaussianLifting
import MaskSoftmax
import ModelConfiguration
import Networks
import PartFusion
import RelativeDepth
import Tensors
import VolumeRendering
import VolumeWeights
import WPlusFactorization

/// What the generator makes, and all that led to it.
public struct GeneratedPortraits: Sendable {
  /// `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// Features, predicted depths and densities of the parts.
  public let maps: GeneratedMaps
  /// d̂, `[B, K, H, W]`, planes.
  public let absoluteDepth: Tensor
  /// The rendered view with its rays.
  public let view: RenderedView
}

/// The whole of figure 2: from latents and a camera to a portrait and its mask.
public struct Generator: Sendable {
  /// What the model is made of.
  public let configuration: Configuration
  /// Its weights.
  public let parameters: Parameters

  /// A generator with the given weights.
  public init(_ configuration: Configuration, _ parameters: Parameters) {
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The split of W⁺ into parts and its expansion to layers, equation 1.
  public var factorization: WPlusFactorization {
    WPlusFactorization(
      parts: configuration.parts, baseLayers: configuration.baseLayers,
      shapeLayers: configuration.shapeLayers,
      textureLayers: configuration.textureLayers)
  }

  /// w of a normally distributed z: `[B, L]` → `[B, L]`.
  public func mapped(_ z: Tensor) -> Tensor {
    MappingNetwork(parameters, layers: configuration.mappingLayers)(z)
  }

  /// How a view is rendered beyond what the configuration says.
  public struct Options: Sendable {
    /// The weights of equation 10.
    public var maskWeighting = MaskWeighting.rendering
    /// Random numbers that move the samples; none for evaluation.
    public var jitter: VolumeRenderer.Jitter?
    /// Where the samples stand, `[B, R, N]`, rising; chosen by the renderer where not given.
    public var rayDepths: Tensor?
    /// Where the render net's noise comes from.
    public var noise = NoiseSource.buffers
    /// Coarse samples and samples of the importance pass; the training numbers by default.
    public var samples: (coarse: Int, importance: Int)?

    /// No jitter, stored noise, the weights of equation 2, and as many samples as in training.
    public init() {}
  }

  /// Returns one latent for every layer of every part: z mapped to w, w as W⁺, W⁺ expanded.
  ///
  /// - Parameter z: N(0, 1), `[B, L]`.
  /// - Returns: `[B, K · layers, L]`.
  public func expandedLatents(z: Tensor) -> Tensor {
    expandedLatents(wplus: factorization.wplus(from: mapped(z)))
  }

  /// Returns one latent for every layer of every part, `[B, rows, L]` → `[B, K · layers, L]`.
  public func expandedLatents(wplus: Tensor) -> Tensor { factorization.expanded(wplus) }

  /// Generates portraits from random latents and cameras: the whole of figure 2.
  ///
  ///     let portraits = generator(z: numbers.normal([2, 512]), poses: poses)
  ///     portraits.image   // [2, 3, 512, 512], about −1 … 1
  ///
  /// - Parameters:
  ///   - z: N(0, 1), `[B, L]`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - options: weights, jitter, noise.
  /// - Returns: portraits, masks and what led to them.
  public func callAsFunction(
    z: Tensor, poses: Tensor, options: Options = Options()
  ) -> GeneratedPortraits {
    self(expandedLatents: expandedLatents(z: z), poses: poses, options: options)
  }

  /// Generates portraits from W⁺, `[B, rows, L]`, and cameras.
  public func callAsFunction(
    wplus: Tensor, poses: Tensor, options: Options = Options()
  ) -> GeneratedPortraits {
    self(expandedLatents: expandedLatents(wplus: wplus), poses: poses, options: options)
  }

  /// Generates portraits from a latent for every layer and cameras.
  ///
  /// - Parameters:
  ///   - expandedLatents: one latent for every layer of every part, `[B, K · layers, L]`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - options: weights, jitter, noise.
  /// - Returns: portraits, masks and what led to them.
  public func callAsFunction(
    expandedLatents: Tensor, poses: Tensor, options: Options = Options()
  ) -> GeneratedPortraits {
    portraits(of: maps(of: expandedLatents), from: poses, options: options)
  }

  /// The right half of figure 2: views of parts that are already there, as many as one likes.
  ///
  /// The volume is rendered with subnormal numbers as 0 (`Parallel.withoutSubnormals`).
  ///
  /// - Parameters:
  ///   - maps: what `maps(of:)` made.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - options: weights, jitter, noise.
  /// - Returns: portraits, masks and what led to them.
  public func portraits(
    of maps: GeneratedMaps, from poses: Tensor, options: Options = Options()
  ) -> GeneratedPortraits {
    let absoluteDepth = RelativeDepth(configuration.depthMode).absoluteDepth(of: maps.relativeDepth)
    guard let density = maps.densityMap else {
      fatalError("Generator: the configuration's rendering is flat, expected volume")
    }
    let stack = PartStack(
      feature: maps.feature, densityMap: density, absoluteDepth: absoluteDepth)
    let view = Parallel.withoutSubnormals {
      renderer(options).view(
        of: stack, from: poses, size: configuration.coarseSize, jitter: options.jitter,
        rayDepths: options.rayDepths)
    }
    let coarseMask = MaskSoftmax.coarseMask(view.maskProbabilities)
    let portraits = RenderNet(
      parameters, minFeatureSize: configuration.minFeatureSize, imageSize: configuration.imageSize
    )(view.feature, coarseMask: coarseMask, noise: options.noise)
    return GeneratedPortraits(
      image: portraits.image, mask: portraits.mask, maskResidual: portraits.maskResidual,
      coarseMask: coarseMask, maps: maps, absoluteDepth: absoluteDepth, view: view)
  }

  /// The left half of figure 2, and all of figure 3: every part's 2D maps.
  ///
  /// No camera has a say in them.
  ///
  /// - Parameters:
  ///   - expandedLatents: one latent for every layer of every part, `[B, K · layers, L]`.
  ///   - keepingLayers: whether every layer's output is kept to be looked at.
  /// - Returns: features, predicted depths and densities of the parts.
  public func maps(of expandedLatents: Tensor, keepingLayers: Bool = false) -> GeneratedMaps {
    let (parts, layers) = (configuration.parts, configuration.layersPerPart)
    requireShape(
      expandedLatents, [nil, parts * layers, configuration.latentWidth], "expandedLatents",
      axes: "[B, K · layers, L]")
    let embedding = FourierFeatures(parameters, frequencies: configuration.fourierFrequencies)(
      size: configuration.coarseSize)
    let generators = PartGenerators(
      parameters, parts: parts, baseStyle: configuration.baseStyle,
      baseLayers: configuration.baseLayers,
      shapeLayers: configuration.shapeLayers, textureLayers: configuration.textureLayers,
      densityActivation: configuration.rendering == .volume ? configuration.densityActivation : nil)
    let latents = expandedLatents.reshaped([-1, parts, layers, configuration.latentWidth])
    let bowl =
      configuration.backgroundDepth == .bowl ? Self.bowl(configuration, latents.scalarType) : nil
    return generators(
      embedding, latents, fixedDepth: bowl, keepingLayers: keepingLayers)
  }

  /// (3 + 0.003 · 31.5² (u² + v²)) · D/32 over the map, u and v from −1 to 1.
  ///
  /// `[H, W]`, planes.
  static func bowl(_ configuration: Configuration, _ type: ScalarType) -> Tensor {
    let squares =
      Tensor.linspace(-1, 1, configuration.coarseSize, .float64).squared() * (31.5 * 31.5)
    let radius = squares.unsqueezed(axis: 1) + squares
    return ((3 + 0.003 * radius) * (Double(configuration.depthPlanes) / 32)).cast(to: type)
  }

  /// The renderer that the configuration describes.
  public func renderer(_ options: Options = Options()) -> VolumeRenderer {
    VolumeRenderer(
      lifting: GaussianLifting(
        kernel: configuration.liftingKernel, alpha: configuration.liftingAlpha,
        depthPlanes: configuration.depthPlanes),
      fusion: PartFusion(configuration.fusion),
      volumeWeights: VolumeWeights(
        opticalScale: configuration.opticalScale,
        lastSpacing: configuration.lastSpacing == .infinite
          ? .infinite : .far(configuration.camera.far)),
      masks: MaskSoftmax(options.maskWeighting), camera: configuration.camera,
      box: configuration.volumeBox,
      rowAxis: configuration.rowAxis, samples: options.samples?.coarse ?? configuration.samples,
      importanceSamples: options.samples?.importance ?? configuration.importanceSamples)
  }
}
