import Foundation
import TensorFiles
import TestSupport
import Testing

@Suite("Animated PNG files")
struct AnimatedPNGTests {
  /// Large enough that libpng cuts the pixels into several chunks.
  private func frames(_ count: Int, bits: Int = 8) -> [Image] {
    var numbers = TestNumbers(seed: 9)
    return (0..<count).map { _ in
      Image(
        width: 90, height: 70, channels: 3, bitsPerSample: bits,
        samples: (0..<18_900).map { _ in
          UInt16.random(in: 0...(bits == 8 ? 255 : .max), using: &numbers)
        })
    }
  }

  /// Every frame, converted back to a PNG file of its own, equals the original frame.
  @Test(arguments: [8, 16])
  func framesComeBack(bits: Int) throws {
    let frames = frames(3, bits: bits)
    let file = try AnimatedPNG.encode(frames, secondsPerFrame: 0.25, loops: 2)
    let chunks = PNGBytes.chunks(Array(file))
    #expect(chunks.first?.name == "IHDR" && chunks.last?.name == "IEND")
    #expect(chunks[1].name == "acTL" && Array(chunks[1].body) == [0, 0, 0, 3, 0, 0, 0, 2])
    let numbered = chunks.filter { ["fcTL", "fdAT"].contains($0.name) }
    for (number, chunk) in numbered.enumerated() {
      #expect(Array(chunk.body.prefix(4)) == PNGBytes.bigEndian(number))
    }
    let controls = chunks.filter { $0.name == "fcTL" }
    #expect(controls.count == 3)
    for control in controls {
      let size = PNGBytes.bigEndian(90) + PNGBytes.bigEndian(70)
      let rest: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 250, 3, 232, 0, 0]
      #expect(Array(control.body.dropFirst(4)) == size + rest)
    }
    for (index, control) in controls.enumerated() {
      let end = index + 1 < controls.count ? controls[index + 1].start : file.count
      var bytes = PNGBytes.signature + PNGBytes.chunk("IHDR", Array(chunks[0].body))
      for chunk in chunks where chunk.start > control.start && chunk.start < end {
        if chunk.name == "IDAT" { bytes += PNGBytes.chunk("IDAT", Array(chunk.body)) }
        if chunk.name == "fdAT" { bytes += PNGBytes.chunk("IDAT", Array(chunk.body.dropFirst(4))) }
      }
      bytes += PNGBytes.chunk("IEND", [])
      #expect(try PNGFile.read(Data(bytes), alpha: .keep) == frames[index])
    }
  }

  @Test func otherReadersSeeTheFirstFrame() throws {
    try withFolder { folder in
      let frames = frames(2)
      let url = folder.appendingPathComponent("a.png")
      try AnimatedPNG.write(frames, secondsPerFrame: 65, to: url)
      #expect(try PNGFile.read(url, alpha: .keep) == frames[0])
    }
  }

  /// The checksum that the format's specification gives for the last chunk of every file.
  @Test func checksumsAreThoseOfTheFormat() throws {
    let file = try AnimatedPNG.encode(frames(1), secondsPerFrame: 1)
    #expect(Array(file.suffix(8)) == Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82])
  }
}
