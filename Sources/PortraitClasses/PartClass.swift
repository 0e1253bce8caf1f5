import Inspection
import TensorFiles

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

  /// The English name of the part, for tables and pictures.
  public var name: String { "\(self)" }

  /// The two-digit index of the part, as used in the names of dumps and files.
  public var twoDigits: String { rawValue < 10 ? "0\(rawValue)" : "\(rawValue)" }

  /// The parts in an order in which a portrait can be composed: what is behind comes first.
  public static let backToFront: [PartClass] = [
    .background, .cloth, .neck, .face, .ears, .nose, .mouth, .eyes, .brows, .hair, .glasses, .hat,
    .earrings,
  ]

  /// The color of the part in all pictures of masks.
  public var paletteColor: PaletteColor {
    let color = ClassPalette.portrait.color(rawValue)
    return PaletteColor(color.red, color.green, color.blue)
  }

  /// The thirteen colors, in the order of the labels.
  public static let palette: [PaletteColor] = allCases.map(\.paletteColor)
}
