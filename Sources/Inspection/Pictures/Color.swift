import Foundation

/// An 8-bit sRGB colour.
public struct Color: Hashable, Sendable {
  /// Red, 0 … 255.
  public var red: UInt8
  /// Green, 0 … 255.
  public var green: UInt8
  /// Blue, 0 … 255.
  public var blue: UInt8

  /// A colour from its three components, 0 … 255 each.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from a hexadecimal literal, for example `0x4477AA`.
  public init(hex: UInt32) {
    self.init(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
  }

  /// A colour from components 0 … 1, rounded to the nearest of 256 levels.
  ///
  /// Components outside the range take its nearest end; one that is not a number becomes 0.
  public init(unit red: Double, _ green: Double, _ blue: Double) {
    func level(_ value: Double) -> UInt8 {
      value.isNaN ? 0 : UInt8((max(0, min(1, value)) * 255).rounded())
    }
    self.init(level(red), level(green), level(blue))
  }

  /// The components as numbers 0 … 1.
  public var unit: (red: Double, green: Double, blue: Double) {
    (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
  }

  /// This colour moved a share of the way, 0 … 1, towards another.
  public func mixed(with other: Color, share: Double) -> Color {
    let (a, b) = (unit, other.unit)
    return Color(
      unit: a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
      a.blue + (b.blue - a.blue) * share)
  }

  /// How bright the colour looks, 0 black … 1 white (CIE relative luminance of sRGB).
  public var luminance: Double {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (red, green, blue) = unit
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// White.
  public static let white = Color(hex: 0xFFFFFF)
  /// Black.
  public static let black = Color(hex: 0x000000)
  /// The ink of labels and axes.
  public static let ink = Color(hex: 0x22262B)
  /// The ink of grid lines and frames.
  public static let faint = Color(hex: 0xC9CED6)
  /// Marks elements that are not finite; it appears in no colour map.
  public static let notFinite = Color(hex: 0xFF00FF)
}
