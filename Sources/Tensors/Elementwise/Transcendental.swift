// Exponentials, logarithms and trigonometric functions.
extension Tensor {
  /// Returns eˣ.
  ///
  /// d eˣ = eˣ dx.
  public func exponential() -> Tensor {
    mapped(.exponential).recorded("exponential", from: self) { g, y in g * y }
  }

  /// Returns eˣ − 1, with full precision for small x.
  ///
  /// d(eˣ − 1) = eˣ dx.
  public func exponentialMinusOne() -> Tensor {
    // Not the result plus 1, which is 0 in single precision from x = −17 downward.
    mapped(.exponentialMinusOne).recorded(
      "exponentialMinusOne", from: [self], { $0 * self.exponential() })
  }

  /// Returns the natural logarithm.
  ///
  /// d ln x = dx / x.
  public func logarithm() -> Tensor {
    mapped(.logarithm).recorded("logarithm", from: [self], { $0 / self })
  }

  /// Returns ln(1 + x), with full precision for small x.
  ///
  /// d ln(1 + x) = dx / (1 + x).
  public func logarithmOnePlus() -> Tensor {
    mapped(.logarithmOnePlus).recorded("logarithmOnePlus", from: [self], { $0 / (self + 1) })
  }

  /// Returns ln(1 + eˣ), a smooth ReLU.
  ///
  /// d softplus(x) = sigmoid(x) dx.
  public func softplus() -> Tensor {
    mapped(.softplus).recorded("softplus", from: [self], { $0 * self.sigmoid() })
  }

  /// Returns 1/(1 + e⁻ˣ).
  ///
  /// dy = y (1 − y) dx, where 1 − y is computed as sigmoid(−x), in full precision.
  public func sigmoid() -> Tensor {
    mapped(.sigmoid).recorded("sigmoid", from: self) { g, y in g * y * (-self).sigmoid() }
  }

  /// Returns sin x.
  ///
  /// d sin x = cos x dx.
  public func sine() -> Tensor {
    mapped(.sine).recorded("sine", from: [self], { $0 * self.cosine() })
  }

  /// Returns cos x.
  ///
  /// d cos x = −sin x dx.
  public func cosine() -> Tensor {
    mapped(.cosine).recorded("cosine", from: [self], { -$0 * self.sine() })
  }
}
