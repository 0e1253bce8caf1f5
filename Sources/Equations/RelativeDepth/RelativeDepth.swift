import Tensors

/// Whether the depths of facial parts are predicted relative to the face.
public enum DepthMode: String, Sendable, CaseIterable, Codable {
  /// d̂_k = d_k + d_face for parts 2 and up, §3.2.
  case relative
  /// d̂_k = d_k for every part: the ablation of Fig. 7 and Table 3.
  case absolute
}

/// The depth of every part in the volume, from the depths that the part generators predict.
///
/// Paper §3.2 (in the text after equation 7; the formula has no number).
///
///     d̂_k(x,y) = d_k(x,y) + d_face(x,y)     k = 2, 3, …: parts on or around the face
///     d̂_k(x,y) = d_k(x,y)                    k = 0, 1: background and face base
///
/// The generator of the nose learns how far the nose protrudes from the face, and the face base alone
/// determines where the face is. When the face moves, its parts move with it.
///
/// | Paper  | Code                | Shape          | Unit or range                          |
/// |--------|---------------------|----------------|----------------------------------------|
/// | d_k    | `relativeDepth`     | `[…, K, H, W]` | depth planes, any sign                 |
/// | d_face | part 1 of the above | `[…, H, W]`    | depth planes                           |
/// | d̂_k   | `absoluteDepth`     | `[…, K, H, W]` | depth planes, not clamped to 0 … D − 1 |
///
/// The gradient with respect to d_face is the sum of the gradients with respect to the d̂ of the face
/// base and of all parts above it.
///
/// Departure from the paper: none with `relative`; `absolute` is the paper's own ablation. Open choice:
/// the paper does not list the parts that are relative to the face; here, all parts except background
/// and face base are (PaperNotes 11).
public struct RelativeDepth: Sendable, Equatable {
  /// Whether depths are relative to the face.
  public var mode: DepthMode

  /// Creates the rule of §3.2, or its ablation.
  public init(_ mode: DepthMode = .relative) { self.mode = mode }

  /// The number of the part that the others are relative to, the face base.
  public static let facePart = 1

  /// Returns d̂, the depth of every part in the volume: `[…, K, H, W]` → `[…, K, H, W]`.
  public func absoluteDepth(of relativeDepth: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    let (own, above, face) = split(relativeDepth, "absoluteDepth(of:): relativeDepth")
    return above.map { .concatenated([own, $0 + face], axis: -3) } ?? relativeDepth
  }

  /// Returns d, the depths that give d̂: the inverse of `absoluteDepth(of:)`.
  ///
  /// A measured portrait has absolute depths, while the part generators predict relative ones.
  public func relativeDepth(of absoluteDepth: Tensor) -> Tensor {
    let (own, above, face) = split(absoluteDepth, "relativeDepth(of:): absoluteDepth")
    return above.map { .concatenated([own, $0 - face], axis: -3) } ?? absoluteDepth
  }

  /// Returns the parts with depths of their own, the parts above the face (nil if there are none), and
  /// the face.
  private func split(_ depth: Tensor, _ argument: String) -> (Tensor, Tensor?, Tensor) {
    require(
      depth.rank >= 3 && depth.shape[depth.rank - 3] > Self.facePart,
      "\(argument) has shape \(depth.shape), expected [.., K, H, W] with 2 parts or more")
    let parts = depth.shape[depth.rank - 3]
    let first = Self.facePart + 1
    guard mode == .relative, parts > first else { return (depth, nil, depth) }
    return (
      depth.sliced(axis: -3, from: 0, length: first),
      depth.sliced(axis: -3, from: first, length: parts - first),
      depth.sliced(axis: -3, from: Self.facePart, length: 1)
    )
  }
}
