import Tensors

/// Whether row 0 of a part map is the top or the bottom of the world box.
public enum RowAxis: String, Sendable, Codable, CaseIterable {
  /// Row 0 is the top (y = max), as in an image.
  case down
  /// Row 0 is the bottom (y = min), as in the apparent development code.
  case up
}

/// The world box of a volume; its corners are the centers of the outermost voxels.
///
/// Columns run along x, rows along y, and planes along z. Plane D−1 (z = max) is nearest to the
/// frontal camera; plane 0 is farthest.
public struct VolumeBox: Sendable, Equatable {
  /// The box of the reference systems, made for upright face photographs.
  public static let reference = VolumeBox(
    min: Vector(-0.1886, -0.1671, -0.1956), max: Vector(0.1887, 0.1692, 0.1872))

  /// The corner with the smallest x, y and z, in world units.
  public let min: Vector
  /// The corner with the largest x, y and z, in world units.
  public let max: Vector

  /// Creates a box; every component of `max` must be greater than that of `min`.
  public init(min: Vector, max: Vector) {
    require(
      (0..<3).allSatisfy { min[$0] < max[$0] },
      "VolumeBox(min:max:): min is \(min), max is \(max), expected min < max in x, y and z")
    self.min = min
    self.max = max
  }

  /// The lengths of the box's edges along x, y and z.
  public var extent: Vector { max - min }
}

extension VolumeBox: Codable {
  private enum CodingKeys: String, CodingKey {
    case min, max
  }

  /// Reads `{"min": [x, y, z], "max": [x, y, z]}`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func corner(_ key: CodingKeys) throws -> Vector {
      let numbers = try values.decode([Double].self, forKey: key)
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "\(key.rawValue) is \(numbers), expected three finite numbers")
      }
      return Vector(numbers[0], numbers[1], numbers[2])
    }
    let (low, high) = (try corner(.min), try corner(.max))
    guard (0..<3).allSatisfy({ low[$0] < high[$0] }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .max, in: values,
        debugDescription: "max does not exceed min in x, y and z")
    }
    self.init(min: low, max: high)
  }
}
