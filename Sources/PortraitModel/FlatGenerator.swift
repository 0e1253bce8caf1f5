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
  public let model: Configuration
  /// Its weights.
  public let parameters: Parameters

  /// A flat generator with the given weights.
  public init(_ model: Configuration, _ parameters: Parameters) {
    self.model = model
    self.parameters = parameters
  }

  /// Portraits from one latent for every layer of every part, `[B, K · layers, L]`.
  public func callAsFunction(expandedLatents: Tensor, noise: NoiseSource = .buffers)
    -> FlatPortraits
  {
    let (feature, pseudoDepth) = partMaps(expandedLatents)
    let mask = pseudoDepth.softmax(1)
    let composed = (weights(mask).expanded(2) * feature).sum([1])
    let coarseMask = 2 * mask - 1
    let portraits = RenderNet(
      parameters, minFeatureSize: model.minFeatureSize, imageSize: model.imageSize
    )(composed, coarseMask: coarseMask, noise: noise)
    return FlatPortraits(
      image: portraits.image, mask: portraits.mask, maskResidual: portraits.maskResidual,
      coarseMask: coarseMask, pseudoDepth: pseudoDepth, feature: composed)
  }

  private func partMaps(_ expandedLatents: Tensor) -> (feature: Tensor, pseudoDepth: Tensor) {
    let (parts, layers) = (model.parts, model.layersPerPart)
    let embedding = FourierFeatures(parameters, frequencies: model.fourierFrequencies)(
      size: model.coarseSize)
    let generators = PartGenerators(
      parameters, parts: parts, baseStyle: model.baseStyle, baseLayers: model.baseLayers,
      shapeLayers: model.shapeLayers, textureLayers: model.textureLayers, densityActivation: nil)
    let latents = expandedLatents.reshaped([-1, parts, layers, model.latentWidth])
    let size = model.coarseSize
    let maps = generators(
      embedding, latents, fixedDepth: .zeros([size, size], latents.scalarType),
      keepingLayers: false)
    return (maps.feature, maps.depth)
  }

  /// The parts' shares of the feature: the mask, with transparent parts on top of the others.
  private func weights(_ mask: Tensor) -> Tensor {
    guard !model.transparentParts.isEmpty else { return mask }
    let isSolid = (0..<model.parts).map { model.transparentParts.contains($0) ? 0.0 : 1.0 }
    let keep = Tensor([model.parts, 1, 1], isSolid).cast(to: mask.scalarType)
    let solid = mask * keep
    return solid / (solid.sum([1], keepingAxes: true) + 1e-8) + mask * (1 - keep)
  }
}
