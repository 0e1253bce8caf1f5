import MaskSoftmax
import Tensors

/// Where the noise of the render net comes from.
public enum NoiseSource: Sendable {
  /// The maps `noises.noise_{i}` that are stored with the weights: the same picture every time.
  case buffers
  /// New maps for every call, one for each image and layer, drawn by the caller: `[B, 1, s, s]`.
  case maps([Tensor])
}

/// What the render net makes.
public struct SynthesizedPortraits: Sendable {
  /// `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
}

/// What one block of the render net makes, before it is added to the blocks below it.
public struct RenderNetBlock: Sendable {
  /// The output of its second 3×3 layer, `[B, c, s, s]`.
  public let feature: Tensor
  /// The output of its RGB head, `[B, 3, s, s]`.
  public let rgb: Tensor
  /// The output of its mask head, `[B, K, s, s]`.
  public let mask: Tensor
}

/// From the rendered feature map to the portrait and its mask.
///
/// Paper §3.3, "final image and mask synthesis"; SemanticStyleGAN's render net. Styles are learned for
/// each layer; no latent enters.
///
/// Each block doubles the size: an upsampling 3×3 layer, a 3×3 layer, and two heads, RGB and mask, whose
/// outputs are upsampled and added from block to block. The feature is pooled to the first size; where
/// the size equals its own, it is concatenated unpooled. The coarse mask 2m − 1 joins the mask sum
/// there, so that m_hr = upsample(2m − 1) + Δm.
public struct RenderNet: Sendable {
  let parameters: Parameters
  /// Rows and columns of the first and last map.
  let (minFeatureSize, imageSize): (Int, Int)

  /// The render net of a generator's parameters.
  public init(_ parameters: Parameters, minFeatureSize: Int, imageSize: Int) {
    self.parameters = parameters.scope("render_net")
    self.minFeatureSize = minFeatureSize
    self.imageSize = imageSize
  }

  /// Rows and columns of the noise map of every 3×3 layer, in order.
  public var noiseSizes: [Int] {
    var sizes: [Int] = []
    var size = minFeatureSize
    while size < imageSize {
      size *= 2
      sizes += [size, size]
    }
    return sizes
  }

  /// Portrait and mask.
  ///
  /// - Parameters:
  ///   - feature: f_render, `[B, C, H, W]`.
  ///   - coarseMask: 2m − 1, `[B, K, H, W]`.
  ///   - noise: where noise comes from.
  ///   - watch: is shown every block as it is made.
  /// - Returns: image, mask residual and final mask.
  public func callAsFunction(
    _ feature: Tensor, coarseMask: Tensor, noise: NoiseSource = .buffers,
    watch: (RenderNetBlock) -> Void = { _ in }
  ) -> SynthesizedPortraits {
    let coarseSize = feature.shape[2]
    var x = feature.averagePooled(coarseSize / minFeatureSize)
    var (image, residual): (Tensor?, Tensor?)
    var size = minFeatureSize
    for block in 0..<noiseSizes.count / 2 {
      if size == coarseSize { x = .concatenated([x, feature], axis: 1) }
      x = layer(2 * block, x, upsampling: true, noise)
      x = layer(2 * block + 1, x, upsampling: false, noise)
      size *= 2
      let (rgb, mask) = (head("to_rgbs.\(block)", x), head("to_segs.\(block)", x))
      watch(RenderNetBlock(feature: x, rgb: rgb, mask: mask))
      image = image.map { $0.upsampledTwice() + rgb } ?? rgb
      residual = residual.map { $0.upsampledTwice() + mask } ?? mask
    }
    guard let image, let residual else {
      fatalError("RenderNet: minFeatureSize \(minFeatureSize) is not below imageSize \(imageSize)")
    }
    return SynthesizedPortraits(
      image: image, maskResidual: residual,
      mask: MaskSoftmax.finalMask(coarseMask: coarseMask, maskResidual: residual))
  }

  /// A 3×3 layer with a learned style, demodulated, with noise and activation.
  func layer(
    _ index: Int, _ x: Tensor, upsampling: Bool, _ noise: NoiseSource
  ) -> Tensor {
    let own = parameters.scope("convs.\(index)")
    let scaled = own["weight"] * own["modulation"] * equalizingScale(own["weight"])
    let kernel =
      scaled
      * (scaled.squared().sum(axes: [1, 2, 3], keepingAxes: true) + 1e-8).reciprocalSquareRoot()
    let y =
      upsampling
      ? x.transposeConvolved(with: kernel.swappedAxes(0, 1), stride: 2).blurred(padding: 1, gain: 4)
      : x.convolved(with: kernel, padding: 1)
    let map: Tensor
    switch noise {
    case .buffers: map = parameters["noises.noise_\(index)"]
    case .maps(let maps): map = maps[index]
    }
    return y.activated(bias: own["activate.bias"], noise: own["noise.weight"] * map)
  }

  /// A 1×1 head with a learned style: no demodulation, no activation.
  private func head(_ name: String, _ x: Tensor) -> Tensor {
    let own = parameters.scope(name)
    let weight = own["conv.weight"] * own["conv.modulation"] * equalizingScale(own["conv.weight"])
    return x.convolved(with: weight) + own["bias"]
  }
}
