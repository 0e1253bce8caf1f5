import Tensors

/// A tensor made visible.
public struct Rendering: Sendable {
  /// The picture with its labels and its colour bar.
  public var picture: Picture
  /// The main pixels alone, for where there is little room: a terminal.
  public var compact: Picture
  /// The name of the colour map, for the index of a dump.
  public var colorMap: String
  /// What follows the picture, which is then the first of its frames; nothing for a still.
  public var film: Film?

  /// Pictures that follow each other.
  public struct Film: Sendable {
    /// At least one, all of one size; the first is the rendering's picture.
    public let frames: [Picture]
    /// How long each stays, in seconds.
    public let secondsPerFrame: Double
  }

  /// A picture with, if it has one, a smaller version.
  public init(_ picture: Picture, compact: Picture? = nil, colorMap: String) {
    self.picture = picture
    self.compact = compact ?? picture
    self.colorMap = colorMap
  }

  /// Pictures that follow each other, for ever.
  ///
  /// - Parameters:
  ///   - frames: at least one, all of one size.
  ///   - secondsPerFrame: how long each stays, 0.001 … 65 seconds.
  public init(film frames: [Picture], secondsPerFrame: Double) {
    require(!frames.isEmpty, "Rendering(film:…): frames is empty, expected at least one")
    let sizes = Set(frames.map { [$0.width, $0.height] })
    require(
      sizes.count == 1, "Rendering(film:…): frames have \(sizes.count) sizes, expected one")
    self.init(frames[0], colorMap: "rgb")
    film = Film(frames: frames, secondsPerFrame: secondsPerFrame)
  }
}
