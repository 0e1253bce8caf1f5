import MaskSoftmax
import ModelConfiguration
import Networks
import Tensors
import WPlusFactorization

/// The output of the flat model.
public struct FlatPortraits: Sendable {
  /// The portraits, `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// The final masks m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// The mask residuals Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// The coarse masks 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// The pseudo-depths, `[B, K, H, W]`; 0 for the background.
  public let pseudoDepth: Tensor
  /// The composed features, `[B, C, H, W]`.
  public let feature: Tensor
}

/// The paper's 2D baseline, SemanticStyleGAN, built from the same modules without volume and camera.
///
/// Every part except the background has a pseudo-depth, which is computed after the shape layers. The
/// softmax of the pseudo-depths over the parts is the mask, and the features are summed with the mask
/// as weights. Transparent parts (glasses, earrings) are added on top without reducing the weights of
/// the other parts.
public struct FlatGenerator: Sendable {
  /// The configuration of the model.
  public let configuration: Configuration
  /// The weights of the model.
  public let parameters: Parameters

  /// Creates a flat generator with the given weights.
  public init(_ configuration: Configuration, _ parameters: Parameters) {
    self.configuration = configuration
    self.parameters = parameters
  }

  /// Generates portraits from one latent for every layer of every part, `[B, K · layers, L]`.
  public func callAsFunction(expandedLatents: Tensor, noise: NoiseSource = .buffers)
    -> FlatPortraits
  {
    let (feature, pseudoDepth) = partMaps(expandedLatents)
    let mask = pseudoDepth.softmax(axis: 1)
    let composed = (weights(mask).unsqueezed(axis: 2) * feature).sum(axes: [1])
    let coarseMask = MaskSoftmax.coarseMask(mask)
    let portraits = RenderNet(configuration, parameters)(
      composed, coarseMask: coarseMask, noise: noise)
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

  /// Returns the weights of the parts' features: the mask, with transparent parts added on top.
  func weights(_ mask: Tensor) -> Tensor {
    guard !configuration.transparentParts.isEmpty else { return mask }
    let isSolid = (0..<configuration.parts).map {
      configuration.transparentParts.contains($0) ? 0.0 : 1.0
    }
    let keep = Tensor([configuration.parts, 1, 1], isSolid).cast(to: mask.scalarType)
    let solid = mask * keep
    return solid / (solid.sum(axes: [1], keepingAxes: true) + 1e-8) + mask * (1 - keep)
  }
}
