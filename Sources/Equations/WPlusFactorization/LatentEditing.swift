import Tensors

// Edits of latents: exchange of parts, style mixing and truncation.
extension WPlusFactorization {
  /// Returns the rows of W⁺ that hold one aspect of a part.
  ///
  /// - Parameters:
  ///   - aspect: the shape row, the texture row, or both; the shape row comes first.
  ///   - part: the part, 0 ..< K.
  /// - Returns: a range within 0 ..< `rows`.
  public func rows(of aspect: PartAspect, part: Int) -> Range<Int> {
    require(
      part >= 0 && part < parts, "rows(of:part:): part is \(part), expected 0 ..< \(parts)")
    let shape = baseLayers + 2 * part
    switch aspect {
    case .shape: return shape..<shape + 1
    case .texture: return shape + 1..<shape + 2
    case .both: return shape..<shape + 2
    }
  }

  /// Returns W⁺ with one part's shape, texture or both taken from another W⁺, as in figure 1.
  ///
  /// - Parameters:
  ///   - aspect: the latents that are taken from the donor.
  ///   - part: the part, 0 ..< K.
  ///   - wplus: W⁺ of the portrait that is edited, `[B, rows, L]`.
  ///   - donor: W⁺ of the portrait from which the part comes, in the same shape.
  /// - Returns: the edited W⁺; all other rows are those of `wplus`, bit for bit.
  public func swapping(
    _ aspect: PartAspect, ofPart part: Int, in wplus: Tensor, with donor: Tensor
  ) -> Tensor {
    requireShape(wplus, [nil, rows, nil], "wplus", axes: "[B, rows, L]")
    requireShape(donor, wplus.shape, "donor", axes: "[B, rows, L]")
    let taken = rows(of: aspect, part: part)
    let before = wplus.sliced(axis: 1, from: 0, length: taken.lowerBound)
    let after = wplus.sliced(axis: 1, from: taken.upperBound, length: rows - taken.upperBound)
    return .concatenated(
      [before, donor.sliced(axis: 1, from: taken.lowerBound, length: taken.count), after], axis: 1)
  }

  /// Returns W⁺ mixed from two latents, the style mixing of training.
  ///
  /// The base rows come from the first latent. For every part, `choices` selects one of three cases.
  ///
  /// - Parameters:
  ///   - first: the latent that also gives the base rows, `[B, L]`.
  ///   - second: the other latent, `[B, L]`.
  ///   - choices: `[B, K]`, int32: 0 takes (shape, texture) from (first, first), 1 from
  ///     (first, second), 2 from (second, second). The fourth case never occurs (PaperNotes 34).
  /// - Returns: `[B, rows, L]`.
  public func mixed(_ first: Tensor, _ second: Tensor, choices: Tensor) -> Tensor {
    requireChoices(choices, first, second)
    // [B, K, 1] against [B, 1, L].
    let choice = choices.cast(to: first.scalarType).unsqueezed(axis: 2)
    let (one, other) = (first.unsqueezed(axis: 1), second.unsqueezed(axis: 1))
    // Cases 1 and 2 take the texture from `second`; case 2 also takes the shape.
    let takesTexture = choice.isGreaterOrEqual(to: .scalar(1, first.scalarType))
    let takesShape = choice.isGreaterOrEqual(to: .scalar(2, first.scalarType))
    return joined(
      PartLatents(
        base: one.repeated(axis: 1, times: baseLayers),
        shape: .select(takesShape, other, one), texture: .select(takesTexture, other, one)))
  }

  private func requireChoices(_ choices: Tensor, _ first: Tensor, _ second: Tensor) {
    let function = "mixed(_:_:choices:)"
    requireShape(first, [nil, nil], "first", axes: "[B, L]", function: function)
    requireShape(second, first.shape, "second", axes: "[B, L]", function: function)
    requireShape(
      choices, [first.shape[0], parts], "choices", axes: "[B, K]", function: function)
    if let wrong = choices.integers.first(where: { !(0...2).contains($0) }) {
      fatalError("\(function): choices holds \(wrong), expected 0, 1 or 2")
    }
  }

  /// Returns latents moved toward their mean, `mean + psi · (w − mean)`: the truncation trick.
  ///
  /// - Parameters:
  ///   - w: latents, `[…, L]`.
  ///   - mean: the average latent, `[L]`.
  ///   - psi: 1 leaves w as it is, 0 gives the mean. (Not the ψ of equation 7.)
  /// - Returns: the truncated latents, in the shape of `w`.
  public func truncated(_ w: Tensor, towards mean: Tensor, psi: Double) -> Tensor {
    requireShape(mean, [w.shape.last], "mean", axes: "[L]")
    return mean + (w - mean) * psi
  }
}
