/// A point or direction in the world: x to the right of the image, y up, z towards the frontal camera.
public typealias Vector = SIMD3<Double>

extension SIMD3 where Scalar == Double {
  /// Returns the dot product.
  @inlinable
  public func dot(_ other: Self) -> Double {
    x * other.x + y * other.y + z * other.z
  }

  /// Returns the right-handed cross product; `x.cross(y)` is z.
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

  /// The unit vector in the same direction; the vector must not be zero.
  @inlinable
  public var normalized: Self { self / length }
}
