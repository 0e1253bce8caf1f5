import Foundation
import Networks
import Tensors

/// The optimiser of both networks (Kingma and Ba, 2015).
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
///
/// Where a penalty takes an update of its own every n iterations there are (n + 1)/n updates for each
/// one there would be without; rate and β are then raised to the power n/(n + 1) of their effect
/// (StyleGAN2's correction for lazy regularisation).
public struct Adam: Sendable {
  /// The size of a step.
  public let rate: Double
  /// How long gradients are remembered; 0 in the reference systems.
  public let beta1: Double
  /// How long squared gradients are remembered.
  public let beta2: Double
  /// Keeps a step finite where gradients vanish.
  public let epsilon: Double

  /// Updates made so far, t.
  public private(set) var step = 0
  /// m by parameter name; empty before the first update.
  public private(set) var mean: [String: Tensor] = [:]
  /// v by parameter name; empty before the first update.
  public private(set) var square: [String: Tensor] = [:]

  /// An optimiser that has not seen a gradient.
  ///
  /// - Parameters:
  ///   - rate: the size of a step without the correction.
  ///   - beta1: the decay of the mean.
  ///   - beta2: the decay of the mean square, without the correction.
  ///   - epsilon: what is added to the root.
  ///   - lazyInterval: iterations from one penalty update to the next; nil when there is none.
  public init(
    rate: Double = 0.002, beta1: Double = 0, beta2: Double = 0.99, epsilon: Double = 1e-8,
    lazyInterval: Int? = nil
  ) {
    let share = lazyInterval.map { Double($0) / Double($0 + 1) } ?? 1
    self.rate = rate * share
    self.beta1 = pow(beta1, share)
    self.beta2 = pow(beta2, share)
    self.epsilon = epsilon
  }

  /// The optimiser of the generator: path length every 4 iterations.
  public static var generator: Adam { Adam(lazyInterval: PathLength.interval) }
  /// The optimiser of the discriminator: R1 every 16 iterations.
  public static var discriminator: Adam { Adam(lazyInterval: GradientPenalty.interval) }

  /// One update.
  ///
  /// - Parameters:
  ///   - parameters: what is optimised; parameters without a gradient stay as they are, and so does
  ///     what is remembered of them.
  ///   - gradients: by parameter name.
  /// - Returns: the updated parameters, constants.
  public mutating func updated(
    _ parameters: Parameters, with gradients: [String: Tensor]
  ) -> Parameters {
    step += 1
    let (meanBias, squareBias) = (1 - pow(beta1, Double(step)), 1 - pow(beta2, Double(step)))
    var result = parameters
    withoutGradients {
      for (name, gradient) in gradients {
        let old = parameters[name].detached()
        let g = gradient.detached()
        let m = blended(mean[name], g, beta1)
        let v = blended(square[name], g.squared(), beta2)
        let direction = (m / meanBias) / ((v / squareBias).squareRoot() + epsilon)
        result.tensors[name] = old - direction * rate
        (mean[name], square[name]) = (m, v)
      }
    }
    return result
  }

  private func blended(_ old: Tensor?, _ new: Tensor, _ beta: Double) -> Tensor {
    let share = new * (1 - beta)
    return old.map { $0 * beta + share } ?? share
  }
}
