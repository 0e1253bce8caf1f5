extension PortraitParameters {
  /// The style, color and shape of the hair.
  public struct Hair: Sendable, Equatable, Codable {
    /// The hairstyle.
    public enum Style: String, Sendable, Codable, CaseIterable {
      /// A few millimeters all over.
      case shaven
      /// Short, ears free.
      case crop
      /// Short at the sides, standing up in front.
      case quiff
      /// To the chin.
      case bob
      /// To the shoulders and beyond.
      case long
      /// Tied up on top of the head, ears free.
      case bun
      /// A round mass of curls.
      case afro
    }

    /// The hairstyle.
    public var style = Style.long
    /// The color.
    public var color = RGB(0.30, 0.18, 0.11)
    /// The thickness of the hair over the skull.
    public var volume = 0.013
    /// The position of the parting: −1 far on the left of the image, 0 in the middle, 1 on the right.
    public var parting = 0.3
    /// How far the fringe extends down from the hairline.
    public var fringe = 0.0
    /// How far the opening for the face extends up at the parting.
    public var partingLift = 0.0
    /// The height of the waves.
    public var wave = 0.0
    /// How untidy short hair is: 0 … 1.
    public var tousle = 0.0
    /// A factor on the number of strands across the hair.
    public var strands = 1.0
  }

  /// Neck, shoulders and clothes.
  public struct Cloth: Sendable, Equatable, Codable {
    /// The neckline.
    public enum Style: String, Sendable, Codable, CaseIterable {
      /// A round collar.
      case crew
      /// A pointed neckline.
      case vee
      /// A high, soft collar.
      case turtleneck
      /// A collar of two flaps.
      case shirt
    }

    /// The neckline.
    public var style = Style.crew
    /// The color of the cloth.
    public var color = RGB(0.30, 0.45, 0.62)
    /// The color of stripes and collar.
    public var trim = RGB(0.92, 0.90, 0.86)
    /// The strength of the stripes, 0 … 1.
    public var stripes = 0.0
    /// A factor on the width of the shoulders.
    public var shoulders = 1.0
    /// A factor on the thickness of the neck.
    public var neck = 1.0
  }

  /// The wall behind the person.
  public struct Background: Sendable, Equatable, Codable {
    /// The color at the top.
    public var top = RGB(0.62, 0.74, 0.82)
    /// The color at the bottom.
    public var bottom = RGB(0.86, 0.84, 0.78)
    /// The strength of the out-of-focus lights, 0 … 1.
    public var bokeh = 0.0
    /// The random seed of the out-of-focus lights.
    public var pattern = 0
  }

  /// The direction and the color of the main light.
  public struct Light: Sendable, Equatable, Codable {
    /// The side of the main light: −1 left, 1 right.
    public var side = -0.5
    /// The height of the main light.
    public var height = 0.6
    /// The warmth of the main light: −1 … 1.
    public var warmth = 0.2
  }

  /// The shape and color of glasses and the opacity of their lenses.
  public struct Glasses: Sendable, Equatable, Codable {
    /// Half the width of a lens.
    public var width = 0.0190
    /// Half the height of a lens.
    public var height = 0.0150
    /// The roundness of the rims: 0 a rectangle, 1 an oval.
    public var roundness = 0.7
    /// The thickness of the rims.
    public var rim = 0.0014
    /// The color of the frame.
    public var color = RGB(0.12, 0.10, 0.10)
    /// The opacity of the lenses: 0 … 1; sunglasses are above ½.
    public var tint = 0.08
  }

  /// The kind and the colors of a hat.
  public struct Hat: Sendable, Equatable, Codable {
    /// The kind of hat.
    public enum Style: String, Sendable, Codable, CaseIterable {
      /// A knitted cap with a folded edge.
      case beanie
      /// A cap with a visor.
      case cap
      /// A hat with a brim all around.
      case brimmed
    }

    /// The kind of hat.
    public var style = Style.beanie
    /// The main color.
    public var color = RGB(0.70, 0.28, 0.26)
    /// The color of band, edge or stripes.
    public var trim = RGB(0.92, 0.90, 0.86)
  }

  /// The kind, size and color of the earrings.
  public struct Earrings: Sendable, Equatable, Codable {
    /// The kind of earring.
    public enum Style: String, Sendable, Codable, CaseIterable {
      /// One pearl at the lobe.
      case pearl
      /// A ring.
      case hoop
      /// A long drop.
      case drop
    }

    /// The kind of earring.
    public var style = Style.pearl
    /// A factor on the size.
    public var size = 1.0
    /// The color.
    public var color = RGB(0.95, 0.80, 0.40)
  }
}
