/// A tensor made visible.
public struct Rendering: Sendable {
  /// The picture with its labels and its colour bar.
  public var picture: Picture
  /// The main pixels alone, for where there is little room: a terminal.
  public var compact: Picture
  /// The name of the colour map, for the index of a dump.
  public var colorMap: String

  /// A picture with, if it has one, a smaller version.
  public init(_ picture: Picture, compact: Picture? = nil, colorMap: String) {
    self.picture = picture
    self.compact = compact ?? picture
    self.colorMap = colorMap
  }
}
