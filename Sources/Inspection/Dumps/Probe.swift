import Tensors

/// A named tensor on its way through a model.
public struct Recording: Sendable {
  /// The dump name, for example `part01_psi`; a slash makes a folder.
  public let name: String
  /// The numbers.
  public let tensor: Tensor
  /// The axes by letter, for example `[D, H, W]`.
  public let axes: String
  /// The unit of the values; empty when they have none.
  public let unit: String
  /// The equation that made it; empty when none did.
  public let equation: String
}

/// Where a model hands the tensors that flow through it, to be seen.
///
/// Without a probe installed, `record` costs one comparison: the tensor is not even computed.
public struct Probe: Sendable {
  private let receive: (@Sendable (Recording) -> Void)?
  private let isWanted: @Sendable (String) -> Bool

  /// A probe that hands every recording to a closure.
  public init(_ receive: @escaping @Sendable (Recording) -> Void) {
    self.init(receive, isWanted: { _ in true })
  }

  fileprivate init(
    _ receive: (@Sendable (Recording) -> Void)?, isWanted: @escaping @Sendable (String) -> Bool
  ) {
    self.receive = receive
    self.isWanted = isWanted
  }

  /// Nobody looks.
  public static let none = Probe(nil, isWanted: { _ in false })

  /// Whether somebody looks; for loops that would only prepare recordings.
  public var isInstalled: Bool { receive != nil }

  /// Whether somebody looks at the tensor of this name; for what many recordings share.
  public func wants(_ name: String) -> Bool { receive != nil && isWanted(name) }

  /// A probe that looks at these names alone; other tensors are not even computed.
  public func only(_ names: Set<String>) -> Probe {
    Probe(receive) { [isWanted] in names.contains($0) && isWanted($0) }
  }

  /// Hands a tensor to whoever looks; the tensor is computed only then.
  ///
  /// - Parameters:
  ///   - name: the dump name, for example `part01_psi`.
  ///   - axes: the axes by letter, for example `[D, H, W]`.
  ///   - unit: the unit of the values; empty when they have none.
  ///   - equation: the equation that made it; empty when none did.
  ///   - tensor: the numbers; evaluated only when a probe is installed.
  public func record(
    _ name: String, axes: String, unit: String = "", equation: String = "",
    _ tensor: @autoclosure () -> Tensor
  ) {
    guard let receive, isWanted(name) else { return }
    receive(
      Recording(
        name: name, tensor: tensor().detached(), axes: axes, unit: unit, equation: equation))
  }

  /// Hands on what another probe received.
  public func pass(_ recording: Recording) {
    guard let receive, isWanted(recording.name) else { return }
    receive(recording)
  }

  /// A probe that puts a folder in front of every name.
  public func inside(_ folder: String) -> Probe {
    guard let receive else { return .none }
    return Probe(
      { recording in
        receive(
          Recording(
            name: "\(folder)/\(recording.name)", tensor: recording.tensor, axes: recording.axes,
            unit: recording.unit, equation: recording.equation))
      }, isWanted: { [isWanted] in isWanted("\(folder)/\($0)") })
  }
}
