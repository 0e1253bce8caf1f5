import Tensors

/// The weights of a network: tensors by their names on disk.
///
/// A layer finds its tensors by the prefix of their names, so the same code uses weights from a
/// checkpoint, fresh weights and tracked weights.
public struct Parameters: Sendable {
  /// All tensors by their full names.
  public var tensors: [String: Tensor]
  /// The prefix of every name that is looked up; ends with a dot unless empty.
  let prefix: String

  /// Creates parameters from all tensors of a network.
  public init(_ tensors: [String: Tensor] = [:]) {
    self.init(tensors, prefix: "")
  }

  private init(_ tensors: [String: Tensor], prefix: String) {
    self.tensors = tensors
    self.prefix = prefix
  }

  /// Accesses the tensor with this name; a missing tensor is a programming error and stops the program.
  ///
  /// Files are checked against the expected names and shapes before they become `Parameters`.
  public subscript(name: String) -> Tensor {
    guard let tensor = tensors[prefix + name] else {
      fatalError("Parameters: there is no tensor \(prefix)\(name)")
    }
    return tensor
  }

  /// Returns whether there is a tensor with this name.
  public func contains(_ name: String) -> Bool { tensors[prefix + name] != nil }

  /// Returns the tensors whose names begin with `name` and a dot, with this prefix removed.
  public func scope(_ name: String) -> Parameters {
    Parameters(tensors, prefix: prefix + name + ".")
  }

  /// Returns these parameters, tracked for gradients under their names.
  public func tracked() -> Parameters {
    Parameters(
      Dictionary(uniqueKeysWithValues: tensors.map { ($0, $1.tracked(as: $0)) }), prefix: prefix)
  }

  /// Returns these parameters in another precision.
  public func cast(to type: ScalarType) -> Parameters {
    Parameters(tensors.mapValues { $0.cast(to: type) }, prefix: prefix)
  }
}
