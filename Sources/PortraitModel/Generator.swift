import Camera
import ModelConfiguration
import Networks
import PartFusion
import GaussianLifting
import MaskSoftmax
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
  public let model: Configuration
  /// Its weights.
  public let parameters: Parameters

  /// A generator with the given weights.
  public init(_ model: Configuration, _ parameters: Parameters) {
    self.model = model
    self.parameters = parameters
  }

  /// W⁺ and its expansion to layers, equation 1.
  public var latents: WPlusFactorization {
    WPlusFactorization(
      parts: model.parts, baseLayers: model.baseLayers, shapeLayers: model.shapeLayers,
      textureLayers: model.textureLayers)
  }

  /// w of a normally distributed z: `[B, L]` → `[B, L]`.
  public func mapped(_ z: Tensor) -> Tensor {
    MappingNetwork(parameters, layers: model.mappingLayers)(z)
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

  /// Portraits from W⁺ and cameras: the pipeline of figure 2 from left to right.
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
    let absoluteDepth = absoluteDepth(maps.depth)
    guard let density = maps.density else {
      fatalError("Generator: the configuration's rendering is flat, expected volume")
    }
    let stack = PartStack(
      feature: maps.feature, densityMap: density, absoluteDepth: absoluteDepth)
    let view = Parallel.withoutSubnormals {
      renderer(options).view(
        of: stack, from: poses, size: model.coarseSize, jitter: options.jitter,
        rayDepths: options.rayDepths)
    }
    let coarseMask = 2 * view.maskProbabilities - 1
    let portraits = RenderNet(
      parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize
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
    let (parts, layers) = (model.parts, model.layersPerPart)
    requireShape(
      expandedLatents, [nil, parts * layers, model.latentWidth], "expandedLatents",
      axes: "[B, K · layers, L]")
    let embedding = FourierFeatures(parameters, frequencies: model.fourierFrequencies)(
      size: model.coarseSize)
    let generators = PartGenerators(
      parameters, parts: parts, baseStyle: model.baseStyle, baseLayers: model.baseLayers,
      shapeLayers: model.shapeLayers, textureLayers: model.textureLayers,
      densityActivation: model.rendering == .volume ? model.densityActivation : nil)
    let latents = expandedLatents.reshaped([-1, parts, layers, model.latentWidth])
    let bowl = model.backgroundDepth == .bowl ? Self.bowl(model, latents.scalarType) : nil
    return generators(
      embedding, latents, fixedDepth: bowl, keepingLayers: keepingLayers)
  }

  /// d̂_k = d_k + d_face for parts 2 and up where depths are relative, §3.2.
  private func absoluteDepth(_ depth: Tensor) -> Tensor {
    guard model.depthMode == .relative, model.parts > 2 else { return depth }
    let own = depth.sliced(1, from: 0, length: 2)
    let above = depth.sliced(1, from: 2, length: model.parts - 2)
    return .concatenated([own, above + depth.sliced(1, from: 1, length: 1)], 1)
  }

  /// (3 + 0.003 · 31.5² (u² + v²)) · D/32 over the map, u and v from −1 to 1.
  ///
  /// `[H, W]`, planes.
  static func bowl(_ model: Configuration, _ type: ScalarType) -> Tensor {
    let squares = Tensor.linspace(-1, 1, model.coarseSize, .float64).squared() * (31.5 * 31.5)
    let radius = squares.expanded(1) + squares
    return ((3 + 0.003 * radius) * (Double(model.depthPlanes) / 32)).cast(to: type)
  }

  /// The renderer that the configuration describes.
  public func renderer(_ options: Options = Options()) -> VolumeRenderer {
    VolumeRenderer(
      lifting: GaussianLifting(
        kernel: model.liftingKernel, alpha: model.liftingAlpha, depthPlanes: model.depthPlanes),
      fusion: PartFusion(model.fusion),
      volumeWeights: VolumeWeights(
        opticalScale: model.opticalScale,
        lastSpacing: model.lastSpacing == .infinite ? .infinite : .far(model.camera.far)),
      masks: MaskSoftmax(options.maskWeighting), camera: model.camera, box: model.volumeBox,
      rowAxis: model.rowAxis, samples: options.samples?.coarse ?? model.samples,
      importanceSamples: options.samples?.importance ?? model.importanceSamples)
  }
}
