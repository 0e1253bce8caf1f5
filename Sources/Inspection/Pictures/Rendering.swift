import Tensors

/// A picture of a tensor.
public struct Rendering: Sendable {
  /// The picture with its labels and its color bar; that of a gallery is drawn when it is asked for.
  public var picture: Picture {
    get { gallery?.picture ?? still }
    set { (still, gallery) = (newValue, nil) }
  }
  private var still: Picture
  /// Pictures that a page shows one by one; nil if there is one picture only.
  public internal(set) var gallery: Gallery?
  /// The main pixels without labels, for a terminal.
  public var compact: Picture
  /// The name of the color map, for the index of a dump.
  public var colorMap: String
  /// The values at the lowest and the highest color; nil if the colors show no single range.
  public var range: ClosedRange<Double>?
  /// How the colors are read, for example "bright is near"; empty if the color map says all.
  public var meaning: String
  /// The chart that the picture shows; nil if it shows none.
  public var chart: Chart?
  /// What the picture shows in addition to the chart, above or below it; nil if that is nothing.
  public var besideChart: Picture?
  /// The classes that a page names below the picture; nil if it shows none or names them itself.
  var palette: ClassPalette?
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
    still = picture
    self.compact = compact ?? picture
    self.colorMap = colorMap
    self.range = range
    self.meaning = meaning
  }

  /// Creates a rendering of a chart.
  ///
  /// - Parameters:
  ///   - chart: the chart.
  ///   - width: the width of the picture in pixels.
  ///   - height: the height of the picture in pixels; by default that of ``Chart/picture(width:height:)``.
  public init(_ chart: Chart, width: Int = 720, height: Int? = nil) {
    self.init(
      chart.picture(width: width, height: height), compact: chart.sparkline, colorMap: chart.kind)
    self.chart = chart
  }

  /// Returns the rendering with a line of text above its picture.
  func titled(_ title: String) -> Rendering {
    var result = self
    let label = Picture.label(title).padded(top: 8, left: 8, right: 8)
    result.picture = Picture.column([label, picture], gap: 0)
    return result
  }

  /// Returns the rendering with a line of text below its picture.
  func captioned(_ caption: String) -> Rendering {
    var result = self
    let label = Picture.label(caption).padded(left: 8, bottom: 8, right: 8)
    result.picture = Picture.column([picture, label], gap: 4)
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
