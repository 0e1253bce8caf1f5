import Tensors

// What the factorization makes possible: mixing, swapping and truncating latents part by part.
extension WPlusFactorization {
  /// W⁺ with one part's shape, texture or both taken from another W⁺ (the paper's Fig.
  ///
  /// 1 and 10).
  ///
  /// - Parameters:
  ///   - aspect: what is taken over.
  ///   - part: the part, 0 ..< K.
  ///   - wplus: the portrait that is edited, `[B, rows, L]`.
  ///   - donor: the portrait the part comes from, of the same shape.
  /// - Returns: the edited W⁺; all other rows are those of `wplus`, bit for bit.
  public func swapping(
    _ aspect: PartAspect, ofPart part: Int, in wplus: Tensor, with donor: Tensor
  ) -> Tensor {
    precondition(
      part >= 0 && part < parts,
      "swapping(_:ofPart:in:with:): part is \(part), expected 0 ..< \(parts)")
    requireShape(wplus, [nil, rows, nil], "wplus", axes: "[B, rows, L]")
    requireShape(donor, wplus.shape, "donor", axes: "[B, rows, L]")
    let first = baseLayers + 2 * part + (aspect == .texture ? 1 : 0)
    let length = aspect == .both ? 2 : 1
    return .concatenated(
      [
        wplus.sliced(1, from: 0, length: first),
        donor.sliced(1, from: first, length: length),
        wplus.sliced(1, from: first + length, length: rows - first - length),
      ], 1)
  }

  /// Style mixing of training: the base from the first latent, and for every part one of three cases.
  ///
  /// - Parameters:
  ///   - first: the latent that gives the base, `[B, L]`.
  ///   - second: the other latent, `[B, L]`.
  ///   - choices: `[B, K]`, int32: 0 takes (shape, texture) from (first, first), 1 from
  ///     (first, second), 2 from (second, second). The fourth case never occurs.
  /// - Returns: `[B, rows, L]`.
  public func mixed(_ first: Tensor, _ second: Tensor, choices: Tensor) -> Tensor {
    requireShape(first, [nil, nil], "first", axes: "[B, L]")
    requireShape(second, first.shape, "second", axes: "[B, L]")
    requireShape(choices, [first.shape[0], parts], "choices", axes: "[B, K]")
    precondition(
      choices.integers.allSatisfy { (0...2).contains($0) },
      "mixed(_:_:choices:): choices hold a number outside 0 … 2")
    let choice = choices.cast(to: first.scalarType).expanded(2)
    let (a, b) = (first.expanded(1), second.expanded(1))
    let takesShape = choice.isGreater(than: .scalar(1.5, first.scalarType))
    let takesTexture = choice.isGreater(than: .scalar(0.5, first.scalarType))
    return joined(
      PartLatents(
        base: a.repeated(1, times: baseLayers),
        shape: .select(takesShape, b, a), texture: .select(takesTexture, b, a)))
  }

  /// The truncation trick: latents pulled towards their mean, `mean + psi (w − mean)`.
  ///
  /// - Parameters:
  ///   - w: latents, `[…, L]`.
  ///   - mean: the average latent, `[L]`.
  ///   - psi: 1 leaves w as it is, 0 gives the mean. (Not the ψ of equation 7.)
  /// - Returns: the truncated latents, of the shape of `w`.
  public func truncated(_ w: Tensor, towards mean: Tensor, psi: Double) -> Tensor {
    mean + (w - mean) * psi
  }
}
