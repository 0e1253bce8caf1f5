import Foundation
import Networks
import Tensors

/// The optimiser of both networks (Kingma and Ba, 2015).
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
///
/// Where a penalty takes an update of its own every n iterations there are (n + 1)/n updates for each
/// one there would be without; the rate is then multiplied by n/(n + 1) and β raised to that power
/// (StyleGAN2's correction for lazy regularisation).
///
/// t counts the updates of the optimiser, all parameters alike. A parameter without a gradient in one
/// of them (path length reaches no mask head) keeps its moments, so that its correction runs ahead by
/// at most the share of such updates, in the first hundreds of them; every parameter must have a
/// gradient in the first update, or its first step would be 1/√(1 − β₂) times the rate.
public struct Adam: Sendable {
  /// The size of a step; may change from update to update.
  public var rate: Double
  /// How long gradients are remembered; 0 in the reference systems.
  public let beta1: Double
  /// How long squared gradients are remembered.
  public let beta2: Double
  /// Keeps a step finite where gradients vanish.
  public let epsilon: Double

  /// Updates made so far, t.
  public private(set) var step = 0
  /// m by parameter name; empty before the first update, and where β₁ is 0.
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

  /// The same optimiser after updates that were made before, with what it remembers of them.
  ///
  /// - Parameters:
  ///   - step: updates made so far.
  ///   - mean: m by parameter name.
  ///   - square: v by parameter name.
  /// - Returns: an optimiser that goes on where that one was.
  public func resumed(step: Int, mean: [String: Tensor], square: [String: Tensor]) -> Adam {
    var adam = self
    (adam.step, adam.mean, adam.square) = (step, mean, square)
    return adam
  }

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
    var result = parameters
    for (name, gradient) in gradients {
      let old = parameters[name].detached()
      switch old.scalarType {
      case .float32: result.tensors[name] = updated(name, old, gradient, Float.self)
      default: result.tensors[name] = updated(name, old, gradient, Double.self)
      }
    }
    return result
  }

  /// The formula for every element, in one pass over the parameter.
  private mutating func updated<T: TensorScalar & BinaryFloatingPoint>(
    _ name: String, _ parameter: Tensor, _ gradient: Tensor, _ type: T.Type
  ) -> Tensor {
    let (beta1, beta2, rate, epsilon) = (T(beta1), T(beta2), T(rate), T(epsilon))
    let meanBias = T(1 - pow(self.beta1, Double(step)))
    let squareBias = T(1 - pow(self.beta2, Double(step)))
    let nothing = Tensor(repeating: 0, parameter.shape, parameter.scalarType)
    var inputs = [parameter, gradient, square[name] ?? nothing]
    // With β₁ = 0 the mean is the gradient itself, and nothing need be kept.
    let remembers = beta1 != 0
    if remembers { inputs.append(mean[name] ?? nothing) }
    let made = Tensor.looped(T.self, over: inputs, results: remembers ? 3 : 2) { x, y, range in
      let (p, g, v) = (x[0], x[1], x[2])
      let (newP, newV) = (y[0], y[1])
      for i in range {
        var m = g[i]
        if remembers {
          m = beta1 * x[3][i] + (1 - beta1) * m
          y[2][i] = m
        }
        let v = beta2 * v[i] + (1 - beta2) * (g[i] * g[i])
        newV[i] = v
        newP[i] = p[i] - rate * (m / meanBias) / ((v / squareBias).squareRoot() + epsilon)
      }
    }
    square[name] = made[1]
    if remembers { mean[name] = made[2] }
    return made[0]
  }
}
