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
