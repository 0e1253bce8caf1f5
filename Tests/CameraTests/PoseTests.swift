import Camera
import Foundation
import Testing

func isClose(_ a: Vector, _ b: Vector, within tolerance: Double = 1e-12) -> Bool {
  (a - b).length <= tolerance
}

@Suite("Camera poses: axes, angles and signs")
struct PoseTests {
  private let camera = Camera()

  @Test func frontalCameraSitsInFrontAndLooksBack() {
    let frame = camera.frame(at: .frontal)
    #expect(isClose(frame.position, Vector(0, 0, 1)))
    #expect(isClose(frame.right, Vector(1, 0, 0)))
    #expect(isClose(frame.up, Vector(0, 1, 0)))
    #expect(isClose(frame.backward, Vector(0, 0, 1)))
  }

  @Test func radiusIsTheDistanceToTheOrigin() {
    let frame = Camera(radius: 2.5).frame(at: CameraPose(yaw: 1.2, pitch: 1.9))
    #expect(abs(frame.position.length - 2.5) < 1e-12)
  }

  @Test func smallerPitchIsACameraAbove() {
    let frame = camera.frame(at: CameraPose(yaw: .pi / 2, pitch: .pi / 2 - 0.3))
    #expect(isClose(frame.position, Vector(0, sin(0.3), cos(0.3))))
    #expect(camera.frame(at: CameraPose(yaw: .pi / 2, pitch: .pi / 2 + 0.3)).position.y < 0)
    #expect(CameraPose(turnedLeft: 0, raised: 0.3).direction.y > 0)
  }

  @Test func largerYawIsACameraTowardsTheImageLeft() {
    let frame = camera.frame(at: CameraPose(yaw: .pi / 2 + 0.3, pitch: .pi / 2))
    #expect(isClose(frame.position, Vector(-sin(0.3), 0, cos(0.3))))
    // From this pose, the nose (a point in front) is to the right of the middle of the head.
    let nose = camera.projection(of: Vector(0, 0, 0.09), in: frame)
    #expect((nose?.x ?? 0) > 0)
    #expect(CameraPose(turnedLeft: 0.3).direction.x < 0)
  }

  /// By hand: (sin p cos y, cos p, sin p sin y) at y = π/3, p = π/4 is (√2/4, √2/2, √6/4).
  @Test func positionOfAKnownPose() {
    let direction = CameraPose(yaw: .pi / 3, pitch: .pi / 4).direction
    let (two, six) = (2.0.squareRoot(), 6.0.squareRoot())
    #expect(isClose(direction, Vector(two / 4, two / 2, six / 4)))
  }

  @Test(arguments: [-2.0, -0.3, 0, 0.7, 3.1], [0.0, 0.2, 1.5, 2.6, 3.2])
  func axesAreOrthonormalAndRightHanded(turn: Double, pitch: Double) {
    let frame = camera.frame(at: CameraPose(yaw: .pi / 2 + turn, pitch: pitch))
    #expect(abs(frame.right.length - 1) < 1e-9)
    #expect(abs(frame.up.length - 1) < 1e-9)
    #expect(abs(frame.right.y) < 1e-12)
    #expect(frame.up.y > 0)
    #expect(isClose(frame.right.cross(frame.up), frame.backward, within: 1e-9))
    #expect(isClose(frame.position, frame.backward, within: 1e-12))
  }

  @Test func pitchIsClampedAwayFromThePoles() {
    #expect(CameraPose(yaw: 1, pitch: -1).pitch == 1e-5)
    #expect(CameraPose(yaw: 1, pitch: 0).pitch == 1e-5)
    #expect(CameraPose(yaw: 1, pitch: 4).pitch == .pi - 1e-5)
    #expect(CameraPose(yaw: 9, pitch: 1.5) == CameraPose(yaw: 9, pitch: 1.5))
    #expect(CameraPose(yaw: 9, pitch: 1.5).yaw == 9)
  }

  @Test func readingAPoseClampsItToo() throws {
    let json = Data(#"{"yaw": 1.25, "pitch": 7}"#.utf8)
    let pose = try JSONDecoder().decode(CameraPose.self, from: json)
    #expect(pose.yaw == 1.25)
    #expect(pose.pitch == .pi - 1e-5)
  }
}

@Suite("Camera rays")
struct RayTests {
  private let camera = Camera()

  /// By hand: the top left corner is normalize(−tan 6°, tan 6°, −1).
  @Test func cornersOfTheFrontalImage() {
    let frame = camera.frame(at: .frontal)
    let t = tan(6 * Double.pi / 180)
    let corners: [(row: Int, column: Int, direction: Vector)] = [
      (0, 0, Vector(-t, t, -1)), (0, 4, Vector(t, t, -1)), (4, 0, Vector(-t, -t, -1)),
      (4, 4, Vector(t, -t, -1)), (2, 2, Vector(0, 0, -1)), (1, 2, Vector(0, t / 2, -1)),
    ]
    for corner in corners {
      let ray = camera.pixelRay(row: corner.row, column: corner.column, size: 5, from: frame)
      #expect(isClose(ray.direction, corner.direction.normalized))
      #expect(isClose(ray.origin, Vector(0, 0, 1)))
    }
  }

  @Test func row0IsTheTopAndColumnsRunToTheRight() {
    let frame = camera.frame(at: .frontal)
    let top = camera.pixelRay(row: 0, column: 3, size: 8, from: frame)
    let bottom = camera.pixelRay(row: 7, column: 3, size: 8, from: frame)
    let left = camera.pixelRay(row: 3, column: 0, size: 8, from: frame)
    let right = camera.pixelRay(row: 3, column: 7, size: 8, from: frame)
    #expect(top.direction.y > 0 && bottom.direction.y < 0)
    #expect(left.direction.x < 0 && right.direction.x > 0)
  }

  /// The frontal camera sees tan 6° = 0.10510 to each side of the origin.
  @Test func halfExtentAtTheOrigin() {
    #expect(abs(camera.halfExtent - 0.10510423526567646) < 1e-15)
    let frame = camera.frame(at: .frontal)
    let ray = camera.pixelRay(row: 0, column: 63, size: 64, from: frame)
    let onPlane = ray.point(at: 1 / -ray.direction.z)
    #expect(isClose(onPlane, Vector(0.10510423526567646, 0.10510423526567646, 0)))
  }

  @Test(arguments: [-0.6, 0.2, 0.9], [-0.4, 0, 0.35])
  func projectionUndoesTheRay(turn: Double, raise: Double) {
    let camera = Camera(radius: 1.3, fieldOfView: 20)
    let frame = camera.frame(at: CameraPose(turnedLeft: turn, raised: raise))
    for (x, y) in [(-1.0, 1.0), (0.3, -0.7), (0, 0.5)] {
      let ray = camera.ray(x: x, y: y, from: frame)
      #expect(abs(ray.direction.length - 1) < 1e-12)
      let seen = camera.projection(of: ray.point(at: 1.1), in: frame)
      #expect(abs((seen?.x ?? 9) - x) < 1e-12)
      #expect(abs((seen?.y ?? 9) - y) < 1e-12)
      #expect(abs((seen?.distance ?? 9) - 1.1) < 1e-12)
    }
  }

  @Test func aPointBehindTheCameraIsNotSeen() {
    let frame = camera.frame(at: .frontal)
    #expect(camera.projection(of: Vector(0, 0, 1.5), in: frame) == nil)
    #expect(camera.projection(of: Vector(0, 0, 0.5), in: frame) != nil)
  }

  @Test func everyPoseLooksAtTheOrigin() {
    let frame = camera.frame(at: CameraPose(yaw: 0.9, pitch: 2.2))
    let middle = camera.ray(x: 0, y: 0, from: frame)
    #expect(isClose(middle.point(at: 1), Vector(0, 0, 0)))
  }
}
