extension PortraitParameters {
  /// Returns a skin color between two neighbors on a scale from light to dark.
  static func skinTone(_ generator: inout some RandomNumberGenerator) -> RGB {
    let scale: [RGB] = [
      RGB(0.96, 0.82, 0.74), RGB(0.95, 0.78, 0.68), RGB(0.93, 0.74, 0.61),
      RGB(0.88, 0.67, 0.53), RGB(0.79, 0.57, 0.43), RGB(0.67, 0.46, 0.34),
      RGB(0.54, 0.36, 0.27), RGB(0.42, 0.28, 0.21),
    ]
    // The weighted sum of two draws slightly favors the middle of the scale.
    let draw = 0.55 * generator.unit() + 0.45 * generator.unit()
    let place = draw * (Double(scale.count - 1) - 1e-9)
    let index = Int(place)
    return mix(scale[index], scale[index + 1], place - Double(index))
  }

  /// Returns a hair color: dark with any skin, light or red with light skin only, rarely gray or dyed.
  static func hairColor(skin: RGB, _ generator: inout some RandomNumberGenerator) -> RGB {
    if generator.chance(0.07) { return generator.pick(dyes) }
    if generator.chance(0.08) {
      return mix(RGB(0.62, 0.62, 0.63), RGB(0.88, 0.87, 0.85), generator.unit())
    }
    let isLight = skin.y > 0.66
    let natural = generator.pick(
      weighted: isLight
        ? [(0, 0.14), (1, 0.22), (2, 0.20), (3, 0.12), (4, 0.12), (5, 0.12), (6, 0.08)]
        : [(0, 0.55), (1, 0.35), (2, 0.10)])
    let shades: [RGB] = [
      RGB(0.13, 0.11, 0.12), RGB(0.25, 0.16, 0.12), RGB(0.38, 0.25, 0.16),
      RGB(0.50, 0.24, 0.13), RGB(0.70, 0.38, 0.17), RGB(0.76, 0.60, 0.36),
      RGB(0.88, 0.77, 0.56),
    ]
    return shades[natural] * generator.between(0.9, 1.1)
  }

  static let dyes: [RGB] = [
    RGB(0.86, 0.45, 0.60), RGB(0.35, 0.50, 0.74), RGB(0.30, 0.60, 0.58),
    RGB(0.56, 0.42, 0.70),
  ]

  static let darkIrises: [RGB] = [
    RGB(0.36, 0.22, 0.12), RGB(0.28, 0.17, 0.10), RGB(0.46, 0.29, 0.14),
  ]

  static let lightIrises: [RGB] = [
    RGB(0.34, 0.52, 0.68), RGB(0.38, 0.55, 0.42), RGB(0.50, 0.56, 0.58),
    RGB(0.52, 0.42, 0.22), RGB(0.28, 0.44, 0.60),
  ]

  static let lipsticks: [RGB] = [
    RGB(0.76, 0.22, 0.26), RGB(0.82, 0.38, 0.42), RGB(0.66, 0.24, 0.34),
    RGB(0.86, 0.48, 0.44), RGB(0.60, 0.26, 0.26),
  ]

  static let fabrics: [RGB] = [
    RGB(0.22, 0.30, 0.44), RGB(0.62, 0.28, 0.28), RGB(0.30, 0.46, 0.42),
    RGB(0.86, 0.82, 0.74), RGB(0.24, 0.24, 0.27), RGB(0.80, 0.58, 0.28),
    RGB(0.48, 0.58, 0.70), RGB(0.72, 0.50, 0.54), RGB(0.44, 0.36, 0.50),
    RGB(0.92, 0.92, 0.92), RGB(0.42, 0.48, 0.32), RGB(0.84, 0.46, 0.36),
  ]

  static let trims: [RGB] = [
    RGB(0.93, 0.91, 0.87), RGB(0.22, 0.22, 0.26), RGB(0.86, 0.66, 0.36),
    RGB(0.60, 0.24, 0.26), RGB(0.28, 0.40, 0.52),
  ]

  static let walls: [RGB] = [
    RGB(0.62, 0.74, 0.80), RGB(0.86, 0.82, 0.76), RGB(0.72, 0.66, 0.60),
    RGB(0.42, 0.48, 0.54), RGB(0.80, 0.66, 0.58), RGB(0.56, 0.64, 0.54),
    RGB(0.34, 0.36, 0.44), RGB(0.76, 0.76, 0.84), RGB(0.88, 0.76, 0.56),
    RGB(0.46, 0.58, 0.62), RGB(0.60, 0.46, 0.46), RGB(0.90, 0.89, 0.86),
  ]

  static let frames: [RGB] = [
    RGB(0.10, 0.09, 0.09), RGB(0.36, 0.22, 0.14), RGB(0.62, 0.52, 0.36),
    RGB(0.46, 0.14, 0.16), RGB(0.18, 0.24, 0.34), RGB(0.60, 0.60, 0.62),
  ]

  static let metals: [RGB] = [
    RGB(0.95, 0.80, 0.42), RGB(0.86, 0.87, 0.90), RGB(0.95, 0.93, 0.88),
    RGB(0.30, 0.58, 0.60), RGB(0.80, 0.34, 0.36),
  ]
}
