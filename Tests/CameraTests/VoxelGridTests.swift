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

  /// By hand: x = 1 is ¾ of the way, y = 0 is ⅓, z = 1 is ½: column 6, row (1 − ⅓)·6 = 4, plane 5.
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

  /// The reference box: (0.1872 + 0.1956) / 31 = 0.012348… world units per plane.
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

  @Test func defaultsAreThoseOfTheTable() {
    let camera = Camera()
    #expect(camera.radius == 1 && camera.fieldOfView == 12)
    #expect(camera.near == 0.8 && camera.far == 1.2)
    #expect(camera.yawDeviation == 0.3 && camera.pitchDeviation == 0.155)
    #expect(camera.meanPose == .frontal)
    #expect(camera.flaw == nil)
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

  /// Only settings fill in what is missing: a camera alone is complete.
  @Test(arguments: ["{}", #"{"fov": 20}"#, #"{"fov": "wide"}"#])
  func anIncompleteCameraIsAnError(json: String) {
    #expect(throws: DecodingError.self) { try read(Camera.self, json) }
  }

  @Test(arguments: [
    (Camera(near: 1.3), "far"), (Camera(fieldOfView: 0), "fov"), (Camera(fieldOfView: 180), "fov"),
    (Camera(radius: -1), "radius"), (Camera(near: -1), "near"),
    (Camera(yawDeviation: -0.1), "yawDeviation"), (Camera(pitchMean: .nan), "pitchMean"),
  ])
  func aWrongFieldIsNamed(camera: Camera, field: String) {
    #expect(camera.flaw?.field == field)
    #expect(camera.flaw?.complaint.contains("expected") == true)
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
    #"{"min": [0, 0, 0]}"#,
  ])
  func aWrongBoxIsAnError(json: String) {
    #expect(throws: DecodingError.self) { try read(VolumeBox.self, json) }
  }
}
