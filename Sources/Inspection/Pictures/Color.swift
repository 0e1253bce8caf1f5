import Foundation

/// An 8-bit sRGB color.
public struct Color: Hashable, Sendable {
  /// Red, 0 … 255.
  public var red: UInt8
  /// Green, 0 … 255.
  public var green: UInt8
  /// Blue, 0 … 255.
  public var blue: UInt8

  /// Creates a color from its three components, each 0 … 255.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Creates a color from a hexadecimal number, for example `0x4477AA`.
  public init(hex: UInt32) {
    self.init(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
  }

  /// Creates a color from components 0 … 1, rounded to the nearest of 256 levels.
  ///
  /// Components outside the range are clamped to it; NaN becomes 0.
  public init(unit red: Double, _ green: Double, _ blue: Double) {
    func level(_ value: Double) -> UInt8 {
      value.isNaN ? 0 : UInt8((max(0, min(1, value)) * 255).rounded())
    }
    self.init(level(red), level(green), level(blue))
  }

  /// The components as numbers, 0 … 1.
  public var unit: (red: Double, green: Double, blue: Double) {
    (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
  }

  /// Returns a mixture with another color, whose share is 0 … 1.
  public func mixed(with other: Color, share: Double) -> Color {
    let (a, b) = (unit, other.unit)
    return Color(
      unit: a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
      a.blue + (b.blue - a.blue) * share)
  }

  /// The CIE relative luminance of the color, 0 (black) … 1 (white).
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
  /// The color of labels and axes.
  public static let ink = Color(hex: 0x22262B)
  /// The color of grid lines and frames.
  public static let faint = Color(hex: 0xC9CED6)
  /// The color of elements that are not finite; no color map contains it.
  public static let notFinite = Color(hex: 0xFF00FF)
}
