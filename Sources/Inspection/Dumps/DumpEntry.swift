/// One entry of the index of a dump.
public struct DumpEntry: Codable, Sendable, Hashable {
  /// The dump name.
  public let name: String
  /// What the picture shows.
  public let caption: String
  /// The equation that computes the tensor; empty if there is none.
  public let equation: String
  /// The axes by letter, for example `[D, H, W]`.
  public let axes: String
  /// The unit of the values; empty if they have none.
  public let unit: String
  /// The length of each axis; null if the picture has no tensor.
  public let shape: [Int]?
  /// The least finite value.
  public let min: Double?
  /// The greatest finite value.
  public let max: Double?
  /// The mean of the finite values.
  public let mean: Double?
  /// The number of elements that are infinite or NaN.
  public let notFinite: Int?
  /// The name of the picture's color map.
  public let colorMap: String
  /// The path of the exact values, relative to the folder; that of the picture if there are none.
  public let file: String
  /// The path of the picture, relative to the folder.
  public let picture: String
  /// The name of the part that the tensor belongs to; null if it belongs to no single part.
  public let part: String?
  /// The values at the lowest and the highest color; null if the colors show no single range.
  public let colorRange: [Double]?
  /// How the colors are read, for example "bright is near"; null if the color map says all.
  public let colorMeaning: String?
  /// The name of an earlier tensor of the same kind with the same values; null if there is none.
  public let sameAs: String?

  init(_ view: View, file: String, picture: String, sameAs: String? = nil) {
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
    part = view.part
    colorRange = view.rendering.range.map { [$0.lowerBound, $0.upperBound] }
    colorMeaning = view.rendering.meaning.isEmpty ? nil : view.rendering.meaning
    self.sameAs = sameAs
  }
}
