import MaskSoftmax
import ModelConfiguration
import Networks
import Tensors
import WPlusFactorization

/// What the flat model makes.
public struct FlatPortraits: Sendable {
  /// `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// Pseudo-depths, `[B, K, H, W]`; 0 for the background.
  public let pseudoDepth: Tensor
  /// The composed feature, `[B, C, H, W]`.
  public let feature: Tensor
}

/// The paper's 2D baseline, SemanticStyleGAN, from the same modules: no volume and no camera.
///
/// Every part but the background has a pseudo-depth, read after the shape layers; the softmax of the
/// pseudo-depths over the parts is the mask, and features are added with the mask's weights.
/// Transparent parts (glasses, earrings) add on top without taking weight from the others.
public struct FlatGenerator: Sendable {
  /// What the model is made of.
  public let configuration: Configuration
  /// Its weights.
  public let parameters: Parameters

  /// A flat generator with the given weights.
  public init(_ configuration: Configuration, _ parameters: Parameters) {
    self.configuration = configuration
    self.parameters = parameters
  }

  /// Portraits from one latent for every layer of every part, `[B, K · layers, L]`.
  public func callAsFunction(expandedLatents: Tensor, noise: NoiseSource = .buffers)
    -> FlatPortraits
  {
    let (feature, pseudoDepth) = partMaps(expandedLatents)
    let mask = pseudoDepth.softmax(axis: 1)
    let composed = (weights(mask).unsqueezed(axis: 2) * feature).sum(axes: [1])
    let coarseMask = MaskSoftmax.coarseMask(mask)
    let portraits = RenderNet(
      parameters, minFeatureSize: configuration.minFeatureSize, imageSize: configuration.imageSize
    )(composed, coarseMask: coarseMask, noise: noise)
    return FlatPortraits(
      image: portraits.image, mask: portraits.mask, maskResidual: portraits.maskResidual,
      coarseMask: coarseMask, pseudoDepth: pseudoDepth, feature: composed)
  }

  private func partMaps(_ expandedLatents: Tensor) -> (feature: Tensor, pseudoDepth: Tensor) {
    let (parts, layers) = (configuration.parts, configuration.layersPerPart)
    let embedding = FourierFeatures(parameters, frequencies: configuration.fourierFrequencies)(
      size: configuration.coarseSize)
    let generators = PartGenerators(
      parameters, parts: parts, baseStyle: configuration.baseStyle,
      baseLayers: configuration.baseLayers,
      shapeLayers: configuration.shapeLayers, textureLayers: configuration.textureLayers,
      densityActivation: nil)
    let latents = expandedLatents.reshaped([-1, parts, layers, configuration.latentWidth])
    let size = configuration.coarseSize
    let maps = generators(
      embedding, latents, fixedDepth: .zeros([size, size], latents.scalarType),
      keepingLayers: false)
    return (maps.feature, maps.relativeDepth)
  }

  /// The parts' shares of the feature: the mask, with transparent parts on top of the others.
  private func weights(_ mask: Tensor) -> Tensor {
    guard !configuration.transparentParts.isEmpty else { return mask }
    let isSolid = (0..<configuration.parts).map {
      configuration.transparentParts.contains($0) ? 0.0 : 1.0
    }
    let keep = Tensor([configuration.parts, 1, 1], isSolid).cast(to: mask.scalarType)
    let solid = mask * keep
    return solid / (solid.sum(axes: [1], keepingAxes: true) + 1e-8) + mask * (1 - keep)
  }
}
