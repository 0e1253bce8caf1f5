import Camera
import Foundation
import TensorFiles
import Tensors
import Testing

@testable import PortraitWalkthrough

@Suite("Depth pictures of a user's portrait")
struct DepthPictureTests {
  private let camera = Camera()
  private let grid = VoxelGrid(
    box: VolumeBox(min: Vector(-0.1, -0.1, -0.15), max: Vector(0.1, 0.1, 0.15)),
    planes: 31, rows: 8, columns: 8)

  /// Writes a picture to a temporary file and reads it for a photograph of 32 × 32.
  private func read(
    _ samples: [UInt16], side: Int, texts: [String: String]
  ) throws -> DepthPicture {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("depth-\(UUID().uuidString).png")
    defer { try? FileManager.default.removeItem(at: file) }
    let image = Image(width: side, height: side, channels: 1, bitsPerSample: 16, samples: samples)
    try PNGFile.encode(image, texts: texts).write(to: file)
    return try DepthPicture(file, size: 32)
  }

  /// The rays to a wall at z = 0.05 from a camera at z = 1.
  ///
  /// A ray that leaves the axis by x and y (at
  /// distance 1) meets it after 0.95 · √(1 + x² + y²). z = 0.05 is plane 20 of 0 … 30.
  @Test(arguments: [false, true])
  func aPictureThatSaysItsDirectionIsReadRight(brightIsNear: Bool) throws {
    let side = 16
    var coding = DepthCoding(camera, from: .frontal, width: side, height: side)
    if brightIsNear { (coding.black, coding.white) = (coding.white, coding.black) }
    let extent = tan(6 * Double.pi / 180)
    let samples = (0..<side * side).map { pixel -> UInt16 in
      let x = extent * (2 * Double(pixel % side) / Double(side - 1) - 1)
      let y = extent * (2 * Double(pixel / side) / Double(side - 1) - 1)
      let distance = 0.95 * (1 + x * x + y * y).squareRoot()
      let (near, far) = (0.8, 1.2)
      let share = brightIsNear ? (far - distance) / (far - near) : (distance - near) / (far - near)
      return UInt16((65535 * share).rounded())
    }
    let picture = try read(samples, side: side, texts: [DepthCoding.keyword: coding.json])
    #expect(picture.coding == coding)
    let planes = try picture.planes(of: grid, camera)
    #expect(planes.shape == [1, 32, 32])
    #expect(planes.scalars.allSatisfy { abs($0 - 20) < 2e-3 }, "\(planes.scalars.prefix(3))")
  }

  /// Both grids begin and end at the border of the field of view.
  @Test func cornersStayCornersInAnotherSize() throws {
    let coding = DepthCoding(camera, from: .frontal, width: 2, height: 2)
    let picture = try read(
      [0, 65535, 65535, 0], side: 2, texts: [DepthCoding.keyword: coding.json])
    let planes = try picture.planes(of: grid, camera).scalars
    #expect(planes[0] == 30 && planes[31] == 0 && planes[32 * 31] == 0 && planes[1023] == 30)
  }

  /// Without a text, v is plane v / 65535 · 30, and the size is that of the photograph.
  @Test func aPictureThatSaysNothingIsBrightInFront() throws {
    let samples = (0..<1024).map { UInt16($0 % 2 * 65535) }
    let picture = try read(samples, side: 32, texts: [:])
    #expect(picture.coding == nil)
    let planes = try picture.planes(of: grid, camera).scalars
    #expect(planes[0] == 0 && planes[1] == 30)
    #expect(throws: UserPortraitError.self) { try read([0, 0, 0, 0], side: 2, texts: [:]) }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let flat = [UInt16](repeating: 9, count: 4)
    var other = DepthCoding(camera, from: .frontal, width: 2, height: 2)
    other.fov = 20
    let turned = try read(flat, side: 2, texts: [DepthCoding.keyword: other.json])
    let error = #expect(throws: UserPortraitError.self) { try turned.planes(of: grid, camera) }
    #expect("\(try #require(error))".contains("fov 20.0, expected"))
    #expect(throws: UserPortraitError.self) {
      try read(flat, side: 2, texts: [DepthCoding.keyword: "{}"])
    }
    other.width = 3
    #expect(throws: UserPortraitError.self) {
      try read(flat, side: 2, texts: [DepthCoding.keyword: other.json])
    }
  }
}
