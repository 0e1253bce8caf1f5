import Camera
import Evaluation
import Foundation
import Tensors

/// Views of a plane, worked out ray by ray: what reprojections are compared with.
struct PlaneScene: Sendable {
  /// The plane normal · p = offset.
  var normal: Vector
  var offset = 0.0
  /// Red, green and blue at a point.
  var color: @Sendable (Vector) -> SIMD3<Double>
  /// The class at a point.
  var label: @Sendable (Vector) -> Int = { _ in 1 }

  /// Where a ray meets the plane.
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

/// A view of which every pixel's distance, colour and class are known.
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

/// Colours that are linear in space, so that interpolating them between points of a plane is exact.
@Sendable func linearColor(_ point: Vector) -> SIMD3<Double> {
  SIMD3(0.5 + 2 * point.x, 0.5 + 2 * point.y, 0.5 + point.x - point.y)
}
