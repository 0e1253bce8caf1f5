import Synchronization

/// Names and colors for the classes of label maps and masks.
public struct ClassPalette: Sendable, Equatable {
  /// The class names in the order of the class numbers.
  public let names: [String]
  /// The colors in the order of the class numbers, as many as names.
  public let colors: [Color]

  /// The colors beyond the last, which are computed when one of them is needed for the first time.
  private let further = Further()
  private final class Further: Sendable {
    let colors = Mutex<[Color]>([])
  }
  /// The largest number of classes: label maps have 8 bits.
  private static let mostClasses = 256

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

  /// Whether two palettes have the same names and colors.
  public static func == (one: ClassPalette, other: ClassPalette) -> Bool {
    one.names == other.names && one.colors == other.colors
  }

  /// Returns the color of a class; negative numbers and those above 255 are magenta.
  ///
  /// Numbers beyond the last have colors of their own, as different as possible from all smaller
  /// numbers' colors.
  public func color(_ id: Int) -> Color {
    if colors.indices.contains(id) { return colors[id] }
    guard (colors.count..<Self.mostClasses).contains(id) else { return .notFinite }
    return further.colors.withLock { further in
      if further.isEmpty {
        further = Color.distinct(from: colors, count: Self.mostClasses - colors.count)
      }
      return further[id - colors.count]
    }
  }

  /// Returns the name of a class, or "part" with its number beyond the last.
  public func name(_ id: Int) -> String {
    names.indices.contains(id) ? names[id] : "part \(id)"
  }
}
