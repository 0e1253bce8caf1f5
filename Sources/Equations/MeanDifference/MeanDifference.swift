import Tensors

/// Over what the masked difference is averaged.
public enum MaskedDenominator: String, Sendable, CaseIterable {
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
/// | masked map     | `maskedDifferenceMap(…)`            | `[H, W]`    | 0 where edited       |
/// | D_mean^masked  | `maskedMean(_:_:editedRegion:)`     | scalar      | ≥ 0                  |
///
/// Departure from the paper: none. Open choices: the range of pixel values is the caller's; the paper
/// gives none, and 0 … 1 fits its figures (PaperNotes 33). The masked mean divides by the pixels
/// outside the edited region, with the whole image as the alternative, because the paper gives no
/// denominator (PaperNotes 14).
public struct MeanDifference: Sendable, Equatable {
  /// What the masked mean divides by.
  public var denominator: MaskedDenominator

  /// The measure with a choice of the masked mean's denominator.
  public init(denominator: MaskedDenominator = .outside) { self.denominator = denominator }

  /// The mean over R, G and B of the absolute difference at every pixel, `[H, W]`.
  public func differenceMap(_ original: Tensor, _ edited: Tensor) -> Tensor {
    requireShape(original, [3, nil, nil], "original", axes: "[3, H, W]")
    requireShape(edited, original.shape, "edited", axes: "[3, H, W]")
    return (edited - original).absolute().mean(axes: [0])
  }

  /// D_mean, equation 14: the mean of the difference map.
  public func mean(_ original: Tensor, _ edited: Tensor) -> Tensor {
    EquationTrace.mark("Eq. 14", Self.self)
    return differenceMap(original, edited).mean()
  }

  /// The difference map with the edited region removed, the right-hand maps of the paper's figure 4.
  ///
  /// - Parameters:
  ///   - original: `[3, H, W]`.
  ///   - edited: `[3, H, W]`.
  ///   - editedRegion: `[H, W]`, of any type; 1 where the edit was meant to change something, else 0;
  ///     any other value stops the program.
  /// - Returns: `[H, W]`.
  public func maskedDifferenceMap(
    _ original: Tensor, _ edited: Tensor, editedRegion: Tensor
  ) -> Tensor {
    let differences = differenceMap(original, edited)
    requireShape(editedRegion, differences.shape, "editedRegion", axes: "[H, W]")
    return differences * kept(editedRegion, differences.scalarType)
  }

  /// D_mean^masked: the mean of the masked difference map, over the pixels `denominator` says.
  ///
  /// - Parameters:
  ///   - original: `[3, H, W]`.
  ///   - edited: `[3, H, W]`.
  ///   - editedRegion: `[H, W]`, of any type; 1 where the edit was meant to change something, else 0;
  ///     any other value stops the program.
  /// - Returns: a scalar; not a number where no pixel is left to average over.
  public func maskedMean(_ original: Tensor, _ edited: Tensor, editedRegion: Tensor) -> Tensor {
    let differences = maskedDifferenceMap(original, edited, editedRegion: editedRegion)
    switch denominator {
    case .outside: return differences.sum() / kept(editedRegion, differences.scalarType).sum()
    case .wholeImage: return differences.mean()
    }
  }

  /// 1 where the pixel was not edited, 0 where it was.
  private func kept(_ editedRegion: Tensor, _ type: ScalarType) -> Tensor {
    // A part of a pixel would be weighted in the sum and in the count, and a mask that travels as
    // −1 … 1 would count some pixels twice.
    let strange = editedRegion.scalars.first { $0 != 0 && $0 != 1 }
    require(
      strange == nil,
      "MeanDifference: editedRegion has the value \(strange ?? 0), expected 0 or 1 everywhere")
    return 1 - editedRegion.cast(to: type)
  }
}
