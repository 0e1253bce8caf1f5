import Tensors

/// The pixels over which the masked difference is averaged.
public enum MaskedDenominator: String, Sendable, CaseIterable {
  /// The pixels that were not edited.
  case outside
  /// The whole image.
  case wholeImage
}

/// A measure of how much an edit changes a portrait.
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
/// Departure from the paper: none. Open choices: the paper gives no range of pixel values, so the
/// caller chooses it; 0 … 1 fits the paper's figures (PaperNotes 33). The paper gives no denominator
/// for the masked mean; by default it is the number of pixels outside the edited region, and
/// alternatively that of the whole image (PaperNotes 14).
public struct MeanDifference: Sendable, Equatable {
  /// The pixels whose number is the denominator of the masked mean.
  public var denominator: MaskedDenominator

  /// Creates the measure with a choice of the masked mean's denominator.
  public init(denominator: MaskedDenominator = .outside) { self.denominator = denominator }

  /// Returns the mean over R, G and B of the absolute difference at every pixel, `[H, W]`.
  public func differenceMap(_ original: Tensor, _ edited: Tensor) -> Tensor {
    requireShape(original, [3, nil, nil], "original", axes: "[3, H, W]")
    requireShape(edited, original.shape, "edited", axes: "[3, H, W]")
    return (edited - original).absolute().mean(axes: [0])
  }

  /// Returns D_mean, equation 14: the mean of the difference map.
  public func mean(_ original: Tensor, _ edited: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    return differenceMap(original, edited).mean()
  }

  /// Returns the difference map without the edited region, as on the right of the paper's figure 4.
  ///
  /// - Parameters:
  ///   - original: `[3, H, W]`.
  ///   - edited: `[3, H, W]`.
  ///   - editedRegion: `[H, W]`, of any type; 1 where the edit was meant to change something, else 0;
  ///     any other value stops the program.
  /// - Returns: `[H, W]`, 0 in the edited region.
  public func maskedDifferenceMap(
    _ original: Tensor, _ edited: Tensor, editedRegion: Tensor
  ) -> Tensor {
    let differences = differenceMap(original, edited)
    requireShape(editedRegion, differences.shape, "editedRegion", axes: "[H, W]")
    return differences * kept(editedRegion, differences.scalarType)
  }

  /// Returns D_mean^masked: the mean of the masked difference map over the pixels of `denominator`.
  ///
  /// - Parameters:
  ///   - original: `[3, H, W]`.
  ///   - edited: `[3, H, W]`.
  ///   - editedRegion: `[H, W]`, of any type; 1 where the edit was meant to change something, else 0;
  ///     any other value stops the program.
  /// - Returns: a scalar; NaN if no pixel is left to average over.
  public func maskedMean(_ original: Tensor, _ edited: Tensor, editedRegion: Tensor) -> Tensor {
    let differences = maskedDifferenceMap(original, edited, editedRegion: editedRegion)
    switch denominator {
    case .outside: return differences.sum() / kept(editedRegion, differences.scalarType).sum()
    case .wholeImage: return differences.mean()
    }
  }

  /// Returns 1 for every pixel that was not edited, and 0 for the others.
  private func kept(_ editedRegion: Tensor, _ type: ScalarType) -> Tensor {
    // A value between 0 and 1 would weight a pixel in the sum and in the count, and a mask on the
    // scale −1 … 1 would count some pixels twice.
    let strange = editedRegion.scalars.first { $0 != 0 && $0 != 1 }
    require(
      strange == nil,
      "MeanDifference: editedRegion has the value \(strange ?? 0), expected 0 or 1 everywhere")
    return 1 - editedRegion.cast(to: type)
  }
}
