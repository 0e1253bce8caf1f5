import Foundation
import TensorFiles

extension Picture {
  /// The picture as the bytes of a PNG file, three channels of 8 bits.
  public func pngData() throws -> Data { try PNGFile.encode(image) }

  /// The pixels as a file holds them.
  var image: Image {
    Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init))
  }
}

extension Rendering {
  /// The picture as the bytes of a PNG file; a film as those of an animated one, which readers that
  /// know no films show as its first frame.
  public func pngData() throws -> Data {
    guard let film else { return try picture.pngData() }
    return try AnimatedPNG.encode(
      film.frames.map(\.image), secondsPerFrame: film.secondsPerFrame)
  }
}
