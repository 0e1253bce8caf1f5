// Exponentials, logarithms and circular functions.
extension Tensor {
  /// eˣ.
  ///
  /// d eˣ = eˣ dx.
  public func exponential() -> Tensor {
    mapped(.exponential).recorded("exponential", from: self) { g, y in g * y }
  }

  /// eˣ − 1, exact to the last digits where x is small.
  ///
  /// d(eˣ − 1) = eˣ dx.
  public func exponentialMinusOne() -> Tensor {
    // Not the result plus 1: from x = −17 on that is 0 in single precision.
    mapped(.exponentialMinusOne).recorded(
      "exponentialMinusOne", from: [self], { $0 * self.exponential() })
  }

  /// The natural logarithm.
  ///
  /// d ln x = dx / x.
  public func logarithm() -> Tensor {
    mapped(.logarithm).recorded("logarithm", from: [self], { $0 / self })
  }

  /// ln(1 + x), exact to the last digits where x is small.
  ///
  /// d ln(1 + x) = dx / (1 + x).
  public func logarithmOnePlus() -> Tensor {
    mapped(.logarithmOnePlus).recorded("logarithmOnePlus", from: [self], { $0 / (self + 1) })
  }

  /// ln(1 + eˣ), a smooth ReLU.
  ///
  /// d softplus(x) = sigmoid(x) dx.
  public func softplus() -> Tensor {
    mapped(.softplus).recorded("softplus", from: [self], { $0 * self.sigmoid() })
  }

  /// 1/(1 + e⁻ˣ).
  ///
  /// dy = y (1 − y) dx, where 1 − y is sigmoid(−x) with all its digits.
  public func sigmoid() -> Tensor {
    mapped(.sigmoid).recorded("sigmoid", from: self) { g, y in g * y * (-self).sigmoid() }
  }

  /// sin x.
  ///
  /// d sin x = cos x dx.
  public func sine() -> Tensor {
    mapped(.sine).recorded("sine", from: [self], { $0 * self.cosine() })
  }

  /// cos x.
  ///
  /// d cos x = −sin x dx.
  public func cosine() -> Tensor {
    mapped(.cosine).recorded("cosine", from: [self], { -$0 * self.sine() })
  }
}
