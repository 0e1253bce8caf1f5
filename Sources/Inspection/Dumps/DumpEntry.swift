/// One line of a dump's index.
public struct DumpEntry: Codable, Sendable, Hashable {
  /// The dump name.
  public let name: String
  /// What the picture shows.
  public let caption: String
  /// The equation that made it; empty when none did.
  public let equation: String
  /// The axes by letter, for example `[D, H, W]`.
  public let axes: String
  /// The unit of the values; empty when they have none.
  public let unit: String
  /// The length of each axis; null when there are no numbers behind the picture.
  public let shape: [Int]?
  /// The least finite value.
  public let min: Double?
  /// The greatest finite value.
  public let max: Double?
  /// The mean of the finite values.
  public let mean: Double?
  /// Elements that are infinite or not a number.
  public let notFinite: Int?
  /// The colour map of the picture.
  public let colorMap: String
  /// The exact numbers, relative to the folder; the picture when there are no numbers.
  public let file: String
  /// The picture, relative to the folder.
  public let picture: String

  init(_ view: View, file: String, picture: String) {
    name = view.name
    caption = view.caption
    equation = view.equation
    axes = view.axes
    unit = view.unit
    shape = view.tensor?.shape
    min = view.statistics?.minimum
    max = view.statistics?.maximum
    mean = view.statistics?.mean
    notFinite = view.statistics?.notFinite
    colorMap = view.rendering.colorMap
    self.file = file
    self.picture = picture
  }
}
