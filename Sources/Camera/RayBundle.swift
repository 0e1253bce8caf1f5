import Foundation
import Tensors

/// The rays of a batch of square images, with one camera pose per image.
///
/// `Docs/Camera.md` shows the axes. The index of a ray is row · size + column; row 0 is the top.
public struct RayBundle: Sendable {
  /// Camera positions, `[B, 3]`, world units.
  public let position: Tensor
  /// Unit vectors in the direction of increasing columns, `[B, 3]`.
  public let right: Tensor
  /// Unit vectors in the direction of decreasing rows, `[B, 3]`.
  public let up: Tensor
  /// Unit vectors from the origin to the camera, `[B, 3]`.
  public let backward: Tensor
  /// Unit ray directions, `[B, R, 3]`, R = size².
  public let directions: Tensor

  /// Creates size × size rays for every pose.
  ///
  /// - Parameters:
  ///   - camera: the camera; radius and field of view are used.
  ///   - poses: `[B, 2]`, yaw and pitch in radians; the pitch is clamped to [1e-5, π − 1e-5].
  ///   - size: rows and columns of the image, 2 or more.
  public init(_ camera: Camera, poses: Tensor, size: Int) {
    requireShape(poses, [nil, 2], "poses", axes: "[B, 2]")
    require(size >= 2, "RayBundle: size is \(size), expected 2 or more")
    let yaw = poses.sliced(axis: 1, from: 0, length: 1)
    let pitch = poses.sliced(axis: 1, from: 1, length: 1)
      .clamped(CameraPose.pitchMargin, .pi - CameraPose.pitchMargin)
    let (sinYaw, cosYaw) = (yaw.sine(), yaw.cosine())
    let (sinPitch, cosPitch) = (pitch.sine(), pitch.cosine())
    backward = .concatenated([sinPitch * cosYaw, cosPitch, sinPitch * sinYaw], axis: 1)
    position = backward * camera.radius
    // World up × backward, normalized: the factor sin(pitch), which is never 0, cancels.
    right = .concatenated([sinYaw, yaw * 0, -cosYaw], axis: 1)
    // up = backward × right
    up = .concatenated([-cosPitch * cosYaw, sinPitch, -cosPitch * sinYaw], axis: 1)
    let axes = Tensor.stacked([right, up, backward], axis: 1)
    directions = Self.localDirections(camera, size, poses.scalarType).matmul(axes)
  }

  /// Returns normalize(x, y, −1/tan(fov/2)) in the axes (right, up, backward), `[R, 3]`.
  private static func localDirections(_ camera: Camera, _ size: Int, _ type: ScalarType) -> Tensor {
    let across = Tensor.linspace(-1, 1, size, .float64) * camera.halfExtent
    let grid = [size, size]
    let x = across.broadcast(to: grid).flattened().unsqueezed(axis: 1)
    let y = (-across).unsqueezed(axis: 1).broadcast(to: grid).flattened().unsqueezed(axis: 1)
    let ahead = Tensor(repeating: -1, x.shape, .float64)
    let rays = Tensor.concatenated([x, y, ahead], axis: 1)
    return (rays / rays.squared().sum(axes: [1], keepingAxes: true).squareRoot()).cast(to: type)
  }

  /// Returns the points origin + t · direction along the rays.
  ///
  /// - Parameter depths: t, world units along the unit ray, `[B, R, N]`.
  /// - Returns: `[B, R, N, 3]`, world coordinates.
  public func points(at depths: Tensor) -> Tensor {
    requireShape(
      depths, [position.shape[0], directions.shape[1], nil], "depths", axes: "[B, R, N]")
    return position.unsqueezed(axis: 1).unsqueezed(axis: 1) + directions.unsqueezed(axis: 2)
      * depths.unsqueezed(axis: 3)
  }
}

extension Camera {
  /// Returns the depths of the coarse samples, linspace(near, far, N).
  ///
  /// The result is `[N]`, in world units along the ray.
  public func coarseDepths(_ samples: Int, _ type: ScalarType = .float32) -> Tensor {
    require(samples >= 2, "coarseDepths(_:_:): samples is \(samples), expected 2 or more")
    return .linspace(near, far, samples, type)
  }

  /// Returns coarse depths, each shifted at random by up to half a step: t + (u − ½)·step.
  ///
  /// - Parameter uniforms: u between 0 and 1, `[B, R, N]`, N ≥ 2.
  /// - Returns: `[B, R, N]`.
  public func jitteredDepths(_ uniforms: Tensor) -> Tensor {
    let samples = uniforms.shape.last ?? 0
    require(
      samples >= 2,
      "jitteredDepths(_:): uniforms has shape \(uniforms.shape), expected N ≥ 2 numbers per ray")
    let step = (far - near) / Double(samples - 1)
    return coarseDepths(samples, uniforms.scalarType) + (uniforms - 0.5) * step
  }

  /// Draws poses from the normal distribution used in training.
  ///
  /// The result is `[B, 2]`, yaw and pitch in radians.
  public func drawPoses(
    _ count: Int, _ numbers: inout RandomNumbers, _ type: ScalarType = .float32
  ) -> Tensor {
    let spread = Tensor([2], [yawDeviation, pitchDeviation]).cast(to: type)
    let mean = Tensor([2], [yawMean, pitchMean]).cast(to: type)
    return mean + numbers.normal([count, 2], type) * spread
  }
}

extension VoxelGrid {
  /// Returns the voxel coordinates (column, row, plane) of world points, `[…, 3]`.
  ///
  /// Points outside the box have coordinates beyond the border.
  public func coordinates(of points: Tensor) -> Tensor {
    require(
      points.shape.last == 3, "coordinates(of:): points has shape \(points.shape), expected [.., 3]"
    )
    let lengths = Vector(Double(columns - 1), Double(rows - 1), Double(planes - 1))
    var scale = lengths / box.extent
    var shift = -box.min * scale
    if rowAxis == .down { (scale.y, shift.y) = (-scale.y, box.max.y * scale.y) }
    let type = points.scalarType
    let factors = Tensor([3], [scale.x, scale.y, scale.z]).cast(to: type)
    return points * factors + Tensor([3], [shift.x, shift.y, shift.z]).cast(to: type)
  }
}
