import Foundation
import TensorFiles

extension Picture {
  /// The picture as the bytes of a PNG file, three channels of 8 bits.
  public func pngData() throws -> Data {
    try PNGFile.encode(
      Image(width: width, height: height, channels: 3, samples: bytes.map(UInt16.init)))
  }
}
