/// How one line of a chart differs from the others: color, dashes and marker.
///
/// Colors repeat after 8 lines, dashes after 4 and markers after 5, but no two of the first 32 lines have
/// the same color and the same dashes.
struct SeriesStyle: Hashable {
  /// The place of the color in the palette.
  let color: Int
  /// The place of the dashes among ``dashPatterns``.
  let dash: Int
  let marker: Marker

  /// Creates the style of a line by its position in the chart.
  init(_ index: Int) {
    let colors = SeriesPalette.colors.count
    color = index % colors
    // Lines of the same color differ in their dashes.
    dash = (index + index / colors) % Self.dashPatterns.count
    marker = Marker.allCases[index % Marker.allCases.count]
  }

  /// Lengths that are drawn and left out in turn, in pixels; none for a solid line.
  static let dashPatterns: [[Double]] = [[], [12, 6], [4, 5], [14, 5, 3, 5]]
  var dashes: [Double] { Self.dashPatterns[dash] }

  /// The shape of the points.
  enum Marker: CaseIterable {
    case disc, square, triangle, diamond, wedge

    /// The radius of the disc in pixels.
    static let radius = 3.0

    /// The corners relative to the center, right and down in pixels; a disc has none.
    var corners: [(x: Double, y: Double)] {
      switch self {
      case .disc: []
      case .square: [(-3, -3), (3, -3), (3, 3), (-3, 3)]
      case .triangle: [(0, -4.5), (4.2, 3), (-4.2, 3)]
      case .diamond: [(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)]
      case .wedge: [(0, 4.5), (-4.2, -3), (4.2, -3)]
      }
    }
  }
}

/// The colors of the lines in a chart.
///
/// They are distinguishable with every kind of color vision, and have a contrast of at least 3 : 1 to
/// the background of a page, as WCAG 2.2 asks of graphics.
public enum SeriesPalette {
  /// On a light background: blue, brown, green, purple, teal, vermilion, violet, gray.
  public static let colors: [Color] =
    [0x0072B2, 0x554400, 0x009944, 0x660077, 0x005566, 0xD55E00, 0x6600CC, 0x888888]
    .map(Color.init(hex:))

  /// The same order on a dark background: blue, amber, green, pink, cyan, vermilion, lavender, light gray.
  public static let darkColors: [Color] =
    [0x6677BB, 0xFFCC44, 0x88CC88, 0xCC7799, 0x77EEFF, 0xFF6633, 0xAAAAEE, 0xDDDDCC]
    .map(Color.init(hex:))

  /// Returns the color of a series on a light background; the colors repeat after the last.
  public static func color(_ index: Int) -> Color { colors[index % colors.count] }
}
