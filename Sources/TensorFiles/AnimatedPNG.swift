import Foundation
import Tensors

/// Short films as animated PNG files, which browsers play and every other reader shows as the first
/// frame.
///
/// The file is the first frame's PNG with three kinds of chunk added: `acTL` counts the frames,
/// `fcTL` says before each how long it stays, and `fdAT` holds the compressed pixels of the later
/// ones exactly as `IDAT` would.
public enum AnimatedPNG {
  /// Writes frames that follow each other.
  ///
  /// - Parameters:
  ///   - frames: at least one; all of the same size, channels and bits.
  ///   - secondsPerFrame: how long each stays, in seconds; from 0.001 to 65, to the millisecond.
  ///   - loops: how often the film is played; 0 is for ever.
  ///   - url: the file; its folder exists.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ frames: [Image], secondsPerFrame: Double, loops: Int = 0, to url: URL
  ) throws {
    try AtomicFile.write(
      encode(frames, secondsPerFrame: secondsPerFrame, loops: loops, name: url.path), to: url)
  }

  /// The bytes of a file with frames that follow each other.
  ///
  /// - Parameters:
  ///   - frames: at least one; all of the same size, channels and bits.
  ///   - secondsPerFrame: how long each stays, in seconds; from 0.001 to 65, to the millisecond.
  ///   - loops: how often the film is played; 0 is for ever.
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
        "AnimatedPNG: frame \(number) has another size or kind of pixel than frame 0")
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

  /// How a frame meets what was there before: nothing is cleared, everything is painted over.
  private static let replacing: [UInt8] = [0, 0]

  /// A fraction of a second, as two 16-bit numbers.
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

/// The four bytes of a number in PNG's order.
private func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// A PNG file as a row of chunks: length, name, body, checksum.
private struct PNGChunks {
  private(set) var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  private var sequenceNumber = 0

  init() {}

  /// A file that libpng has just written.
  init(of file: Data) { data = file }

  /// The bodies of all chunks of one name.
  func bodies(_ name: String) -> [Data] {
    var found: [Data] = []
    var start = data.startIndex + 8
    while start < data.endIndex {
      let length = data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let body = start + 8
      if data[start + 4..<body].elementsEqual(name.utf8) {
        found.append(data[body..<body + length])
      }
      start = body + length + 4
    }
    return found
  }

  mutating func append(_ name: String, _ body: some Sequence<UInt8>) {
    let named = Array(name.utf8) + body
    data.append(contentsOf: bigEndian(named.count - 4))
    data.append(contentsOf: named)
    data.append(contentsOf: bigEndian(Int(Self.checksum(named))))
  }

  /// `fcTL` and `fdAT` share one count, so that a reader notices when one is lost.
  mutating func appendSequenced(_ name: String, _ body: some Sequence<UInt8>) {
    append(name, bigEndian(sequenceNumber) + body)
    sequenceNumber += 1
  }

  /// The remainders of the CRC-32 polynomial for every byte.
  private static let remainders: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { remainders[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }
}
