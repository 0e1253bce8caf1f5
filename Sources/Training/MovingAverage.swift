import Foundation
import Networks
import Tensors

/// The moving average of the generator's parameters, which is shown, evaluated and shipped.
///
///     average ← d · average + (1 − d) · parameters,   d = 0.5^(32/10000) = 0.99778
///
/// There is one update per iteration, for any batch size. Half of the average's weight belongs to the
/// last 312 iterations.
public struct MovingAverage: Sendable {
  /// The decay d of the reference systems.
  public static let decay = pow(0.5, 32.0 / 10_000)

  /// The averaged parameters.
  public private(set) var parameters: Parameters
  /// The decay d.
  public let decay: Double

  /// Creates an average that starts at the given parameters.
  public init(_ parameters: Parameters, decay: Double = MovingAverage.decay) {
    self.parameters = parameters
    self.decay = decay
  }

  /// Moves the average toward new parameters; parameters that are not trained are copied.
  ///
  /// - Parameters:
  ///   - current: the parameters of this iteration.
  ///   - trained: the names of the parameters that are averaged.
  public mutating func follow(_ current: Parameters, trained: Set<String>) {
    for (name, tensor) in current.tensors {
      let new = tensor.detached()
      guard trained.contains(name), let old = parameters.tensors[name] else {
        parameters.tensors[name] = new
        continue
      }
      parameters.tensors[name] =
        new.scalarType == .float32
        ? averaged(old, new, Float.self) : averaged(old, new, Double.self)
    }
  }

  private func averaged<T: TensorScalar & BinaryFloatingPoint>(
    _ old: Tensor, _ new: Tensor, _ type: T.Type
  ) -> Tensor {
    let decay = T(decay)
    return Tensor.looped(T.self, over: [old, new], results: 1) { x, y, range in
      let (old, new, average) = (x[0], x[1], y[0])
      for i in range { average[i] = decay * old[i] + (1 - decay) * new[i] }
    }[0]
  }
}
