/// All parameters of one portrait; they are plain numbers, so a portrait is a small JSON file.
///
/// Lengths are in world units; half the height of the frontal image is 0.105 at the origin. Fields
/// that are called factors are 1 for the average portrait. Colors are display values: red, green and
/// blue, 0 … 1.
public struct PortraitParameters: Sendable, Equatable, Codable {
  /// The shape and skin of head and face.
  public var face = Face()
  /// The parameters of the eyes.
  public var eyes = Eyes()
  /// The parameters of the brows.
  public var brows = Brows()
  /// The parameters of the mouth.
  public var mouth = Mouth()
  /// The parameters of the nose.
  public var nose = Nose()
  /// The parameters of the ears.
  public var ears = Ears()
  /// The parameters of the hair.
  public var hair = Hair()
  /// Neck, shoulders and clothes.
  public var cloth = Cloth()
  /// The wall behind the person.
  public var background = Background()
  /// The parameters of the light.
  public var light = Light()
  /// Glasses; nil without glasses.
  public var glasses: Glasses?
  /// A hat; nil without a hat.
  public var hat: Hat?
  /// Earrings; nil without earrings.
  public var earrings: Earrings?

  /// Creates the average portrait, without glasses, hat or earrings.
  public init() {}
}

extension PortraitParameters {
  /// The shape and skin of head and face.
  public struct Face: Sendable, Equatable, Codable {
    /// A factor on the width of skull and cheeks.
    public var width = 1.0
    /// A factor on the length from brows to chin.
    public var length = 1.0
    /// A factor on the width of the jaw.
    public var jaw = 1.0
    /// A factor on the fullness of the cheeks.
    public var cheeks = 1.0
    /// A factor on the size of the chin.
    public var chin = 1.0
    /// The color of the skin.
    public var skin = RGB(0.93, 0.74, 0.62)
    /// The strength of the blush, 0 … 1.
    public var blush = 0.4
    /// The strength of the freckles, 0 … 1.
    public var freckles = 0.0
    /// The strength of the stubble of a shaven beard, 0 … 1.
    public var stubble = 0.0
  }

  /// The position, shape and color of the eyes.
  public struct Eyes: Sendable, Equatable, Codable {
    /// Half the distance between the eyes' centers.
    public var spacing = 0.0245
    /// The height of the eyes' centers.
    public var height = 0.004
    /// Half the width of the opening.
    public var width = 0.0125
    /// How far the opening extends up from the center.
    public var opening = 0.0072
    /// How far the outer corner is above the inner one.
    public var tilt = 0.0012
    /// The radius of the iris.
    public var iris = 0.0060
    /// The color of the iris.
    public var color = RGB(0.36, 0.22, 0.12)
    /// The thickness of the line of lashes.
    public var lashes = 0.0016
    /// The offset of the gaze towards +x and +y.
    public var gaze = SIMD2<Double>(0, 0)
  }

  /// The position, shape and color of the brows.
  public struct Brows: Sendable, Equatable, Codable {
    /// The height of the brows above the eyes' centers.
    public var height = 0.0150
    /// Half the length of a brow.
    public var length = 0.0150
    /// The thickness at the inner end.
    public var thickness = 0.0050
    /// How far the middle rises above the ends.
    public var arch = 0.0030
    /// How far the outer end is above the inner one.
    public var tilt = 0.0005
    /// The color of the hairs.
    public var color = RGB(0.25, 0.16, 0.10)
  }

  /// The position, shape and color of the lips.
  public struct Mouth: Sendable, Equatable, Codable {
    /// The height of the line between the lips.
    public var height = -0.0540
    /// Half the width.
    public var width = 0.0210
    /// The height of the upper lip.
    public var upperLip = 0.0052
    /// The height of the lower lip.
    public var lowerLip = 0.0070
    /// How far the corners are above the middle.
    public var smile = 0.0040
    /// The gap between the lips.
    public var gap = 0.0
    /// The color of the lips.
    public var color = RGB(0.80, 0.42, 0.40)
  }

  /// The shape of the nose.
  public struct Nose: Sendable, Equatable, Codable {
    /// A factor on the width of tip and wings.
    public var width = 1.0
    /// The height of the tip's center.
    public var tip = -0.0260
    /// How far the tip protrudes from the face.
    public var length = 0.0100
    /// How far the tip points up.
    public var lift = 0.0010
  }

  /// The size and the angle of the ears.
  public struct Ears: Sendable, Equatable, Codable {
    /// A factor on the size.
    public var size = 1.0
    /// How far the ears stand out: 0 is flat, 1 is straight out.
    public var flare = 0.5
  }
}
