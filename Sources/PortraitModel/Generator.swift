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

/// The output of the generator with its intermediate results.
public struct GeneratedPortraits: Sendable {
  /// The portraits, `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// The final masks m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// The mask residuals Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// The coarse masks 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// The features, predicted depths and densities of the parts.
  public let maps: GeneratedMaps
  /// The absolute depths d̂, `[B, K, H, W]`, in planes.
  public let absoluteDepth: Tensor
  /// The rendered view with its rays.
  public let view: RenderedView
}

/// The generator, all of figure 2: computes a portrait and its mask from latents and a camera.
public struct Generator: Sendable {
  /// The configuration of the model.
  public let configuration: Configuration
  /// The weights of the model.
  public let parameters: Parameters

  /// Creates a generator with the given weights.
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

  /// Returns the latent w for a normally distributed z: `[B, L]` → `[B, L]`.
  public func mapped(_ z: Tensor) -> Tensor {
    MappingNetwork(parameters, layers: configuration.mappingLayers)(z)
  }

  /// Options of rendering that are not part of the configuration.
  public struct Options: Sendable {
    /// The weights of equation 10; nil for those of the configuration.
    public var maskWeighting: MaskWeighting?
    /// Random numbers that move the samples; nil for evaluation.
    public var jitter: VolumeRenderer.Jitter?
    /// The depths of the samples, `[B, R, N]`, ascending; nil to let the renderer choose them.
    public var rayDepths: Tensor?
    /// The source of the render net's noise.
    public var noise = NoiseSource.buffers
    /// The numbers of coarse and importance samples; nil for those of training.
    public var samples: (coarse: Int, importance: Int)?

    /// Creates options without jitter: stored noise, the configuration's weights of equation 10, the
    /// samples of training.
    public init() {}

    /// Returns options without jitter, with the samples of evaluation.
    public static func evaluation(_ model: Configuration) -> Options {
      var options = Options()
      options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
      return options
    }
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

  /// Generates portraits from random latents and cameras: all of figure 2.
  ///
  ///     let portraits = generator(z: numbers.normal([2, 512]), poses: poses)
  ///     portraits.image   // [2, 3, 512, 512], about −1 … 1
  ///
  /// - Parameters:
  ///   - z: N(0, 1), `[B, L]`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - options: mask weights, jitter, noise, samples.
  /// - Returns: portraits and masks with their intermediate results.
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
  ///   - options: mask weights, jitter, noise, samples.
  /// - Returns: portraits and masks with their intermediate results.
  public func callAsFunction(
    expandedLatents: Tensor, poses: Tensor, options: Options = Options()
  ) -> GeneratedPortraits {
    portraits(of: maps(of: expandedLatents), from: poses, options: options)
  }

  /// Renders portraits from existing maps, the right half of figure 2.
  ///
  /// The same maps can be rendered from any number of poses. The volume is rendered with subnormal
  /// numbers flushed to 0 (`Parallel.withoutSubnormals`).
  ///
  /// - Parameters:
  ///   - maps: the result of `maps(of:)`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - options: mask weights, jitter, noise, samples.
  /// - Returns: portraits and masks with their intermediate results.
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
    let portraits = RenderNet(configuration, parameters)(
      view.feature, coarseMask: coarseMask, noise: options.noise)
    return GeneratedPortraits(
      image: portraits.image, mask: portraits.mask, maskResidual: portraits.maskResidual,
      coarseMask: coarseMask, maps: maps, absoluteDepth: absoluteDepth, view: view)
  }

  /// Computes every part's 2D maps: the left half of figure 2, and all of figure 3.
  ///
  /// The maps do not depend on the camera.
  ///
  /// - Parameters:
  ///   - expandedLatents: one latent for every layer of every part, `[B, K · layers, L]`.
  ///   - keepingLayers: whether the outputs of all layers are kept for inspection.
  /// - Returns: features, predicted depths and densities of the parts.
  public func maps(of expandedLatents: Tensor, keepingLayers: Bool = false) -> GeneratedMaps {
    let (parts, layers) = (configuration.parts, configuration.layersPerPart)
    require(
      configuration.partSource == .lifted,
      "maps(of:keepingLayers:): partSource is field, expected lifted; see made(expandedLatents:poses:)"
    )
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

  /// Returns the fixed depth of the background, a bowl: `[H, W]`, in planes.
  ///
  ///     (3 + 0.003 · 31.5² (u² + v²)) · D/32     u and v from −1 to 1 over the map
  static func bowl(_ configuration: Configuration, _ type: ScalarType) -> Tensor {
    let squares =
      Tensor.linspace(-1, 1, configuration.coarseSize, .float64).squared() * (31.5 * 31.5)
    let radius = squares.unsqueezed(axis: 1) + squares
    return ((3 + 0.003 * radius) * (Double(configuration.depthPlanes) / 32)).cast(to: type)
  }

  /// Returns the renderer that the configuration and the options describe.
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
      masks: MaskSoftmax(options.maskWeighting ?? configuration.maskWeights),
      camera: configuration.camera,
      box: configuration.volumeBox,
      rowAxis: configuration.rowAxis, samples: options.samples?.coarse ?? configuration.samples,
      importanceSamples: options.samples?.importance ?? configuration.importanceSamples)
  }
}
