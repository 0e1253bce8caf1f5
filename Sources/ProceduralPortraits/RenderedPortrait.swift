import PortraitClasses

/// One picture of a portrait: colors, labels and depths, row by row from the top left.
public struct RenderedPortrait: Sendable {
  /// The number of rows and columns.
  public let size: Int
  /// Display colors `[size, size, 3]`, 0 … 1, anti-aliased.
  public internal(set) var rgb: [Float]
  /// The class at each pixel's center ray `[size, size]`, 0 … 12.
  public internal(set) var labels: [UInt8]
  /// The distance from the camera along each pixel's center ray `[size, size]`, in world units.
  public internal(set) var depth: [Float]

  init(size: Int) {
    self.size = size
    rgb = [Float](repeating: 0, count: size * size * 3)
    labels = [UInt8](repeating: 0, count: size * size)
    depth = [Float](repeating: 0, count: size * size)
  }

  /// Returns the class of a pixel.
  public func label(row: Int, column: Int) -> PartClass {
    PartClass(rawValue: Int(labels[row * size + column])) ?? .background
  }
}
