import Foundation
import TensorFiles

/// The meaning of the values of a 16-bit depth picture.
///
/// The picture itself carries it as a PNG text under ``keyword``, and `…_depth16.json` beside the picture
/// holds the same JSON. A program that reads depths therefore never has to guess which end is near.
///
/// | JSON key   | Meaning                                                                       |
/// |------------|-------------------------------------------------------------------------------|
/// | `quantity` | `visible`: Σ wᵢ tᵢ / Σ wᵢ, the distance of the visible surface                  |
/// | `unit`     | `world`: world units along the ray, measured from the camera                    |
/// | `black`    | the distance that 0 stands for                                                  |
/// | `white`    | the distance that 65535 stands for; a ray that meets no surface has it too      |
/// | `width`, `height` | the size of the picture in pixels; its border pixels are border rays     |
/// | `radius`, `fov`, `yaw`, `pitch` | the camera: world units, degrees, radians                  |
public struct DepthCoding: Codable, Sendable, Equatable {
  /// The keyword of the PNG text.
  public static let keyword = "ssgan3d depth"
  /// The name of the quantity Σ wᵢ tᵢ / Σ wᵢ.
  public static let visible = "visible"

  /// The quantity, `visible`.
  public var quantity = DepthCoding.visible
  /// The unit, `world`.
  public var unit = "world"
  /// The distance that the value 0 stands for, in world units.
  public var black: Double
  /// The distance that the value 65535 stands for, in world units.
  public var white: Double
  /// The number of columns of the picture.
  public var width: Int
  /// The number of rows of the picture.
  public var height: Int
  /// The distance from the origin to the camera, in world units.
  public var radius: Double
  /// The field of view of the camera, in degrees.
  public var fov: Double
  /// The yaw of the camera, in radians.
  public var yaw: Double
  /// The pitch of the camera, in radians.
  public var pitch: Double

  /// Creates the coding in which 0 is the near end of the rays and 65535 is the far end.
  public init(_ camera: Camera, from pose: CameraPose, width: Int, height: Int) {
    (black, white) = (camera.near, camera.far)
    (self.width, self.height) = (width, height)
    (radius, fov) = (camera.radius, camera.fieldOfView)
    (yaw, pitch) = (pose.yaw, pose.pitch)
  }

  /// The direction in words: `0 = near 0.86 … 65535 = far 1.14`.
  public var line: String {
    let isDarkNear = black < white
    let (dark, bright) = isDarkNear ? ("near", "far") : ("far", "near")
    return "0 = \(dark) \(black) … 65535 = \(bright) \(white)"
  }

  /// Returns the brightness, 0 … 1, of a distance; that of the far end for NaN, a ray without a surface.
  public func brightness(of distance: Double) -> Double {
    distance.isNaN ? (black < white ? 1 : 0) : (distance - black) / (white - black)
  }

  /// Returns the distance of a brightness, 0 … 1.
  public func distance(of brightness: Double) -> Double { black + brightness * (white - black) }

  /// The JSON text, on one line, with sorted keys.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Reads the JSON text of a picture; nil if it is damaged or says what this program does not know.
  public init?(json: String) {
    guard let read = try? JSONText.decode(Self.self, from: Data(json.utf8)),
      read.quantity == Self.visible, read.unit == "world", read.black.isFinite,
      read.white.isFinite, read.black != read.white
    else { return nil }
    self = read
  }
}
