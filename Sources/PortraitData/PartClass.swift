/// The thirteen parts of a portrait; the raw value is the label in every label map and mask.
public enum PartClass: Int, Sendable, Codable, CaseIterable {
  case background = 0
  case face = 1
  case eyes = 2
  case brows = 3
  case mouth = 4
  case nose = 5
  case ears = 6
  case hair = 7
  case neck = 8
  case cloth = 9
  case glasses = 10
  case hat = 11
  case earrings = 12

  /// The number of parts, K.
  public static let count = 13

  /// The part's name in English, for tables and pictures.
  public var name: String { String(describing: self) }

  /// The part's two-digit index, as in the names of dumps and files.
  public var twoDigits: String { rawValue < 10 ? "0\(rawValue)" : "\(rawValue)" }

  /// The part's colour in every picture of masks: red, green, blue, 0 … 255.
  ///
  /// Neighbours in the picture differ in lightness as well as in hue, so that the palette also
  /// reads in grey and with a colour vision deficiency.
  public var paletteColour: SIMD3<UInt8> {
    switch self {
    case .background: SIMD3(38, 42, 60)
    case .face: SIMD3(244, 205, 170)
    case .eyes: SIMD3(0, 114, 178)
    case .brows: SIMD3(92, 52, 30)
    case .mouth: SIMD3(204, 51, 77)
    case .nose: SIMD3(230, 159, 62)
    case .ears: SIMD3(204, 121, 167)
    case .hair: SIMD3(120, 94, 160)
    case .neck: SIMD3(178, 142, 112)
    case .cloth: SIMD3(0, 158, 115)
    case .glasses: SIMD3(20, 20, 20)
    case .hat: SIMD3(86, 180, 233)
    case .earrings: SIMD3(240, 228, 66)
    }
  }

  /// The palette as 13 rows of red, green, blue, 0 … 255.
  public static let palette: [[UInt8]] = allCases.map {
    [$0.paletteColour.x, $0.paletteColour.y, $0.paletteColour.z]
  }
}
