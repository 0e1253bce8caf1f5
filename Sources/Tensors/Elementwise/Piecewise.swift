// Functions with kinks and steps. Each function states its gradient at a kink. A step has gradient
// zero on both sides, so its second and all higher derivatives are zero as well.
extension Tensor {
  /// Returns |x|; at 0 the gradient is 0.
  public func absolute() -> Tensor {
    mapped(.absolute).recorded("absolute", from: [self], { $0 * self.sign() })
  }

  /// Returns the sign, −1, 0 or 1; piecewise constant.
  public func sign() -> Tensor {
    mapped(.sign).recordedConstant("sign", from: [self])
  }

  /// Returns the largest integer that is not above x; piecewise constant.
  public func floor() -> Tensor {
    mapped(.floor).recordedConstant("floor", from: [self])
  }

  /// Returns max(x, 0); at 0 the gradient is 0.
  public func relu() -> Tensor { leakyReLU(slope: 0) }

  /// Returns x where x is positive and slope · x elsewhere; at 0 the gradient is `slope`.
  public func leakyReLU(slope: Double) -> Tensor {
    mapped(.leakyReLU, slope).recorded(
      "leakyReLU", from: [self], { $0 * self.leakyStep(slope: slope) })
  }

  /// Returns 1 where x is positive and `slope` elsewhere; piecewise constant.
  func leakyStep(slope: Double) -> Tensor {
    mapped(.leakyStep, slope).recordedConstant("leakyStep", from: [self])
  }

  /// Returns the nearest number in lower … upper; the gradient is 1 inside and at the ends, 0
  /// outside.
  public func clamped(_ lower: Double, _ upper: Double) -> Tensor {
    require(lower <= upper, "clamped(_:_:): lower end \(lower) is above \(upper)")
    return mapped(.clamp, lower, upper).recorded(
      "clamped", from: [self], { $0 * self.isInside(lower, upper) })
  }

  /// Returns 1 where lower ≤ x ≤ upper and 0 elsewhere; piecewise constant.
  func isInside(_ lower: Double, _ upper: Double) -> Tensor {
    mapped(.inside, lower, upper).recordedConstant("isInside", from: [self])
  }

  /// Returns the elementwise maximum; where both elements are equal, the gradient goes to the
  /// second.
  public func maximum(_ other: Tensor) -> Tensor {
    combined(.maximum, other).recorded(
      "maximum", from: [self, other],
      { ($0 * self.isGreater(than: other)).summed(to: self.shape) },
      { ($0 * (1 - self.isGreater(than: other))).summed(to: other.shape) })
  }

  /// Returns the elementwise minimum; where both elements are equal, the gradient goes to the
  /// second.
  public func minimum(_ other: Tensor) -> Tensor {
    combined(.minimum, other).recorded(
      "minimum", from: [self, other],
      { ($0 * other.isGreater(than: self)).summed(to: self.shape) },
      { ($0 * (1 - other.isGreater(than: self))).summed(to: other.shape) })
  }

  /// Returns 1 where this tensor is larger and 0 elsewhere; piecewise constant.
  public func isGreater(than other: Tensor) -> Tensor {
    combined(.greater, other).recordedConstant("isGreater", from: [self, other])
  }

  /// Returns 1 where this tensor is larger or equal and 0 elsewhere; piecewise constant.
  public func isGreaterOrEqual(to other: Tensor) -> Tensor {
    combined(.greaterOrEqual, other).recordedConstant("isGreaterOrEqual", from: [self, other])
  }

  /// Returns 1 where both tensors are equal and 0 elsewhere; piecewise constant.
  public func isEqual(to other: Tensor) -> Tensor {
    combined(.equal, other).recordedConstant("isEqual", from: [self, other])
  }

  /// Returns elements of `a` where the mask is not 0 and elements of `b` elsewhere; all three
  /// broadcast.
  ///
  /// The gradient with respect to the mask is zero.
  public static func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    selected(mask, a, b, caller: "select(_:_:_:)").recorded(
      "select", from: [mask, a, b], nil,
      { g in select(mask, g, .zeros([], g.scalarType)).summed(to: a.shape) },
      { g in select(mask, .zeros([], g.scalarType), g).summed(to: b.shape) })
  }
}
