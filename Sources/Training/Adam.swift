import Foundation
import Networks
import Tensors

/// The optimizer of both networks, Adam (Kingma and Ba, 2015).
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
///
/// If a penalty has an update of its own every n iterations, there are n + 1 updates instead of n. The
/// learning rate is then multiplied by n/(n + 1), and β₁ and β₂ are raised to that power. The
/// correction is StyleGAN2's for lazy regularization.
///
/// All parameters share t, the number of updates of the optimizer. A parameter without a gradient
/// in an update keeps its moments: path length, for example, has no gradient for the mask heads.
/// The bias correction of such a parameter is slightly too far advanced in the first few hundred
/// updates, by at most the fraction of updates that gave it no gradient. Every parameter must have
/// a gradient in the first update, or its first step would be 1/√(1 − β₂) times the learning rate.
public struct Adam: Sendable {
  /// The learning rate, which may change from update to update.
  public var rate: Double
  /// The decay β₁ of the mean of gradients; 0 in the reference systems.
  public let beta1: Double
  /// The decay β₂ of the mean of squared gradients.
  public let beta2: Double
  /// The number ε, which keeps a step finite if gradients vanish.
  public let epsilon: Double

  /// The number t of updates made so far.
  public private(set) var step = 0
  /// The means m of gradients by parameter name; empty before the first update, or if β₁ is 0.
  public private(set) var mean: [String: Tensor] = [:]
  /// The means v of squared gradients by parameter name; empty before the first update.
  public private(set) var square: [String: Tensor] = [:]

  /// Creates an optimizer that has made no update.
  ///
  /// - Parameters:
  ///   - rate: the learning rate before the correction.
  ///   - beta1: the decay β₁ before the correction.
  ///   - beta2: the decay β₂ before the correction.
  ///   - epsilon: the number ε, which is added to the square root.
  ///   - lazyInterval: the iterations from one penalty update to the next; nil for no correction.
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

  /// Returns this optimizer with the state of earlier updates.
  ///
  /// - Parameters:
  ///   - step: the number t of updates made so far.
  ///   - mean: m by parameter name.
  ///   - square: v by parameter name.
  /// - Returns: an optimizer that continues from this state.
  public func resumed(step: Int, mean: [String: Tensor], square: [String: Tensor]) -> Adam {
    var adam = self
    (adam.step, adam.mean, adam.square) = (step, mean, square)
    return adam
  }

  /// Makes one update.
  ///
  /// - Parameters:
  ///   - parameters: the parameters to optimize; those without a gradient stay as they are, and so do
  ///     their moments.
  ///   - gradients: the gradients by parameter name.
  /// - Returns: the updated parameters, detached.
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

  /// Applies the formula to every element, in one pass over the parameter.
  private mutating func updated<T: TensorScalar & BinaryFloatingPoint>(
    _ name: String, _ parameter: Tensor, _ gradient: Tensor, _ type: T.Type
  ) -> Tensor {
    let (beta1, beta2, rate, epsilon) = (T(beta1), T(beta2), T(rate), T(epsilon))
    let meanBias = T(1 - pow(self.beta1, Double(step)))
    let squareBias = T(1 - pow(self.beta2, Double(step)))
    let nothing = Tensor(repeating: 0, parameter.shape, parameter.scalarType)
    var inputs = [parameter, gradient, square[name] ?? nothing]
    // With β₁ = 0, the mean is the gradient itself and need not be stored.
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
