import Camera
import Evaluation
import Foundation
import Tensors

/// A plane whose views are cast ray by ray, as the ground truth for reprojections.
struct PlaneScene: Sendable {
  /// The plane normal · p = offset.
  var normal: Vector
  var offset = 0.0
  /// Returns red, green and blue at a point.
  var color: @Sendable (Vector) -> SIMD3<Double>
  /// Returns the class at a point.
  var label: @Sendable (Vector) -> Int = { _ in 1 }

  /// Returns the distance along a ray at which it hits the plane.
  func distance(along ray: Ray) -> Double {
    (offset - normal.dot(ray.origin)) / normal.dot(ray.direction)
  }

  func view(_ camera: Camera, _ pose: CameraPose, size: Int) -> SeenPortrait {
    castView(camera, pose, size: size) { ray in
      let distance = distance(along: ray)
      let point = ray.point(at: distance)
      return (distance, color(point), label(point))
    }
  }
}

/// Returns a view with known distance, color and class of every pixel.
func castView(
  _ camera: Camera, _ pose: CameraPose, size: Int,
  _ seen: (Ray) -> (distance: Double, color: SIMD3<Double>, label: Int)
) -> SeenPortrait {
  let frame = camera.frame(at: pose)
  let pixels = (0..<size * size).map { index in
    seen(camera.pixelRay(row: index / size, column: index % size, size: size, from: frame))
  }
  return SeenPortrait(
    image: Tensor(
      [3, size, size], (0..<3).flatMap { channel in pixels.map { $0.color[channel] } }),
    labels: Tensor([size, size], pixels.map { Int32($0.label) }),
    distances: Tensor([size, size], pixels.map(\.distance)), camera: camera, pose: pose)
}

/// Returns a color that is linear in space, so that interpolation between points of a plane is exact.
@Sendable func linearColor(_ point: Vector) -> SIMD3<Double> {
  SIMD3(0.5 + 2 * point.x, 0.5 + 2 * point.y, 0.5 + point.x - point.y)
}
