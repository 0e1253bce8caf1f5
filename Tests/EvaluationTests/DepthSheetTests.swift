import Camera
import Evaluation
import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Views reprojected along their depth")
struct DepthSheetTests {
  /// Half the width of the picture equals the distance of the camera, so the rays are (x, y, −1).
  static let wide = Camera(fieldOfView: 90)
  /// A turn to the left of the image with sine 0.6 and cosine 0.8.
  static let left = CameraPose(turnedLeft: asin(0.6))

  /// A billboard z = 0 of 3 × 3 pixels at x, y = −1, 0, 1, with colors that depend on the index.
  ///
  /// From the left, the camera is at (−0.6, 0, 0.8) and its right is (0.8, 0, 0.6). The left ray of the
  /// middle row is −right − backward = (−0.2, 0, −1.4). It hits z = 0 after 4/7 at x = −5/7, where the
  /// color is 5/7 of the left pixel and 2/7 of the middle pixel. The right ray (1.4, 0, −0.2) hits z = 0
  /// at x = 5, which is outside. The ray of the top middle pixel is (0.6, 1, −0.8) and hits (0, 1, 0).
  @Test func aBillboardByHand() {
    let colors = Tensor([9], (0..<9).map { Double($0 * $0) / 100 })
    let flat = PlaneScene(normal: Vector(0, 0, 1)) { _ in SIMD3() }
      .view(Self.wide, .frontal, size: 3)
    let view = SeenPortrait(
      image: .stacked([colors, colors, colors]).reshaped([3, 3, 3]),
      labels: Tensor([3, 3], (0..<9).map { Int32($0) }),
      distances: Tensor([3, 3], flat.distances), camera: Self.wide, pose: .frontal)
    let seen = DepthSheet(view).seen(from: Self.left)
    let red = Array(seen.image(elsewhere: -1).scalars[..<9])
    #expect(abs(red[3] - (5.0 / 7 * 0.09 + 2.0 / 7 * 0.16)) < 1e-12)
    #expect(abs(red[4] - 0.16) < 1e-12 && abs(red[1] - 0.01) < 1e-12)
    #expect(red[5] == -1 && !seen.isDefined[5])
    // With the opposite turn it is the right pixel, so the test checks the sign of the yaw.
    let other = DepthSheet(view).seen(from: CameraPose(turnedLeft: -asin(0.6)))
    #expect(abs(other.image().scalars[5] - (5.0 / 7 * 0.25 + 2.0 / 7 * 0.16)) < 1e-12)
    #expect(!other.isDefined[3])
  }

  static let slanted = PlaneScene(
    normal: Vector(-0.4, 0.3, 1), offset: 0.01, color: linearColor)

  /// The ground truth is cast ray by ray; for a plane with linear colors the reprojection is exact.
  @Test(arguments: [-0.6, -0.3, 0.3, 0.6], [0, 0.2])
  func aSlantedPlaneIsExact(turn: Double, raised: Double) {
    let camera = Camera()
    let pose = CameraPose(turnedLeft: turn, raised: raised)
    let front = Self.slanted.view(camera, .frontal, size: 17)
    let truth = Self.slanted.view(camera, pose, size: 17)
    let seen = DepthSheet(front).seen(from: pose)
    #expect(Self.largestError(seen, truth) < 1e-9)
    #expect(seen.isDefined.count { $0 } > 17 * 17 / 2)
  }

  /// Broken twins, each of which would pass a test that only checks that the result is not empty.
  @Test func wrongTwinsAreFarFromThePlane() {
    let (camera, size) = (Camera(), 17)
    let pose = CameraPose(turnedLeft: 0.3)
    let front = Self.slanted.view(camera, .frontal, size: size)
    let truth = Self.slanted.view(camera, pose, size: size)
    let mirrored = DepthSheet(front).seen(from: CameraPose(turnedLeft: -0.3))
    #expect(Self.largestError(mirrored, truth) > 0.02)
    func changed(_ distances: [Double]) -> SeenPortrait {
      SeenPortrait(
        image: Tensor([3, size, size], front.colors),
        labels: Tensor([size, size], front.labels.map { Int32($0) }),
        distances: Tensor([size, size], distances), camera: camera, pose: .frontal)
    }
    let rows = (0..<size).flatMap { row in
      front.distances[(size - 1 - row) * size..<(size - row) * size]
    }
    #expect(Self.largestError(DepthSheet(changed(rows)).seen(from: pose), truth) > 0.01)
    // Distances along the axis instead of along the ray.
    let along = front.points.map { 1 - $0.z }
    #expect(Self.largestError(DepthSheet(changed(along)).seen(from: pose), truth) > 1e-4)
  }

  private static func largestError(_ seen: Reprojection, _ truth: SeenPortrait) -> Double {
    let (image, defined) = (seen.image().scalars, seen.isDefined)
    return image.indices.reduce(0) { worst, index in
      defined[index % defined.count] ? max(worst, abs(image[index] - truth.colors[index])) : worst
    }
  }

  @Test func theSamePoseChangesNothing() {
    let front = Self.slanted.view(Camera(), .frontal, size: 9)
    let seen = DepthSheet(front).seen(from: .frontal)
    #expect(seen.isDefined.allSatisfy { $0 })
    expectClose(
      seen.image(), Tensor([3, 9, 9], front.colors),
      within: .relative(1e-12, because: "the corner at the pixel has all the weight"))
  }

  /// A white square at z = 0.03 in front of a black wall at z = −0.03.
  static func square(_ ray: Ray) -> (distance: Double, color: SIMD3<Double>, label: Int) {
    let near = (0.03 - ray.origin.z) / ray.direction.z
    let point = ray.point(at: near)
    if abs(point.x) < 0.04 && abs(point.y) < 0.04 { return (near, SIMD3(repeating: 1), 5) }
    return ((-0.03 - ray.origin.z) / ray.direction.z, SIMD3(repeating: 0), 0)
  }

  /// From the left, the wall that was occluded at the left edge of the square becomes visible.
  ///
  /// Nothing is predicted there. At its right edge the square occludes more than before, and nothing is
  /// missing.
  @Test func whatWasHiddenIsNotPredicted() throws {
    let (camera, size) = (Camera(), 33)
    let front = castView(camera, .frontal, size: size, Self.square)
    let pose = CameraPose(turnedLeft: 0.3)
    let truth = castView(camera, pose, size: size, Self.square)
    let seen = DepthSheet(front).seen(from: pose)
    let middle = 16 * size..<17 * size
    let defined = Array(seen.isDefined[middle])
    let white = Array(truth.colors[middle]).map { $0 == 1 }
    let first = try #require(white.firstIndex(of: true))
    let last = try #require(white.lastIndex(of: true))
    #expect((first - 2..<first).allSatisfy { !defined[$0] })
    #expect((first + 1...last + 4).allSatisfy { defined[$0] })
    // Where the nearer surface wins, the picture equals the ground truth; edges are one pixel wide.
    let image = seen.image().scalars
    for column in first + 1..<last {
      #expect(abs(image[16 * size + column] - 1) < 1e-9)
    }
    for column in last + 2...last + 4 {
      #expect(abs(image[16 * size + column]) < 1e-9)
    }
  }

  @Test func whereNothingIsHitNothingIsPredicted() {
    var distances = Self.slanted.view(Camera(), .frontal, size: 9).distances
    for index in distances.indices where index % 9 < 5 { distances[index] = .nan }
    let view = SeenPortrait(
      image: .zeros([3, 9, 9], .float64), labels: Tensor([9, 9], [Int32](repeating: 0, count: 81)),
      distances: Tensor([9, 9], distances), camera: Camera(), pose: .frontal)
    let defined = DepthSheet(view).seen(from: .frontal).isDefined
    #expect(defined.indices.allSatisfy { defined[$0] == ($0 % 9 >= 5) })
  }

  /// Four pixels, one of which has no hit: the triangle of the other three pixels stays, and its corners
  /// do not move.
  @Test(arguments: 0..<4)
  func aHoleTakesOneCornerOfASquare(hole: Int) {
    let plane = PlaneScene(normal: Vector(0, 0, 1)) { _ in SIMD3() }
    var distances = plane.view(Camera(), .frontal, size: 2).distances
    distances[hole] = .nan
    let view = SeenPortrait(
      image: .zeros([3, 2, 2], .float64), labels: Tensor([2, 2], [Int32](repeating: 0, count: 4)),
      distances: Tensor([2, 2], distances), camera: Camera(), pose: .frontal)
    let defined = DepthSheet(view).seen(from: .frontal).isDefined
    #expect(defined == (0..<4).map { $0 != hole })
  }

  /// A coarse depth is interpolated to a finer picture with aligned corners: 2 × 2 to 3 × 3 by hand.
  @Test func coarseDepthIsInterpolatedFromCornerToCorner() {
    let view = SeenPortrait(
      image: .zeros([3, 3, 3], .float64), labels: Tensor([3, 3], [Int32](repeating: 0, count: 9)),
      distances: Tensor([2, 2], [1, 2, 3, 5]), camera: Camera(), pose: .frontal)
    #expect(view.distances == [1, 1.5, 2, 2, 2.75, 3.5, 3, 4, 5])
  }
}
