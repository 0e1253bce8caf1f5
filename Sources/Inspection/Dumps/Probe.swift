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

  /// A probe that hands every recording to a closure.
  public init(_ receive: @escaping @Sendable (Recording) -> Void) { self.receive = receive }

  private init() { receive = nil }

  /// Nobody looks.
  public static let none = Probe()

  /// Whether somebody looks; for loops that would only prepare recordings.
  public var isInstalled: Bool { receive != nil }

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
    guard let receive else { return }
    receive(
      Recording(
        name: name, tensor: tensor().detached(), axes: axes, unit: unit, equation: equation))
  }

  /// A probe that puts a folder in front of every name.
  public func inside(_ folder: String) -> Probe {
    guard let receive else { return .none }
    return Probe { recording in
      receive(
        Recording(
          name: "\(folder)/\(recording.name)", tensor: recording.tensor, axes: recording.axes,
          unit: recording.unit, equation: recording.equation))
    }
  }
}
