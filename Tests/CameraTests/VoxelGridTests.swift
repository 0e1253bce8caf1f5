import Camera
import Foundation
import Testing

@Suite("World and voxel coordinates")
struct VoxelGridTests {
  private let box = VolumeBox(min: Vector(-2, -1, -4), max: Vector(2, 2, 6))
  private func grid(_ rowAxis: RowAxis) -> VoxelGrid {
    VoxelGrid(box: box, planes: 11, rows: 7, columns: 9, rowAxis: rowAxis)
  }

  @Test func cornersOfTheBoxAreVoxelCentres() {
    let low = grid(.down).position(of: box.min)
    #expect(low == VoxelPosition(plane: 0, row: 6, column: 0))
    let high = grid(.down).position(of: box.max)
    #expect(high == VoxelPosition(plane: 10, row: 0, column: 8))
  }

  /// By hand: x = 1 is ¾ of the way, y = 0 ⅓, z = 1 ½: column 6, row (1 − ⅓)·6 = 4, plane 5.
  @Test func aPointByHand() {
    let seen = grid(.down).position(of: Vector(1, 0, 1))
    #expect(abs(seen.column - 6) < 1e-12)
    #expect(abs(seen.row - 4) < 1e-12)
    #expect(abs(seen.plane - 5) < 1e-12)
  }

  @Test func theLastPlaneIsNearestTheFrontalCamera() {
    let frame = Camera().frame(at: .frontal)
    let grid = VoxelGrid(box: .reference, planes: 32, rows: 64, columns: 64)
    let far = grid.world(at: VoxelPosition(plane: 0, row: 31, column: 31))
    let near = grid.world(at: VoxelPosition(plane: 31, row: 31, column: 31))
    #expect((near - frame.position).length < (far - frame.position).length)
  }

  @Test func downPutsTheTopInRow0AndUpPutsItLast() {
    let top = Vector(0.5, 2, 0)
    #expect(grid(.down).position(of: top).row == 0)
    #expect(grid(.up).position(of: top).row == 6)
    #expect(grid(.down).position(of: Vector(0.5, -1, 0)).row == 6)
    #expect(grid(.up).position(of: Vector(0.5, -1, 0)).row == 0)
  }

  @Test func columnsRunWithXInBothAxes() {
    for axis in RowAxis.allCases {
      #expect(grid(axis).position(of: Vector(-2, 0, 0)).column == 0)
      #expect(grid(axis).position(of: Vector(2, 0, 0)).column == 8)
    }
  }

  @Test func outsideTheBoxTheBorderCounts() {
    let outside = Vector(-9, 9, 9)
    #expect(grid(.down).clampedPosition(of: outside) == VoxelPosition(plane: 10, row: 0, column: 0))
    let free = grid(.down).position(of: outside)
    #expect(free.plane > 10 && free.row < 0 && free.column < 0)
    let inside = Vector(0.3, 0.4, 0.5)
    #expect(grid(.up).clampedPosition(of: inside) == grid(.up).position(of: inside))
  }

  @Test(arguments: RowAxis.allCases)
  func worldUndoesPosition(axis: RowAxis) {
    for point in [Vector(-1.7, 0.2, 5.5), Vector(0, 0, 0), Vector(7, -3, 1)] {
      let back = grid(axis).world(at: grid(axis).position(of: point))
      #expect((back - point).length < 1e-12)
    }
  }

  /// The reference box: (0.1872 + 0.1956) / 31 = 0.012348… world units a plane.
  @Test func planePitchOfTheReferenceBox() {
    let grid = VoxelGrid(box: .reference, planes: 32, rows: 64, columns: 64)
    #expect(abs(grid.planePitch - 0.3828 / 31) < 1e-15)
  }
}

@Suite("Camera and box as JSON")
struct CameraJSONTests {
  private func read<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  @Test func missingKeysAreTheDefaults() throws {
    #expect(try read(Camera.self, "{}") == Camera())
    let camera = try read(Camera.self, #"{"fov": 20, "yawDeviation": 0.1}"#)
    #expect(camera == Camera(fieldOfView: 20, yawDeviation: 0.1))
    let paper = Camera()
    #expect(paper.radius == 1 && paper.fieldOfView == 12 && paper.near == 0.8 && paper.far == 1.2)
    #expect(paper.yawDeviation == 0.3 && paper.pitchDeviation == 0.155)
    #expect(paper.meanPose == .frontal)
  }

  @Test func keysOnDiskAreThoseOfTheConfiguration() throws {
    let data = try JSONEncoder().encode(Camera(radius: 1.5))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Double]
    let keys: Set = [
      "radius", "fov", "near", "far", "yawMean", "pitchMean", "yawDeviation", "pitchDeviation",
    ]
    #expect(Set((object ?? [:]).keys) == keys)
    #expect(try JSONDecoder().decode(Camera.self, from: data) == Camera(radius: 1.5))
  }

  @Test(arguments: [
    (#"{"fieldOfView": 12}"#, "fieldOfView"), (#"{"near": 1.3}"#, "far"), (#"{"fov": 0}"#, "fov"),
    (#"{"fov": 180}"#, "fov"), (#"{"radius": -1}"#, "radius"), (#"{"near": -1}"#, "near"),
    (#"{"yawDeviation": -0.1}"#, "yawDeviation"),
  ])
  func aWrongFieldIsNamed(json: String, field: String) {
    let error = #expect(throws: DecodingError.self) { try read(Camera.self, json) }
    guard case .dataCorrupted(let context)? = error else {
      Issue.record("expected a dataCorrupted error, got \(String(describing: error))")
      return
    }
    #expect(context.codingPath.last?.stringValue == field)
    #expect(context.debugDescription.contains(field))
  }

  @Test func theBoxIsTwoArrays() throws {
    let box = VolumeBox(min: Vector(-1, -2, -3), max: Vector(4, 5, 6))
    let data = try JSONEncoder().encode(box)
    let object = try JSONSerialization.jsonObject(with: data) as? [String: [Double]]
    #expect(object == ["min": [-1, -2, -3], "max": [4, 5, 6]])
    #expect(try JSONDecoder().decode(VolumeBox.self, from: data) == box)
  }

  @Test(arguments: [
    #"{"min": [0, 0], "max": [1, 1, 1]}"#, #"{"min": [0, 0, 0], "max": [1, 0, 1]}"#,
    #"{"min": [0, 0, 0]}"#, #"{"min": [0, 0, 0], "max": [1, 1, 1], "mid": 2}"#,
  ])
  func aWrongBoxIsAnError(json: String) {
    #expect(throws: DecodingError.self) { try read(VolumeBox.self, json) }
  }
}
