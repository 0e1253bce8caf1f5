import Networks
import PortraitClasses
import Tensors

/// The network of ``PortraitParser``, a small U-Net (Ronneberger et al., 2015).
///
/// The encoder halves the resolution from level to level. The decoder doubles it again, and takes the
/// features of the encoder on each level as additional input. Every layer is 3×3 with an equalized
/// learning rate and StyleGAN2's activation, as in the networks that the parser measures. The last
/// layer is 1×1 and gives one logit per class. With widths 32, 64, 96, 64:
///
///     level 0   S      3 → 32 ───────────────┬─ 64 → 32 → 1×1 → 13
///     level 1   S/2        ↓ 64 ────────┬─ 128 → 32 ↑
///     level 2   S/4           ↓ 96 ─┬─ 160 → 64 ↑
///     level 3   S/8              ↓ 64 ↑
struct ParserNetwork: Sendable {
  /// The number of channels of each level, from full resolution down.
  let widths: [Int]
  /// The weights, with the names that ``shapes(_:)`` lists.
  let parameters: Parameters

  /// The default widths of a parser.
  static let usualWidths = [32, 64, 96, 64]
  private static let classes = PartClass.count
  private static let kernel = 3

  /// Returns the names and shapes of the weights, in the order in which fresh weights are drawn.
  static func shapes(_ widths: [Int]) -> [(name: String, shape: [Int])] {
    func layer(_ name: String, from: Int, to: Int, kernel: Int) -> [(String, [Int])] {
      [("\(name).weight", [to, from, kernel, kernel]), ("\(name).bias", [to])]
    }
    let encoder = widths.indices.flatMap { level in
      layer(
        "encoder.\(level)", from: level == 0 ? 3 : widths[level - 1], to: widths[level], kernel: 3)
    }
    let decoder = (0..<widths.count - 1).reversed().flatMap { level in
      layer(
        "decoder.\(level)", from: widths[level] + widthBelow(level, widths),
        to: widths[max(0, level - 1)], kernel: 3)
    }
    return encoder + decoder + layer("head", from: widths[0], to: classes, kernel: 1)
  }

  /// Returns the number of channels that a level of the decoder receives from the level below.
  ///
  /// The deepest level passes its own width up. Every other level has already been reduced to the
  /// width of the level above, which saves time at full resolution.
  private static func widthBelow(_ level: Int, _ widths: [Int]) -> Int {
    level + 2 == widths.count ? widths[level + 1] : widths[level]
  }

  /// Returns a network with fresh weights: normally distributed, with biases 0.
  static func fresh(_ widths: [Int], _ numbers: inout RandomNumbers) -> ParserNetwork {
    var tensors: [String: Tensor] = [:]
    for (name, shape) in shapes(widths) {
      tensors[name] = shape.count > 1 ? numbers.normal(shape) : .zeros(shape)
    }
    return ParserNetwork(widths: widths, parameters: Parameters(tensors))
  }

  /// Returns the features of the encoder: `[B, widths[k], S/2ᵏ, S/2ᵏ]` for each level k.
  func levels(of images: Tensor) -> [Tensor] {
    var levels: [Tensor] = []
    for level in widths.indices {
      // Blur with the weights 1 3 3 1 in both directions, then keep every other element.
      let input = levels.last?.blurred(padding: 1, keepingEvery: 2) ?? images
      levels.append(layer("encoder.\(level)", input))
    }
    return levels
  }

  /// Returns one logit for each class and pixel: `[B, 13, S, S]` for pictures `[B, 3, S, S]`.
  func logits(of images: Tensor) -> Tensor {
    let levels = levels(of: images)
    var x = levels[widths.count - 1]
    for level in (0..<widths.count - 1).reversed() {
      x = layer("decoder.\(level)", .concatenated([x.upsampledTwice(), levels[level]], axis: 1))
    }
    let bias = parameters["head.bias"].reshaped([Self.classes, 1, 1])
    return x.equalizedConvolution(parameters["head.weight"]) + bias
  }

  private func layer(_ name: String, _ x: Tensor) -> Tensor {
    x.equalizedConvolution(parameters["\(name).weight"], padding: Self.kernel / 2)
      .activated(bias: parameters["\(name).bias"])
  }
}
