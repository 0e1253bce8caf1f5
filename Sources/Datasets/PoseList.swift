import Camera
import Foundation

/// The camera poses of pictures, read from a JSON file.
///
/// Two forms are read. The first is this project's own, with angles in radians as in `Docs/Camera.md`:
///
///     {"poses": [["00001.jpg", 1.62, 1.55], …]}         name, yaw, pitch
///
/// The second is the `dataset.json` of EG3D, with 25 numbers for each picture:
///
///     {"labels": [["00001.png", [c₀, …, c₂₄]], …]}      cam2world 4 × 4, then intrinsics 3 × 3
///
/// The matrix is in row-major order and transforms the axes of OpenCV (right, down, forward) to world
/// axes, which are those of this project (right, up, towards the frontal camera). Yaw and pitch are
/// those of the direction opposite to the viewing direction. What the camera of this project does not
/// have is not used: roll, position, and intrinsics.
///
/// A name stands for the picture with the same base name: folders and the extension do not count, and a
/// number stands for the name of five digits that CelebAMask-HQ gives it.
public struct PoseList: Sendable {
  /// The file.
  public let file: String
  /// The number of poses.
  public var count: Int { poses.count }
  /// The number of matrices whose roll, which is not used, exceeds five degrees.
  public private(set) var tilted = 0

  private var poses: [String: CameraPose] = [:]

  /// Reads a file of poses.
  ///
  /// - Parameter file: a JSON file in one of the two forms.
  /// - Throws: `DatasetError` for the first entry that is not a possible pose.
  public init(contentsOf file: URL) throws(DatasetError) {
    self.file = file.path
    let text = try ListFile.data(file, as: "a file of camera poses")
    try ListFile.requireKeys(["poses", "labels"], in: text, file.path)
    let content: Content
    do { content = try JSONDecoder().decode(Content.self, from: text) } catch {
      throw DatasetError(
        file.path, Self.problem(error),
        "expected {\"poses\": [[name, yaw, pitch], …]} or EG3D's {\"labels\": [[name, [25 numbers]], …]}"
      )
    }
    switch (content.poses, content.labels) {
    case (let entries?, nil): for entry in entries { try add(entry.name, entry.pose(file.path)) }
    case (nil, let labels?):
      for label in labels {
        let view = try CameraMatrix(label.numbers, of: "\(file.path): \(label.name)")
        if view.roll.magnitude > 5 * .pi / 180 { tilted += 1 }
        try add(label.name, view.pose)
      }
    default:
      throw DatasetError(
        file.path, "has neither \"poses\" nor \"labels\", or both", "give one list of poses")
    }
  }

  /// Returns the pose of a picture, or nil if the file has none.
  public func pose(of id: String) -> CameraPose? { poses[id] ?? poses[Self.key(id)] }

  private mutating func add(_ name: String, _ pose: CameraPose) throws(DatasetError) {
    guard poses.updateValue(pose, forKey: Self.key(name)) == nil else {
      throw DatasetError(
        file, "gives two poses to \(Self.key(name)), the second as \(name)",
        "remove one of them; folders and extensions do not distinguish names")
    }
  }

  /// Returns the name under which a picture is known: its base name, numbers with five digits.
  private static func key(_ name: String) -> String {
    let (base, kind) = FileListing.split(
      name.split(separator: "/").last.map(String.init) ?? name)
    let known = PictureFile.kinds.contains(kind) ? base : kind.isEmpty ? base : "\(base).\(kind)"
    guard !known.isEmpty, known.utf8.allSatisfy({ (48...57).contains($0) }) else { return known }
    let digits = known.drop { $0 == "0" }
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  // MARK: - The file

  private struct Content: Decodable {
    let poses: [Entry]?
    let labels: [Label]?
  }

  /// An element of `poses`.
  private struct Entry: Decodable {
    let name: String
    let yaw: Double
    let pitch: Double

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      name = try values.decode(String.self)
      (yaw, pitch) = (try values.decode(Double.self), try values.decode(Double.self))
      try values.requireEnd()
    }

    func pose(_ file: String) throws(DatasetError) -> CameraPose {
      guard yaw.magnitude <= 2 * .pi else {
        throw DatasetError(
          "\(file): \(name)", "yaw is \(yaw), expected radians, −2π … 2π",
          "convert degrees to radians; π/2 is frontal")
      }
      guard pitch > 0, pitch < .pi else {
        throw DatasetError(
          "\(file): \(name)", "pitch is \(pitch), expected radians between 0 and π",
          "measure it from the vertical axis; π/2 is level")
      }
      return CameraPose(yaw: yaw, pitch: pitch)
    }
  }

  /// An element of EG3D's `labels`.
  private struct Label: Decodable {
    let name: String
    let numbers: [Double]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      name = try values.decode(String.self)
      numbers = try values.decode([Double].self)
      try values.requireEnd()
    }
  }

  /// Returns what is wrong with a file that cannot be decoded, with the place in the file.
  private static func problem(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "cannot be read" }
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined()
    }
    switch error {
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return "is not valid JSON (which has no NaN and no Infinity)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context), .keyNotFound(_, let context):
      let path = place(context)
      return path.isEmpty ? "is not a JSON object" : "\(path) is not what belongs there"
    @unknown default: return "cannot be read"
    }
  }
}

/// The camera of EG3D's 25 numbers.
private struct CameraMatrix {
  /// The pose that looks in the same direction.
  let pose: CameraPose
  /// The rotation around the viewing direction that an upright picture lacks, in radians.
  let roll: Double

  /// How far a rotation's rows may be from orthonormal; files have about six digits.
  private static let tolerance = 1e-3

  init(_ numbers: [Double], of place: String) throws(DatasetError) {
    func flaw(_ problem: String, _ remedy: String) -> DatasetError {
      DatasetError(place, problem, remedy)
    }
    guard numbers.count == 25 else {
      throw flaw("has \(numbers.count) numbers, expected 25", "write cam2world and intrinsics")
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw flaw("has a number that is not finite", "remove the picture or mend its camera")
    }
    func column(_ index: Int) -> Vector {
      Vector(numbers[index], numbers[4 + index], numbers[8 + index])
    }
    let (right, down, forward, position) = (column(0), column(1), column(2), column(3))
    let products = [
      right.dot(right) - 1, down.dot(down) - 1, forward.dot(forward) - 1, right.dot(down),
      down.dot(forward), forward.dot(right), right.cross(down).dot(forward) - 1,
    ]
    guard products.allSatisfy({ $0.magnitude <= Self.tolerance }) else {
      throw flaw(
        "its first three columns are not a rotation",
        "write cam2world as 4 rows of 4 numbers, right-handed")
    }
    guard zip(numbers[12..<16], [0, 0, 0, 1]).allSatisfy({ ($0 - $1).magnitude <= Self.tolerance })
    else { throw flaw("its fourth row is not 0 0 0 1", "write cam2world in row-major order") }
    // A camera that sees the head looks towards the origin. With the axes of OpenGL, or with the
    // inverse matrix, it would look away.
    guard position.dot(forward) < 0 else {
      throw flaw(
        "its camera looks away from the origin",
        "write cam2world, not world2cam, with the axes of OpenCV (right, down, forward)")
    }
    let backward = -forward
    let angle = atan2(backward.z, backward.x)
    pose = CameraPose(
      // The cut lies behind the head.
      yaw: angle <= -.pi / 2 ? angle + 2 * .pi : angle, pitch: acos(min(1, max(-1, backward.y))))
    let upright = CameraFrame(pose: pose, radius: 1)
    roll = atan2(right.dot(upright.up), right.dot(upright.right))
  }
}
