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
  /// Any two of them are 24 or more apart in CIELAB, for normal eyes and for each of the three
  /// colour vision deficiencies (simulated as by Machado, Oliveira and Fernandes, 2009).
  public var paletteColour: SIMD3<UInt8> {
    switch self {
    case .background: SIMD3(189, 240, 241)
    case .face: SIMD3(249, 200, 164)
    case .eyes: SIMD3(26, 87, 205)
    case .brows: SIMD3(65, 37, 8)
    case .mouth: SIMD3(189, 29, 72)
    case .nose: SIMD3(232, 160, 38)
    case .ears: SIMD3(177, 96, 172)
    case .hair: SIMD3(84, 45, 132)
    case .neck: SIMD3(164, 158, 78)
    case .cloth: SIMD3(24, 152, 126)
    case .glasses: SIMD3(9, 8, 31)
    case .hat: SIMD3(107, 207, 250)
    case .earrings: SIMD3(230, 250, 40)
    }
  }

  /// The palette as 13 rows of red, green, blue, 0 … 255.
  public static let palette: [[UInt8]] = allCases.map {
    [$0.paletteColour.x, $0.paletteColour.y, $0.paletteColour.z]
  }
}
