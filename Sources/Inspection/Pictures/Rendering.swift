import Tensors

/// A picture of a tensor.
public struct Rendering: Sendable {
  /// The picture with its labels and its color bar.
  public var picture: Picture
  /// The main pixels without labels, for a terminal.
  public var compact: Picture
  /// The name of the color map, for the index of a dump.
  public var colorMap: String
  /// The values at the lowest and the highest color; nil if the colors show no single range.
  public var range: ClosedRange<Double>?
  /// How the colors are read, for example "bright is near"; empty if the color map says all.
  public var meaning: String
  /// What a chart shows, for a terminal; nil if the picture is not a chart.
  var chart: ChartContent?
  /// The film whose first frame is the picture; nil for a still picture.
  public var film: Film?

  /// A sequence of pictures.
  public struct Film: Sendable {
    /// The frames, at least one and all of one size; the first is the picture of the rendering.
    public let frames: [Picture]
    /// The duration of each frame in seconds.
    public let secondsPerFrame: Double
  }

  /// Creates a rendering from a picture and, optionally, a compact version of it.
  public init(
    _ picture: Picture, compact: Picture? = nil, colorMap: String,
    range: ClosedRange<Double>? = nil, meaning: String = ""
  ) {
    self.picture = picture
    self.compact = compact ?? picture
    self.colorMap = colorMap
    self.range = range
    self.meaning = meaning
  }

  /// Returns the rendering with a line of text above its picture.
  func titled(_ title: String) -> Rendering {
    var result = self
    let label = Picture.label(title).padded(top: 8, left: 8, right: 8)
    result.picture = Picture.column([label, picture], gap: 0)
    return result
  }

  /// Creates an animation that repeats forever.
  ///
  /// - Parameters:
  ///   - frames: the frames, at least one and all of one size.
  ///   - secondsPerFrame: the duration of each frame, 0.001 … 65 seconds.
  public init(film frames: [Picture], secondsPerFrame: Double) {
    require(!frames.isEmpty, "Rendering(film:…): frames is empty, expected at least one")
    let sizes = Set(frames.map { [$0.width, $0.height] })
    require(
      sizes.count == 1, "Rendering(film:…): frames have \(sizes.count) sizes, expected one")
    self.init(frames[0], colorMap: "rgb")
    film = Film(frames: frames, secondsPerFrame: secondsPerFrame)
  }
}
