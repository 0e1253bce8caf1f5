import Camera
import Foundation
import Testing

@testable import ProceduralPortraits

/// A ball, which tests the ray marching on a shape whose crossings are known in closed form.
private final class Ball: PartShape {
  let center: Vector
  let radius: Double
  let bounds: Bounds

  init(_ center: Vector, _ radius: Double) {
    self.center = center
    self.radius = radius
    let reach = Vector(repeating: radius * 1.5)
    bounds = Bounds(center - reach, center + reach)
  }

  func distance(_ point: Vector) -> Double { sphere(point, center, radius) }
  func albedo(_ point: Vector, normal: Vector) -> RGB { RGB(repeating: 1) }
}

@Suite("Casting rays")
struct CastingTests {
  /// |o + t d − c|² = r² solved by hand, for rays that hit head-on, hit at an angle, and miss.
  @Test(arguments: [0.0, 0.01, 0.03, 0.045, 0.0499, 0.0501, 0.08])
  func aBallIsHitWhereTheQuadraticSays(offset: Double) {
    let ball = Ball(Vector(0.01, -0.02, 0.03), 0.05)
    let line = Line(Vector(0.01 + offset, -0.02, 1), Vector(0, 0, -1))
    let hit = firstCrossing(of: ball, along: line, before: .infinity)
    let square = 0.05 * 0.05 - offset * offset
    if square > 0 {
      #expect(abs((hit ?? 9) - (0.97 - square.squareRoot())) < 1e-6)
    } else {
      #expect(hit == nil)
    }
  }

  @Test func nothingBehindTheLimitCounts() {
    let ball = Ball(Vector(0, 0, 0), 0.05)
    let line = Line(Vector(0, 0, 1), Vector(0, 0, -1))
    #expect(firstCrossing(of: ball, along: line, before: 0.949) == nil)
    #expect(firstCrossing(of: ball, along: line, before: 0.951) != nil)
  }

  @Test func theNormalOfABallPointsOutwards() {
    let ball = Ball(Vector(0.1, 0.2, 0.3), 0.05)
    let out = Vector(1, -2, 3).normalized
    #expect((ball.normal(ball.center + 0.05 * out) - out).length < 2e-3)
  }

  /// Exact to first order means a gradient of length 1 at the surface; on the axes the surface is at
  /// the radii.
  @Test func theEllipsoidIsZeroAtItsRadiiWithAGradientOfLengthOne() {
    let shape = Ellipsoid(Vector(0.01, 0.02, 0.03), Vector(0.05, 0.07, 0.04))
    for axis in 0..<3 {
      var end = shape.center
      end[axis] += shape.radii[axis]
      #expect(abs(shape.distance(end)) < 1e-15)
      end[axis] += 1e-6
      #expect(abs(shape.distance(end) - 1e-6) < 1e-10)
    }
  }

  /// A step must not cross the surface: from inside and outside, the returned distance is at most the
  /// distance to the nearest of many points on the surface.
  @Test func theEllipsoidDistanceIsNeverAnOverestimate() {
    let shape = Ellipsoid(Vector(0, 0, 0), Vector(0.052, 0.080, 0.088))
    var random = SplitMix(seed: 5)
    func direction() -> Vector {
      Vector(random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)).normalized
    }
    let surface = (0..<20_000).map { _ in direction() * shape.radii }
    let ends = [Vector(0.052, 0, 0), Vector(0, 0.080, 0), Vector(0, 0, 0.088)]
    for index in 0..<60 {
      let place = (index < 12 ? ends[index % 3] : direction() * shape.radii) * random.between(0, 2)
      let nearest = surface.reduce(.infinity) { min($0, ($1 - place).length) }
      #expect(abs(shape.distance(place)) <= nearest + 1e-9, "at \(place)")
    }
    #expect(shape.distance(shape.center) == -0.052)
  }

  /// If two distances differ by more than the width, the blend is their minimum; where they are equal,
  /// the fillet is w/4.
  @Test func theBlendIsAMinimumWithAFillet() {
    #expect(blend(0.1, 0.5, 0.2) == 0.1)
    #expect(abs(blend(0.1, 0.1, 0.2) - 0.05) < 1e-15)
    #expect(abs(clip(0.1, 0.1, 0.2) - 0.15) < 1e-15)
  }

  /// A cast ends on the surface: the distance there is zero, for every part.
  @Test(arguments: [UInt64(4), 7, 44, 90])
  func hitsLieOnTheirSurface(seed: UInt64) {
    let scene = PortraitScene(.random(seed: seed))
    let camera = Camera()
    for pose in [CameraPose.frontal, CameraPose(turnedLeft: 0.5, raised: 0.2)] {
      let frame = camera.frame(at: pose)
      for row in 0..<40 {
        for column in 0..<40 {
          let ray = camera.pixelRay(row: row, column: column, size: 40, from: frame)
          let hit = scene.nearestHit(LinePair(ray))
          let point = ray.point(at: hit.distance)
          #expect(abs(scene.distance(to: hit, at: point)) < 1e-6, "\(hit.part) at \(row) \(column)")
        }
      }
    }
  }

  /// Reprojects surface points that one camera sees into another camera.
  ///
  /// The other camera's ray must end at the point, unless something is in front of it. If nothing is in
  /// front of it, the ray hits the same part.
  @Test(arguments: [UInt64(2), 7, 44])
  func depthReprojectsIntoOtherViews(seed: UInt64) {
    let scene = PortraitScene(.random(seed: seed))
    let camera = Camera()
    let frame = camera.frame(at: .frontal)
    let other = camera.frame(at: CameraPose(turnedLeft: 0.25, raised: 0.1))
    var (seen, same) = (0, 0)
    for row in 0..<48 {
      for column in 0..<48 {
        let ray = camera.pixelRay(row: row, column: column, size: 48, from: frame)
        let hit = scene.nearestHit(LinePair(ray))
        let point = ray.point(at: hit.distance)
        // The target lies half a thousandth below the surface, because a tangent ray may miss it.
        let normal = scene.illumination(of: hit, at: point).normal
        let towards = point - 5e-4 * normal - other.position
        let again = scene.nearestHit(
          LinePair(Ray(origin: other.position, direction: towards.normalized)))
        #expect(again.distance < towards.length, "\(hit.part) at \(row) \(column) is missing")
        seen += 1
        if again.part == hit.part && towards.length - again.distance < 4e-3 { same += 1 }
      }
    }
    #expect(Double(same) > 0.75 * Double(seen), "\(same) of \(seen)")
  }
}

extension PortraitScene {
  /// Returns the signed distance of a point to the surface of the part that was hit.
  fileprivate func distance(to hit: Hit, at point: Vector) -> Double {
    let p = hit.isMirrored ? Vector(-point.x, point.y, point.z) : point
    return switch hit.part {
    case .background: p.z + 0.1215 - 1.5 * (p.x * p.x + p.y * p.y)
    case .face: face.distance(p)
    case .eyes: eye.distance(p)
    case .brows: brow.distance(p)
    case .mouth: mouth.distance(p)
    case .nose: nose.distance(p)
    case .ears: ear.distance(p)
    case .hair: hair.distance(p)
    case .neck: neck.distance(p)
    case .cloth: cloth.distance(p)
    case .glasses: glasses?.distance(p) ?? .infinity
    case .hat: hat?.distance(p) ?? .infinity
    case .earrings: earring?.distance(p) ?? .infinity
    }
  }
}
