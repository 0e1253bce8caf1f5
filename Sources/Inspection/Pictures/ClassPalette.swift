/// Names and colors for the classes of label maps and masks.
public struct ClassPalette: Sendable, Equatable {
  /// The class names in the order of the class numbers.
  public let names: [String]
  /// The colors in the order of the class numbers, as many as names.
  public let colors: [Color]

  /// A palette of one or more classes.
  public init(names: [String], colors: [Color]) {
    precondition(
      !names.isEmpty && names.count == colors.count,
      "ClassPalette: \(names.count) names, \(colors.count) colors, expected equal counts above 0")
    self.names = names
    self.colors = colors
  }

  /// The name that dumps give to the colors of classes.
  public static let mapName = "mask palette"

  /// Returns the color of a class; numbers beyond the last repeat the palette, negative ones are
  /// magenta.
  public func color(_ id: Int) -> Color { id < 0 ? .notFinite : colors[id % colors.count] }

  /// Returns the name of a class, or "part" with its number beyond the last.
  public func name(_ id: Int) -> String {
    names.indices.contains(id) ? names[id] : "part \(id)"
  }
}
