import Tensors

/// A half line: the points `origin + t · direction`, t ≥ 0.
public struct Ray: Sendable, Equatable {
  /// Where the ray starts, in world units.
  public var origin: Vector
  /// A unit vector.
  public var direction: Vector

  /// A ray; `direction` must be a unit vector.
  @inlinable
  public init(origin: Vector, direction: Vector) {
    self.origin = origin
    self.direction = direction
  }

  /// The point at the distance `distance` along the ray.
  @inlinable
  public func point(at distance: Double) -> Vector { origin + distance * direction }
}

extension Camera {
  /// The frame of this camera at `pose`.
  public func frame(at pose: CameraPose) -> CameraFrame {
    CameraFrame(pose: pose, radius: radius)
  }

  /// The ray through a point of the image.
  ///
  ///     direction = normalise(x, y, −1 / tan(fov / 2))   in the axes (right, up, backward)
  ///
  /// - Parameters:
  ///   - x: −1 at the left column, +1 at the right one.
  ///   - y: +1 at the top row, −1 at the bottom one.
  ///   - frame: where the camera is.
  /// - Returns: a ray from the camera, with a unit direction.
  public func ray(x: Double, y: Double, from frame: CameraFrame) -> Ray {
    // The same direction as in the formula, multiplied by tan(fov / 2).
    let extent = halfExtent
    let across = (extent * x) * frame.right + (extent * y) * frame.up
    return Ray(origin: frame.position, direction: (across - frame.backward).normalized)
  }

  /// The ray through the centre of a pixel; the grid is linspace(−1, 1), end points included.
  ///
  /// - Parameters:
  ///   - row: 0 at the top ..< size.
  ///   - column: 0 at the left ..< size.
  ///   - size: rows and columns of the square image, 2 or more.
  ///   - frame: where the camera is.
  /// - Returns: a ray from the camera, with a unit direction.
  public func pixelRay(row: Int, column: Int, size: Int, from frame: CameraFrame) -> Ray {
    require(size >= 2, "pixelRay(row:column:size:from:): size is \(size), expected ≥ 2")
    return ray(
      x: pixelGrid(column, size), y: -pixelGrid(row, size), from: frame)
  }

  /// Where a world point appears: x and y of ``ray(x:y:from:)`` and its distance from the camera.
  ///
  /// Nothing is returned for a point that is not in front of the camera.
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

/// Element `index` of linspace(−1, 1, size).
func pixelGrid(_ index: Int, _ size: Int) -> Double {
  -1 + 2 * Double(index) / Double(size - 1)
}
