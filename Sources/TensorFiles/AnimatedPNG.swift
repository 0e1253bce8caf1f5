import Foundation
import Tensors

/// A writer of animated PNG files; browsers play them, and other readers show the first frame.
///
/// The file is the PNG of the first frame with three more kinds of chunks. `acTL` gives the number
/// of frames. `fcTL` stands before each frame and gives its duration. `fdAT` holds the compressed
/// pixels of the later frames, exactly as `IDAT` would.
public enum AnimatedPNG {
  /// Writes an animation to a file.
  ///
  /// - Parameters:
  ///   - frames: at least one frame; all must have the same size, channels and bits.
  ///   - secondsPerFrame: the duration of each frame, from 0.001 to 65 seconds, to the millisecond.
  ///   - loops: how many times the animation is played; 0 means forever.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ frames: [Image], secondsPerFrame: Double, loops: Int = 0, to url: URL
  ) throws {
    try AtomicFile.write(
      encode(frames, secondsPerFrame: secondsPerFrame, loops: loops, name: url.path), to: url)
  }

  /// Returns the bytes of an animated PNG file.
  ///
  /// - Parameters:
  ///   - frames: at least one frame; all must have the same size, channels and bits.
  ///   - secondsPerFrame: the duration of each frame, from 0.001 to 65 seconds, to the millisecond.
  ///   - loops: how many times the animation is played; 0 means forever.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when a frame is too large for a PNG file.
  public static func encode(
    _ frames: [Image], secondsPerFrame: Double, loops: Int = 0
  ) throws -> Data {
    try encode(frames, secondsPerFrame: secondsPerFrame, loops: loops, name: "PNG data")
  }

  private static func encode(
    _ frames: [Image], secondsPerFrame: Double, loops: Int, name: String
  ) throws -> Data {
    require(
      (0.001...65).contains(secondsPerFrame),
      "AnimatedPNG: secondsPerFrame is \(secondsPerFrame), expected 0.001 … 65")
    require(loops >= 0, "AnimatedPNG: loops is \(loops), expected 0 or more")
    guard let first = frames.first else {
      fatalError("AnimatedPNG: frames is empty, expected at least one")
    }
    var file = PNGChunks()
    for (number, frame) in frames.enumerated() {
      require(
        frame.hasSameLayout(as: first),
        "AnimatedPNG: frame \(number) differs from frame 0 in size, channels or bits")
      let picture = PNGChunks(of: try PNGFile.encode(frame, name: name))
      if number == 0 {
        file.append("IHDR", picture.bodies("IHDR").joined())
        file.append("acTL", bigEndian(frames.count) + bigEndian(loops))
      }
      file.appendSequenced(
        "fcTL",
        bigEndian(frame.width) + bigEndian(frame.height) + bigEndian(0) + bigEndian(0)
          + milliseconds(secondsPerFrame) + replacing)
      for body in picture.bodies("IDAT") {
        if number == 0 { file.append("IDAT", body) } else { file.appendSequenced("fdAT", body) }
      }
    }
    file.append("IEND", [])
    return file.data
  }

  /// A frame's disposal and blend operations: nothing is cleared, and every pixel is overwritten.
  private static let replacing: [UInt8] = [0, 0]

  /// Returns a duration as a fraction of two 16-bit numbers.
  private static func milliseconds(_ seconds: Double) -> [UInt8] {
    [Int((seconds * 1000).rounded()), 1000].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }
}

extension Image {
  fileprivate func hasSameLayout(as other: Image) -> Bool {
    width == other.width && height == other.height && channels == other.channels
      && bitsPerSample == other.bitsPerSample
  }
}
