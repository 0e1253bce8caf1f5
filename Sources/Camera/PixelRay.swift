import Tensors

/// A ray: the points `origin + t · direction`, t ≥ 0.
public struct Ray: Sendable, Equatable {
  /// The starting point of the ray, in world units.
  public var origin: Vector
  /// The direction of the ray, a unit vector.
  public var direction: Vector

  /// Creates a ray; `direction` must be a unit vector.
  @inlinable
  public init(origin: Vector, direction: Vector) {
    self.origin = origin
    self.direction = direction
  }

  /// Returns the point at the given distance along the ray, in world units.
  @inlinable
  public func point(at distance: Double) -> Vector { origin + distance * direction }
}

extension Camera {
  /// Returns the frame of this camera at `pose`.
  public func frame(at pose: CameraPose) -> CameraFrame {
    CameraFrame(pose: pose, radius: radius)
  }

  /// Returns the ray through a point of the image.
  ///
  ///     direction = normalize(x, y, −1 / tan(fov / 2))   in the axes (right, up, backward)
  ///
  /// - Parameters:
  ///   - x: −1 at the left column, +1 at the right column.
  ///   - y: +1 at the top row, −1 at the bottom row.
  ///   - frame: the position and the axes of the camera.
  /// - Returns: a ray from the camera, with a unit direction.
  public func ray(x: Double, y: Double, from frame: CameraFrame) -> Ray {
    // The vector of the formula, multiplied by tan(fov / 2).
    let extent = halfExtent
    let across = (extent * x) * frame.right + (extent * y) * frame.up
    return Ray(origin: frame.position, direction: (across - frame.backward).normalized)
  }

  /// Returns the ray through the center of a pixel; the grid is linspace(−1, 1) with both end points.
  ///
  /// - Parameters:
  ///   - row: 0 (top) ..< size.
  ///   - column: 0 (left) ..< size.
  ///   - size: the number of rows and columns of the square image, 2 or more.
  ///   - frame: the position and the axes of the camera.
  /// - Returns: a ray from the camera, with a unit direction.
  public func pixelRay(row: Int, column: Int, size: Int, from frame: CameraFrame) -> Ray {
    require(size >= 2, "pixelRay(row:column:size:from:): size is \(size), expected ≥ 2")
    return ray(
      x: pixelGrid(column, size), y: -pixelGrid(row, size), from: frame)
  }

  /// Projects a world point into the image.
  ///
  /// Returns x and y as in ``ray(x:y:from:)`` and the distance from the camera in world units, or nil
  /// for a point that is not in front of the camera.
  public func projection(of point: Vector, in frame: CameraFrame)
    -> (x: Double, y: Double, distance: Double)?
  {
    let offset = point - frame.position
    let ahead = -offset.dot(frame.backward)
    guard ahead > 0 else { return nil }
    let scale = 1 / (ahead * halfExtent)
    return (offset.dot(frame.right) * scale, offset.dot(frame.up) * scale, offset.length)
  }
}

/// Returns element `index` of linspace(−1, 1, size).
func pixelGrid(_ index: Int, _ size: Int) -> Double {
  -1 + 2 * Double(index) / Double(size - 1)
}
