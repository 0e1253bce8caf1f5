import Foundation
import TensorFiles
import Tensors
import Testing

@Suite("Texts in PNG files")
struct PNGTextTests {
  private let image = Image(
    width: 2, height: 1, channels: 1, bitsPerSample: 16, samples: [0, 65535])

  @Test func textsAreReadBackAndPixelsStay() throws {
    let texts = ["b": "{\"near\": 0.5}", "a key": "x"]
    let file = try PNGFile.encode(image, texts: texts)
    #expect(PNGFile.texts(file) == texts)
    #expect(try PNGFile.read(file, alpha: .keep) == image)
    #expect(PNGFile.texts(try PNGFile.encode(image)).isEmpty)
  }

  /// libpng checks every checksum before it gives out pixels; the chunk stands where PNG allows it.
  @Test func theChunkFollowsTheHeader() throws {
    let file = try PNGFile.encode(image, texts: ["k": "v"])
    #expect(file[33..<37] == Data([0, 0, 0, 3]))
    #expect(file[37..<44] == Data("tEXtk\0v".utf8))
    // By an independent program: zlib.crc32(b"tEXtk\0v").
    #expect(file[44..<48] == Data([0xCB, 0x04, 0xF3, 0x90]))
  }

  /// A text with other characters than ASCII is an iTXt chunk; pixels and other texts stay.
  @Test func textsInUnicodeAreReadBack() throws {
    let texts = ["Title": "part01_psi", "Description": "ψ: 0 … 1, Σ w t — 深度"]
    for file in [
      PNGFile.adding(texts, to: try PNGFile.encode(image)),
      PNGFile.adding(texts, to: try AnimatedPNG.encode([image, image], secondsPerFrame: 1)),
    ] {
      #expect(PNGFile.texts(file) == texts)
      try withFolder { url in
        let place = url.appendingPathComponent("a.png")
        try file.write(to: place)
        #expect(try PNGFile.read(place, alpha: .keep) == image)
        #expect(PNGFile.texts(place) == texts)
      }
    }
    let file = PNGFile.adding(["k": "é"], to: try PNGFile.encode(image))
    let chunk = [0, 0, 0, 8] + Array("iTXtk".utf8) + [0, 0, 0, 0, 0, 0xC3, 0xA9]
    #expect(file[33..<49] == Data(chunk))
    // By an independent program: zlib.crc32(b"iTXtk\0\0\0\0\0\xc3\xa9").
    #expect(file[49..<53] == Data([0xC3, 0x99, 0x49, 0x19]))
    var compressed = file
    compressed[43] = 1
    #expect(PNGFile.texts(compressed).isEmpty)
    // Cut at any place, the chunk gives no text.
    for length in 0..<53 { #expect(PNGFile.texts(file.prefix(length)).isEmpty) }
  }

  /// Any prefix and any changed byte of a file is read without a trap.
  @Test func damagedFilesGiveNoTextOrTheirs() throws {
    let file = try PNGFile.encode(image, texts: ["k": "v"])
    for length in 0..<file.count {
      let texts = PNGFile.texts(file.prefix(length))
      #expect(texts.isEmpty || texts == ["k": "v"])
    }
    for place in file.indices {
      var damaged = file
      damaged[place] ^= 0xFF
      _ = PNGFile.texts(damaged)
    }
    #expect(PNGFile.texts(URL(fileURLWithPath: "/no/such/file.png")).isEmpty)
  }
}
