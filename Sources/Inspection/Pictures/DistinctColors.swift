import Foundation

extension Color {
  /// The color in CIELAB (D65): lightness 0 … 100 and two axes of hue, in which distances approximate
  /// perceived differences.
  var lab: SIMD3<Double> {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func compressed(_ share: Double) -> Double {
      share > 216 / 24389.0 ? cbrt(share) : (24389 / 27.0 * share + 16) / 116
    }
    let (r, g, b) = (linear(unit.red), linear(unit.green), linear(unit.blue))
    // sRGB to XYZ, divided by the white point D65.
    let x = compressed((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = compressed(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = compressed((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
  }

  /// Returns colors that are as different as possible from the given ones and from each other.
  ///
  /// Each new color is the one, of 4096 evenly spaced sRGB colors, whose nearest neighbor in CIELAB is
  /// farthest away. The result does not depend on `count`, apart from its length.
  ///
  /// - Parameters:
  ///   - colors: the colors that exist already.
  ///   - count: the number of colors to add.
  /// - Returns: `count` colors.
  static func distinct(from colors: [Color], count: Int) -> [Color] {
    let levels = (0..<16).map { UInt8(17 * $0) }
    let candidates = levels.flatMap { red in
      levels.flatMap { green in levels.map { blue in Color(red, green, blue) } }
    }
    let places = candidates.map(\.lab)
    var distances = [Double](repeating: .infinity, count: candidates.count)
    func mark(_ color: Color) {
      let place = color.lab
      for index in places.indices {
        let offset = places[index] - place
        distances[index] = min(distances[index], (offset * offset).sum())
      }
    }
    // Magenta means "not finite" everywhere.
    for color in colors + [.notFinite] { mark(color) }
    return (0..<count).map { _ in
      let next = candidates[distances.indices.max { distances[$0] < distances[$1] } ?? 0]
      mark(next)
      return next
    }
  }
}
