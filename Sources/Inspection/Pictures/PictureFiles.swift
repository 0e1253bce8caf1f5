import Foundation
import TensorFiles

extension Picture {
  /// Returns the picture as the data of a PNG file with three channels of 8 bits.
  public func pngData() throws -> Data { try PNGFile.encode(image) }

  /// The picture as an image with three channels of 8 bits.
  var image: Image {
    Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init))
  }
}

extension Rendering {
  /// Returns the picture as the data of a PNG file; a film becomes an animated PNG file.
  ///
  /// Viewers without support for animation show the first frame.
  public func pngData() throws -> Data {
    guard let film else { return try picture.pngData() }
    return try AnimatedPNG.encode(
      film.frames.map(\.image), secondsPerFrame: film.secondsPerFrame)
  }
}
