/// A point or a direction of the world: x to the image's right, y up, z towards the frontal camera.
public typealias Vector = SIMD3<Double>

extension SIMD3 where Scalar == Double {
  /// The sum of the products of the components.
  @inlinable
  public func dot(_ other: Self) -> Double {
    x * other.x + y * other.y + z * other.z
  }

  /// The right-handed cross product, so that `x.cross(y)` is z.
  @inlinable
  public func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y,
      z * other.x - x * other.z,
      x * other.y - y * other.x)
  }

  /// The Euclidean length.
  @inlinable
  public var length: Double { dot(self).squareRoot() }

  /// The same direction at length 1; the vector must not be zero.
  @inlinable
  public var normalized: Self { self / length }
}
