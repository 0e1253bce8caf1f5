/// One picture of a portrait: colours, labels and depths, row by row from the top left.
public struct RenderedPortrait: Sendable {
  /// Rows and columns.
  public let size: Int
  /// Display colours `[size, size, 3]`, 0 … 1, anti-aliased.
  public internal(set) var rgb: [Float]
  /// The class of each pixel's centre ray `[size, size]`, 0 … 12.
  public internal(set) var labels: [UInt8]
  /// The distance from the camera along each pixel's centre ray `[size, size]`, world units.
  public internal(set) var depth: [Float]

  init(size: Int) {
    self.size = size
    rgb = [Float](repeating: 0, count: size * size * 3)
    labels = [UInt8](repeating: 0, count: size * size)
    depth = [Float](repeating: 0, count: size * size)
  }

  /// The class of a pixel.
  public func label(row: Int, column: Int) -> PartClass {
    PartClass(rawValue: Int(labels[row * size + column])) ?? .background
  }
}
