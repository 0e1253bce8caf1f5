// Sums, products and related operations. Shapes broadcast, and each gradient is summed back to its
// input's shape.
extension Tensor {
  /// Returns the elementwise sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    a.combined(.add, b).recorded(
      "add", from: [a, b], { [s = a.shape] in $0.summed(to: s) },
      { [s = b.shape] in $0.summed(to: s) })
  }

  /// Returns the elementwise difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    a.combined(.subtract, b).recorded(
      "subtract", from: [a, b], { [s = a.shape] in $0.summed(to: s) },
      { [s = b.shape] in (-$0).summed(to: s) })
  }

  /// Returns the elementwise product.
  ///
  /// d(ab) = b da + a db.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    a.combined(.multiply, b).recorded(
      "multiply", from: [a, b], { ($0 * b).summed(to: a.shape) }, { ($0 * a).summed(to: b.shape) })
  }

  /// Returns the elementwise quotient.
  ///
  /// d(a/b) = da/b − (a/b) db/b; b² would overflow or underflow long before b does.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    a.combined(.divide, b).recorded(
      "divide", from: [a, b], { ($0 / b).summed(to: a.shape) },
      { (-$0 / b * (a / b)).summed(to: b.shape) })
  }

  /// Returns scale · x + shift.
  ///
  /// d(px + q) = p dx.
  public func scaled(by scale: Double, adding shift: Double = 0) -> Tensor {
    mapped(.affine, scale, shift).recorded("scaled", from: [self], { $0.scaled(by: scale) })
  }

  /// Returns the negated tensor.
  public static prefix func - (x: Tensor) -> Tensor { x.scaled(by: -1) }
  /// Adds a number to every element.
  public static func + (x: Tensor, number: Double) -> Tensor { x.scaled(by: 1, adding: number) }
  /// Adds a number to every element.
  public static func + (number: Double, x: Tensor) -> Tensor { x.scaled(by: 1, adding: number) }
  /// Subtracts a number from every element.
  public static func - (x: Tensor, number: Double) -> Tensor { x.scaled(by: 1, adding: -number) }
  /// Subtracts every element from a number.
  public static func - (number: Double, x: Tensor) -> Tensor { x.scaled(by: -1, adding: number) }
  /// Multiplies every element by a number.
  public static func * (x: Tensor, number: Double) -> Tensor { x.scaled(by: number) }
  /// Multiplies every element by a number.
  public static func * (number: Double, x: Tensor) -> Tensor { x.scaled(by: number) }
  /// Divides every element by a number.
  public static func / (x: Tensor, number: Double) -> Tensor {
    // Not a product with 1/number, which would round twice: 49 / 49 would not be 1.
    x / .scalar(number, x.scalarType)
  }
  /// Divides a number by every element.
  public static func / (number: Double, x: Tensor) -> Tensor { x.reciprocal().scaled(by: number) }

  /// Returns x².
  ///
  /// d x² = 2x dx.
  public func squared() -> Tensor {
    mapped(.square).recorded("squared", from: [self], { $0 * self * 2 })
  }

  /// Returns 1/x.
  ///
  /// d(1/x) = −(1/x)² dx.
  public func reciprocal() -> Tensor {
    mapped(.reciprocal).recorded("reciprocal", from: self) { g, y in
      // Not g · y²: the square becomes 0 or infinite sooner than the gradient does.
      -g * y * y
    }
  }

  /// Returns xᵖ for a fixed exponent p.
  ///
  /// d xᵖ = p xᵖ⁻¹ dx.
  ///
  /// If x is negative and p is not an integer, the value is NaN, as in the C library.
  public func power(_ exponent: Double) -> Tensor {
    mapped(.power, exponent).recorded(
      "power", from: [self],
      { exponent == 0 ? $0 * 0 : $0 * self.power(exponent - 1) * exponent })
  }

  /// Returns √x.
  ///
  /// d√x = dx / (2√x); infinite at 0.
  public func squareRoot() -> Tensor {
    mapped(.squareRoot).recorded("squareRoot", from: self) { g, y in g / y * 0.5 }
  }

  /// Returns 1/√x.
  ///
  /// d x^(−½) = −½ (x^(−½))³ dx.
  public func reciprocalSquareRoot() -> Tensor {
    mapped(.reciprocalSquareRoot).recorded("reciprocalSquareRoot", from: self) { g, y in
      g * y.squared() * y * -0.5
    }
  }
}
