import Tensors

/// Over what the masked difference is averaged.
public enum MaskedMean: String, Sendable, CaseIterable {
  /// The pixels that were not edited.
  case outside
  /// The whole image.
  case wholeImage
}

/// How much an edit changed a portrait.
///
/// Paper §4.1, equation 14.
///
///     D_mean = 1/(3·W·H) Σ_c Σ_{i,j} |p_edited(i,j,c) − p_original(i,j,c)|          Eq. 14
///
/// | Paper          | Code                                | Shape       | Unit or range        |
/// |----------------|-------------------------------------|-------------|----------------------|
/// | p_original     | `original`                          | `[3, H, W]` | as given             |
/// | p_edited       | `edited`                            | `[3, H, W]` | as given             |
/// | difference map | `differenceMap(_:_:)`               | `[H, W]`    | ≥ 0, mean of R, G, B |
/// | D_mean         | `mean(_:_:)`                        | scalar      | ≥ 0                  |
/// | edited region  | `editedRegion`                      | `[H, W]`    | 1 where edited, or 0 |
/// | D_mean^masked  | `maskedMean(_:_:editedRegion:)`     | scalar      | ≥ 0                  |
///
/// Departure from the paper: none. Open choices: the range of pixel values is the caller's (published
/// figures are for 0 … 1); the masked mean divides by the pixels outside the edited region, with the
/// whole image as the alternative, because the paper does not give its denominator (PaperNotes 14).
public struct MeanDifference: Sendable, Equatable {
  /// The denominator of the masked mean.
  public var maskedMean: MaskedMean

  /// The measure with a choice of the masked mean's denominator.
  public init(maskedMean: MaskedMean = .outside) { self.maskedMean = maskedMean }

  /// The mean over R, G and B of the absolute difference at every pixel, `[H, W]`.
  public func differenceMap(_ original: Tensor, _ edited: Tensor) -> Tensor {
    requireShape(original, [3, nil, nil], "original", axes: "[3, H, W]")
    requireShape(edited, original.shape, "edited", axes: "[3, H, W]")
    return (edited - original).absolute().mean([0])
  }

  /// D_mean, equation 14: the mean of the difference map.
  public func mean(_ original: Tensor, _ edited: Tensor) -> Tensor {
    differenceMap(original, edited).mean()
  }

  /// D_mean^masked: the same outside the edited region.
  ///
  /// - Parameters:
  ///   - original: `[3, H, W]`.
  ///   - edited: `[3, H, W]`.
  ///   - editedRegion: `[H, W]`, 1 where the edit was meant to change something, 0 elsewhere.
  /// - Returns: a scalar; not a number when the region is the whole image and the mean is over what
  ///   is outside.
  public func maskedMean(_ original: Tensor, _ edited: Tensor, editedRegion: Tensor) -> Tensor {
    let kept = 1 - editedRegion
    let differences = differenceMap(original, edited)
    requireShape(editedRegion, differences.shape, "editedRegion", axes: "[H, W]")
    switch maskedMean {
    case .outside: return (differences * kept).sum() / kept.sum()
    case .wholeImage: return (differences * kept).mean()
    }
  }
}
