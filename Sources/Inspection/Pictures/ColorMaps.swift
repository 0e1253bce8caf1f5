/// A color map: a function from numbers to colors.
public struct ColorMap: Sendable, Hashable {
  /// The name of the map in dumps and on pages.
  public let name: String
  /// The colors at equally spaced values, from the lowest to the highest.
  let anchors: [Color]

  /// Returns the color at a position, 0 … 1, by linear interpolation between the anchors.
  ///
  /// Positions outside the range are clamped to it. NaN, the position of every value that is not
  /// finite, gives magenta, which no map contains.
  public func color(at position: Double) -> Color {
    guard !position.isNaN else { return .notFinite }
    let place = max(0, min(1, position)) * Double(anchors.count - 1)
    let index = min(anchors.count - 2, Int(place))
    return anchors[index].mixed(with: anchors[index + 1], share: place - Double(index))
  }

  /// The map for unsigned values: from dark violet through green to yellow.
  ///
  /// The map is perceptually uniform and readable with every kind of color vision; its lightness rises
  /// monotonically. The anchors are ten published colors of the map known as viridis.
  public static let scalar = ColorMap(
    name: "viridis",
    anchors: [
      0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B,
      0xFDE725,
    ].map(Color.init(hex:)))

  /// The map for distances, whose small values are near: the scalar map reversed, so that near is bright.
  public static let distance = ColorMap(
    name: "viridis reversed", anchors: scalar.anchors.reversed())

  /// The map for signed values: blue below zero, near white at zero, red above.
  ///
  /// Blue and red at equal distances from zero are equally dark, and they are distinguishable with every
  /// kind of color vision.
  public static let signed = ColorMap(
    name: "blue–white–red",
    anchors: [0x2166AC, 0x67A9CF, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xEF8A62, 0xB2182B]
      .map(Color.init(hex:)))
}
