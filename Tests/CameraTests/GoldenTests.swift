import Camera
import TestSupport
import Tensors
import Testing

/// All cases of `Fixtures/Camera`: values and first derivatives.
@Suite("Camera, golden files")
struct GoldenTests {
  @Test(arguments: try GoldenCase.all(of: "Camera"))
  func agreesWithTheGoldenFiles(_ golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  /// The golden files must reject a camera whose yaw has the opposite sign.
  @Test func aMirroredCameraIsRejected() throws {
    let golden = try GoldenCase.named("portrait_camera", of: "Camera")
    let misses = try goldenMisses(golden) { inputs in
      var mirrored = inputs
      mirrored["poses"] = inputs["poses"].map { poses in
        .concatenated(
          [-poses.sliced(axis: 1, from: 0, length: 1), poses.sliced(axis: 1, from: 1, length: 1)],
          axis: 1)
      }
      return try answers(of: golden, to: mirrored)
    }
    #expect(misses.contains { $0.hasPrefix("directions") })
  }
}

/// Returns the outputs of this module for a golden case.
private func answers(of golden: GoldenCase, to inputs: [String: Tensor]) throws -> [String: Tensor]
{
  if let depths = inputs["ray_depths"], let weights = inputs["weights"],
    let uniforms = inputs["uniforms"]
  {
    let new = ImportanceSampling.depths(depths, weights, uniforms: uniforms)
    return ["importance_depths": new, "merged_depths": ImportanceSampling.merged(depths, new)]
  }
  guard let poses = inputs["poses"] else { return [:] }
  var camera = Camera(radius: try golden.number("radius", in: "camera"))
  guard let jitter = inputs["jitter"] else {
    let rays = RayBundle(camera, poses: poses, size: 2)
    return [
      "position": rays.position, "right": rays.right, "up": rays.up, "backward": rays.backward,
    ]
  }
  camera.fieldOfView = try golden.number("fov", in: "camera")
  camera.near = try golden.number("near", in: "camera")
  camera.far = try golden.number("far", in: "camera")
  let rays = RayBundle(camera, poses: poses, size: try golden.whole("raysPerSide"))
  let depths = camera.jitteredDepths(jitter)
  let points = rays.points(at: depths)
  return [
    "position": rays.position, "right": rays.right, "up": rays.up, "backward": rays.backward,
    "directions": rays.directions, "jittered_depths": depths, "points": points,
    "coarse_depths": camera.coarseDepths(try golden.whole("samples"), .float64),
    "voxels_down": try grid(of: golden, .down).coordinates(of: points),
    "voxels_up": try grid(of: golden, .up).coordinates(of: points),
  ]
}

private func grid(of golden: GoldenCase, _ rowAxis: RowAxis) throws -> VoxelGrid {
  func corner(_ name: String) throws -> Vector {
    let numbers = try golden.numbers(name, in: "volumeBox")
    return Vector(numbers[0], numbers[1], numbers[2])
  }
  return VoxelGrid(
    box: VolumeBox(min: try corner("min"), max: try corner("max")),
    planes: try golden.whole("depthPlanes"), rows: try golden.whole("rows"),
    columns: try golden.whole("columns"), rowAxis: rowAxis)
}
