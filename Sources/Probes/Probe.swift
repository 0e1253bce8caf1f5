import Tensors

/// A named intermediate tensor of a model, with its description.
public struct Recording: Sendable {
  /// The dump name, for example `part01_psi`; a slash makes a folder.
  public let name: String
  /// The values.
  public let tensor: Tensor
  /// The axes by letter, for example `[D, H, W]`.
  public let axes: String
  /// The unit of the values; empty if they have none.
  public let unit: String
  /// The equation that computes the tensor; empty if there is none.
  public let equation: String
  /// What the tensor means and how it is shown.
  public let meaning: TensorMeaning

  /// Describes a tensor by its name, axes, unit, equation and meaning.
  public init(
    name: String, tensor: Tensor, axes: String, unit: String = "", equation: String = "",
    meaning: TensorMeaning = TensorMeaning()
  ) {
    self.name = name
    self.tensor = tensor
    self.axes = axes
    self.unit = unit
    self.equation = equation
    self.meaning = meaning
  }
}

/// A receiver for the intermediate tensors of a model.
///
/// If no probe is installed, `record` costs one comparison and the tensor is not computed.
public struct Probe: Sendable {
  private let receive: (@Sendable (Recording) -> Void)?
  private let isWanted: @Sendable (String) -> Bool

  /// Creates a probe that passes every recording to a closure.
  public init(_ receive: @escaping @Sendable (Recording) -> Void) {
    self.init(receive, isWanted: { _ in true })
  }

  fileprivate init(
    _ receive: (@Sendable (Recording) -> Void)?, isWanted: @escaping @Sendable (String) -> Bool
  ) {
    self.receive = receive
    self.isWanted = isWanted
  }

  /// A probe that receives nothing.
  public static let none = Probe(nil, isWanted: { _ in false })

  /// Whether the probe receives recordings; lets a model skip loops that only prepare recordings.
  public var isInstalled: Bool { receive != nil }

  /// Returns whether the probe receives the tensor of this name; useful for work that recordings share.
  public func wants(_ name: String) -> Bool { receive != nil && isWanted(name) }

  /// Returns a probe that receives only these names; other tensors are not computed.
  public func only(_ names: Set<String>) -> Probe {
    Probe(receive) { [isWanted] in names.contains($0) && isWanted($0) }
  }

  /// Passes a tensor to the probe; the tensor is computed only if the probe receives it.
  ///
  /// - Parameters:
  ///   - name: the dump name, for example `part01_psi`.
  ///   - axes: the axes by letter, for example `[D, H, W]`.
  ///   - unit: the unit of the values; empty if they have none.
  ///   - equation: the equation that computes the tensor; empty if there is none.
  ///   - meaning: what the tensor means and how it is shown.
  ///   - tensor: the values; evaluated only if the probe receives the name.
  public func record(
    _ name: String, axes: String, unit: String = "", equation: String = "",
    meaning: @autoclosure () -> TensorMeaning = TensorMeaning(),
    _ tensor: @autoclosure () -> Tensor
  ) {
    guard let receive, isWanted(name) else { return }
    receive(
      Recording(
        name: name, tensor: tensor().detached(), axes: axes, unit: unit, equation: equation,
        meaning: meaning()))
  }

  /// Passes on a recording that another probe received.
  public func pass(_ recording: Recording) {
    guard let receive, isWanted(recording.name) else { return }
    receive(recording)
  }

  /// Returns a probe that prefixes every name with a folder.
  public func inside(_ folder: String) -> Probe {
    guard let receive else { return .none }
    return Probe(
      { recording in
        receive(
          Recording(
            name: "\(folder)/\(recording.name)", tensor: recording.tensor, axes: recording.axes,
            unit: recording.unit, equation: recording.equation, meaning: recording.meaning))
      }, isWanted: { [isWanted] in isWanted("\(folder)/\($0)") })
  }
}
