import MaskSoftmax
import Tensors

/// The source of the render net's noise.
public enum NoiseSource: Sendable {
  /// The maps `noises.noise_{i}` stored with the weights, which give the same image every time.
  case buffers
  /// Maps drawn by the caller, one tensor `[B, 1, s, s]` for each layer.
  case maps([Tensor])
}

/// The output of the render net.
public struct SynthesizedPortraits: Sendable {
  /// The portraits, `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// The sums of the mask heads, `[B, K, S, S]`: the mask residuals Δm, or the masks themselves.
  public let maskResidual: Tensor
  /// The final masks m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
}

/// The output of one block of the render net, before it is added to the sum of the blocks before it.
public struct RenderNetBlock: Sendable {
  /// The output of its second 3×3 layer, `[B, c, s, s]`.
  public let feature: Tensor
  /// The output of its RGB head, `[B, 3, s, s]`.
  public let rgb: Tensor
  /// The output of its mask head, `[B, K, s, s]`.
  public let mask: Tensor
}

/// The render net, which turns the rendered feature map into a portrait and its mask.
///
/// Paper §3.3, "final image and mask synthesis"; SemanticStyleGAN's render net. The style of each layer
/// is learned; the render net takes no latent.
///
/// Each block doubles the resolution. It has an upsampling 3×3 layer, a 3×3 layer, and two heads, RGB
/// and mask, whose outputs are upsampled and summed from block to block. The feature is pooled to the
/// first resolution; at its own resolution, it is also concatenated without pooling. The sum of the
/// mask heads is Δm, and the final mask is m_hr = upsample(2m − 1) + Δm. Without `residualMask`, the
/// sum of the mask heads is m_hr (PaperNotes 56).
public struct RenderNet: Sendable {
  let parameters: Parameters
  /// The sizes (rows = columns) of the first and the last map.
  let (minFeatureSize, imageSize): (Int, Int)
  /// Whether the sum of the mask heads is added to the coarse mask.
  let residualMask: Bool

  /// Creates the render net from a generator's parameters.
  public init(
    _ parameters: Parameters, minFeatureSize: Int, imageSize: Int, residualMask: Bool = true
  ) {
    self.parameters = parameters.scope("render_net")
    self.residualMask = residualMask
    self.minFeatureSize = minFeatureSize
    self.imageSize = imageSize
  }

  /// The sizes (rows = columns) of the noise maps of all 3×3 layers, in order.
  public var noiseSizes: [Int] {
    var sizes: [Int] = []
    var size = minFeatureSize
    while size < imageSize {
      size *= 2
      sizes += [size, size]
    }
    return sizes
  }

  /// Computes portraits and masks.
  ///
  /// - Parameters:
  ///   - feature: f_render, `[B, C, H, W]`.
  ///   - coarseMask: 2m − 1, `[B, K, H, W]`.
  ///   - noise: the source of the noise.
  ///   - watch: called with the output of every block.
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
      mask: residualMask
        ? MaskSoftmax.finalMask(coarseMask: coarseMask, maskResidual: residual) : residual)
  }

  /// Applies a 3×3 layer with a learned style, demodulation, noise and activation.
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
      ? x.transposeConvolved(with: kernel.swapped(axes: 0, 1), stride: 2).blurred(
        padding: 1, gain: 4)
      : x.convolved(with: kernel, padding: 1)
    let map: Tensor
    switch noise {
    case .buffers: map = parameters["noises.noise_\(index)"]
    case .maps(let maps): map = maps[index]
    }
    return y.activated(bias: own["activate.bias"], noise: own["noise.weight"] * map)
  }

  /// Applies a 1×1 head with a learned style, without demodulation and activation.
  private func head(_ name: String, _ x: Tensor) -> Tensor {
    let own = parameters.scope(name)
    let weight = own["conv.weight"] * own["conv.modulation"] * equalizingScale(own["conv.weight"])
    return x.convolved(with: weight) + own["bias"]
  }
}
