/// What a recorded tensor means: a sentence about it, and how its values are to be shown.
public struct TensorMeaning: Sendable, Hashable {
  /// What the tensor is, in one or two sentences.
  public var caption: String
  /// How the values are read.
  public var scale: ValueScale
  /// The meaning of each row of a matrix, `[R, L]`; empty if the rows are only numbered.
  public var rows: [RowLabel]

  /// Describes a tensor; without arguments, nothing is known about it.
  public init(
    _ caption: String = "", scale: ValueScale = .automatic, rows: [RowLabel] = []
  ) {
    self.caption = caption
    self.scale = scale
    self.rows = rows
  }
}

/// How the values of a tensor are read.
///
/// The scale determines the color map of a picture. A tensor of known meaning therefore has the same
/// color map whatever its values are, and tensors that share an end of the scale can be compared.
public enum ValueScale: Sendable, Hashable {
  /// Nothing is known: the smallest and the largest value decide.
  case automatic
  /// Values from 0. The value of the brightest color follows; nil for the largest value.
  case unsigned(to: Double?)
  /// Values around 0. The magnitude of the strongest colors follows; nil for the largest magnitude.
  case signed(reach: Double?)
  /// Shares between 0 and 1; those of the parts of a pixel sum to 1.
  case share
  /// Red, green and blue: −1 is black, 1 is white.
  case color
  /// Depths, shown with the near end bright.
  case depth(DepthScale)
}

/// How depths are read; a picture shows the near end bright and the far end dark.
public struct DepthScale: Sendable, Hashable {
  /// The end of the range that is nearest to the camera.
  public enum NearEnd: Sendable {
    /// Large values are near, as for depths in planes.
    case largest
    /// Small values are near, as for distances along a ray.
    case smallest
  }

  /// The end of the range that is near.
  public var near: NearEnd
  /// What the depths are measured from, for example "along the ray".
  public var reference: String
  /// The values at the two ends of the colors; nil for those of the tensor.
  public var range: ClosedRange<Double>?

  /// Describes depths.
  public init(near: NearEnd, reference: String, range: ClosedRange<Double>? = nil) {
    self.near = near
    self.reference = reference
    self.range = range
  }
}

/// The meaning of a row of latents.
public struct RowLabel: Sendable, Hashable {
  /// The kind of the row, for example "shape".
  public var kind: String
  /// The part that the row belongs to; nil if it belongs to all of them.
  public var part: Int?

  /// Creates a label of a kind and a part.
  public init(_ kind: String, part: Int? = nil) {
    self.kind = kind
    self.part = part
  }
}
