import Tensors

/// Named tensors: the weights of a network, by the names they have on disk.
///
/// A layer finds its own by the prefix of its name, so the same code reads a checkpoint, fresh weights
/// and tracked ones.
public struct Parameters: Sendable {
  /// Every tensor by its full name.
  public var tensors: [String: Tensor]
  /// What is put in front of every name that is looked up; ends with a dot unless empty.
  let prefix: String

  /// All tensors of a network.
  public init(_ tensors: [String: Tensor] = [:]) {
    self.init(tensors, prefix: "")
  }

  private init(_ tensors: [String: Tensor], prefix: String) {
    self.tensors = tensors
    self.prefix = prefix
  }

  /// The tensor of that name; one that is missing is the caller's mistake and stops.
  ///
  /// Files are checked against the expected names and shapes before they become `Parameters`.
  public subscript(name: String) -> Tensor {
    guard let tensor = tensors[prefix + name] else {
      fatalError("Parameters: there is no tensor \(prefix)\(name)")
    }
    return tensor
  }

  /// Whether there is a tensor of that name.
  public func contains(_ name: String) -> Bool { tensors[prefix + name] != nil }

  /// The tensors whose names begin with `name` and a dot, under the rest of their names.
  public func scope(_ name: String) -> Parameters {
    Parameters(tensors, prefix: prefix + name + ".")
  }

  /// Every tensor as a starting point of gradients, called by its name.
  public func tracked() -> Parameters {
    Parameters(
      Dictionary(uniqueKeysWithValues: tensors.map { ($0, $1.tracked(as: $0)) }), prefix: prefix)
  }

  /// Every tensor in another precision.
  public func cast(to type: ScalarType) -> Parameters {
    Parameters(tensors.mapValues { $0.cast(to: type) }, prefix: prefix)
  }
}
