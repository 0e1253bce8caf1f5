import CTurboJPEG
import Foundation

/// JPEG files for tests: made by TurboJPEG, and one put together by hand.
enum JPEGBytes {
  struct EncodingFailed: Error {}

  /// Returns a sample of the picture that `encode` compresses: smooth ramps, different in every
  /// channel.
  static func sample(_ row: Int, _ column: Int, _ channel: Int) -> UInt8 {
    UInt8([40 + 6 * column, 30 + 7 * row, 200 - 3 * row - 3 * column, 0][channel] & 255)
  }

  static func encode(
    width: Int, height: Int, channels: Int, subsampling: TJSAMP, flags: Int32 = 0
  ) throws -> [UInt8] {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<channels { pixels.append(sample(row, column, channel)) }
      }
    }
    let format = [1: TJPF_GRAY, 3: TJPF_RGB, 4: TJPF_CMYK][channels] ?? TJPF_RGB
    guard let encoder = tjInitCompress() else { throw EncodingFailed() }
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let result = tjCompress2(
      encoder, pixels, Int32(width), 0, Int32(height), Int32(format.rawValue), &file, &size,
      Int32(subsampling.rawValue), 98, flags)
    defer { tjFree(file) }
    guard result == 0, let file else { throw EncodingFailed() }
    return Array(UnsafeBufferPointer(start: file, count: Int(size)))
  }

  /// A gray square of 8 × 8 pixels with the value 178.
  ///
  /// The mean's code is the single bit 0, which stands for "nine bits follow": 110010000 = 400, an
  /// eighth of which is added to 128. A second 0 ends the square, and ones fill the byte:
  /// 0 110010000 0 11111 = 64 1F.
  static let oneSquare: [UInt8] =
    [0xFF, 0xD8]
    + [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
    + [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
    + [0xFF, 0xC4, 0, 20, 0x00, 1] + [UInt8](repeating: 0, count: 15) + [9]
    + [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
    + [0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0] + [0x64, 0x1F]
    + [0xFF, 0xD9]
}
