import Camera
import TestSupport
import Tensors
import Testing

/// The camera with tensors against the camera with plain numbers, which has its own tests.
@Suite("Camera, tensors against plain numbers")
struct TensorCameraTests {
  private let camera = Camera(radius: 1.2, fieldOfView: 20, near: 0.7, far: 1.6)
  private let poses = [CameraPose(yaw: 1.2, pitch: 1.9), CameraPose(yaw: 2.1, pitch: 0.8)]
  private var poseTensor: Tensor { Tensor([2, 2], poses.flatMap { [$0.yaw, $0.pitch] }) }

  @Test func raysAreThoseOfThePixels() {
    let size = 5
    let rays = RayBundle(camera, poses: poseTensor, size: size)
    var directions: [Double] = []
    for pose in poses {
      let frame = camera.frame(at: pose)
      for pixel in 0..<size * size {
        let ray = camera.pixelRay(
          row: pixel / size, column: pixel % size, size: size, from: frame)
        directions += [ray.direction.x, ray.direction.y, ray.direction.z]
      }
    }
    expectClose(rays.directions, Tensor([2, 25, 3], directions), within: .closedForm)
  }

  @Test(arguments: RowAxis.allCases)
  func voxelCoordinatesAreThoseOfTheGrid(rowAxis: RowAxis) {
    let grid = VoxelGrid(box: .reference, planes: 9, rows: 7, columns: 5, rowAxis: rowAxis)
    var numbers = TestNumbers(seed: 3)
    let points = numbers.tensor([6, 3], in: -0.3...0.3)
    let expected = (0..<6).flatMap { row -> [Double] in
      let p = points[row].scalars
      let voxel = grid.position(of: Vector(p[0], p[1], p[2]))
      return [voxel.column, voxel.row, voxel.plane]
    }
    expectClose(grid.coordinates(of: points), Tensor([6, 3], expected), within: .closedForm)
  }

  @Test func jitterMovesASampleByAtMostHalfAStep() {
    var numbers = RandomNumbers(seed: 5)
    let moved = camera.jitteredDepths(numbers.uniform([3, 4, 6], .float64))
    let step = (camera.far - camera.near) / 5
    let offsets = (moved - camera.coarseDepths(6, .float64)).absolute()
    #expect(offsets.maximum().item <= step / 2)
    #expect(offsets.maximum().item > step / 4)
  }

  /// 4 096 draws: the mean is within 5 standard errors of its value, the standard deviation within 5 %.
  @Test func posesFollowTheirDistribution() {
    var numbers = RandomNumbers(seed: 11)
    let drawn = Camera().drawPoses(4096, &numbers, .float64)
    let mean = drawn.mean(axes: [0]).scalars
    let deviation = (drawn - drawn.mean(axes: [0])).squared().mean(axes: [0]).squareRoot().scalars
    #expect(abs(mean[0] - .pi / 2) < 5 * 0.3 / 64)
    #expect(abs(mean[1] - .pi / 2) < 5 * 0.155 / 64)
    #expect(abs(deviation[0] / 0.3 - 1) < 0.05)
    #expect(abs(deviation[1] / 0.155 - 1) < 0.05)
  }
}
