import Camera
import Foundation
import Testing

@testable import PortraitClasses
@testable import ProceduralPortraits

@Suite("Parallel casts of single parts")
struct ParallelCastTests {
  private let grid = VoxelGrid(
    box: VolumeBox(min: Vector(-0.13, -0.12, -0.13), max: Vector(0.13, 0.14, 0.12)), planes: 17,
    rows: 40, columns: 36)
  private let dressed: PortraitScene = {
    var parameters = PortraitParameters.random(seed: 7)
    parameters.glasses = .init()
    parameters.hair.style = .bob
    parameters.hair.fringe = 0.015
    parameters.earrings = .init()
    parameters.hat = nil
    return PortraitScene(parameters)
  }()

  private func maps(_ part: PartClass) -> PartMaps {
    dressed.castParallel(part: part, grid: grid, samplesPerElement: 4)
  }

  @Test(arguments: PartClass.allCases)
  func mapsHaveTheirSizeAndRange(part: PartClass) {
    let maps = maps(part)
    #expect(maps.rgb.count == 40 * 36 * 3)
    #expect(maps.coverage.count == 40 * 36 && maps.depth.count == 40 * 36)
    #expect(maps.rgb.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(maps.coverage.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(maps.depth.allSatisfy { $0 >= 0 && $0 <= 16 })
    #expect(maps.coverage.contains { $0 > 0 } == (part != .hat))
  }

  @Test func anAbsentPartIsEmptyAndInTheMiddle() {
    let hat = maps(.hat)
    #expect(hat.coverage.allSatisfy { $0 == 0 })
    #expect(hat.depth.allSatisfy { $0 == 8 })
    #expect(hat.rgb.allSatisfy { $0 == 0 })
  }

  @Test func theBackgroundCoversEverythingAndIsFarthest() {
    let wall = maps(.background)
    let face = maps(.face)
    #expect(wall.coverage.allSatisfy { $0 == 1 })
    for index in face.coverage.indices where face.coverage[index] > 0 {
      #expect(face.depth[index] > wall.depth[index])
    }
  }

  /// The wall is z = middle + rise (x² + y²); its planes are computed by hand from the box.
  @Test func theDepthOfTheWallByHand() {
    let wall = maps(.background)
    for (row, column) in [(0, 0), (13, 20), (39, 35)] {
      let x = -0.13 + 0.26 * Double(column) / 35
      let y = 0.14 - 0.26 * Double(row) / 39
      let z = -0.1215 + 1.5 * (x * x + y * y)
      let plane = (z + 0.13) / 0.25 * 16
      #expect(abs(Double(wall.depth[row * 36 + column]) - plane) < 1e-5)
    }
  }

  @Test func thereIsAFaceUnderTheHairAndAnEyeBehindTheGlasses() {
    let (face, hair, glasses, eyes) = (maps(.face), maps(.hair), maps(.glasses), maps(.eyes))
    let under = face.coverage.indices.filter {
      face.coverage[$0] == 1 && hair.coverage[$0] == 1 && hair.depth[$0] > face.depth[$0]
    }
    #expect(under.count > 40)
    let behind = eyes.coverage.indices.filter {
      eyes.coverage[$0] > 0.5 && glasses.coverage[$0] > 0
    }
    #expect(behind.count >= 8)
    #expect(behind.allSatisfy { glasses.depth[$0] > eyes.depth[$0] })
  }

  @Test func theCoverageOfAClearLensIsItsOpacity() {
    let glasses = maps(.glasses)
    let lens = Float(dressed.parameters.glasses?.tint ?? 0)
    #expect(glasses.coverage.contains { abs($0 - lens) < 1e-6 })
    #expect(glasses.coverage.contains { $0 > 0.3 })
  }

  /// Row 0 is the top, columns run with x, plane D−1 is nearest the frontal camera.
  @Test func axesOfTheMaps() {
    let cloth = maps(.cloth)
    let hair = maps(.hair)
    func middle(_ maps: PartMaps) -> Double {
      let rows = maps.coverage.indices.filter { maps.coverage[$0] > 0.5 }.map { $0 / 36 }
      return Double(rows.reduce(0, +)) / Double(rows.count)
    }
    #expect(middle(hair) < middle(cloth))
    let up = dressed.castParallel(
      part: .cloth,
      grid: VoxelGrid(box: grid.box, planes: 17, rows: 40, columns: 36, rowAxis: .up),
      samplesPerElement: 4)
    #expect(up.coverage.prefix(36).elementsEqual(cloth.coverage.suffix(36)))
    let nose = maps(.nose)
    let tip = nose.coverage.indices.filter { nose.coverage[$0] == 1 }.max {
      nose.depth[$0] < nose.depth[$1]
    }
    #expect(tip.map { abs($0 % 36 - 17) <= 1 } ?? false)
  }

  /// The depth of every element is that of one ray through the voxel center.
  @Test func depthIsThatOfTheCenterRay() {
    let maps = maps(.face)
    for index in maps.coverage.indices where maps.coverage[index] == 1 {
      let place = VoxelPosition(plane: 0, row: Double(index / 36), column: Double(index % 36))
      let start = grid.world(at: place)
      let ray = Ray(origin: Vector(start.x, start.y, 0.5), direction: Vector(0, 0, -1))
      guard let hit = dressed.hit(of: .face, LinePair(ray)) else { continue }
      let plane = grid.position(of: ray.point(at: hit.distance)).plane
      #expect(abs(Double(maps.depth[index]) - min(max(plane, 0), 16)) < 1e-5)
    }
  }

  @Test func depthAndColorExtendBeyondAPart() {
    let mouth = maps(.mouth)
    let known = mouth.coverage.indices.filter { mouth.coverage[$0] > 0 }
    let depths = Set(known.map { mouth.depth[$0] })
    for index in mouth.coverage.indices where mouth.coverage[index] == 0 {
      #expect(depths.contains(mouth.depth[index]))
    }
    let above = known.filter { $0 % 36 == 18 }.min() ?? 0
    #expect(mouth.depth[18] == mouth.depth[above] && mouth.rgb[54] == mouth.rgb[3 * above])
  }

  /// Casts points that the camera sees again, with parallel rays from the front.
  ///
  /// The ray hits the same part with the same color, and at the same depth unless the part occludes
  /// itself.
  @Test func parallelAndPerspectiveAgree() {
    let camera = Camera()
    let frame = camera.frame(at: .frontal)
    var (seen, same) = (0, 0)
    for row in 0..<48 {
      for column in 0..<48 {
        let ray = camera.pixelRay(row: row, column: column, size: 48, from: frame)
        let hit = dressed.nearestHit(LinePair(ray))
        let point = ray.point(at: hit.distance)
        let straight = Ray(origin: Vector(point.x, point.y, 0.5), direction: Vector(0, 0, -1))
        let alone = dressed.hit(of: hit.part, LinePair(straight))
        seen += 1
        guard let alone else { continue }
        let again = straight.point(at: alone.distance)
        // The first hit of the part cannot be behind a point of its surface.
        #expect(again.z >= point.z - 1e-4, "\(hit.part) at \(row) \(column)")
        guard abs(again.z - point.z) < 1e-5 else { continue }
        same += 1
        let a = dressed.color(of: hit, at: point, under: dressed.illumination(of: hit, at: point))
        let b = dressed.color(
          of: alone, at: again, under: dressed.illumination(of: alone, at: again))
        #expect((a - b).length < 5e-3, "\(hit.part) at \(row) \(column)")
      }
    }
    #expect(Double(same) > 0.95 * Double(seen), "\(same) of \(seen)")
  }
}
