import Foundation
import TensorFiles
import Testing

@Suite("Formats of pictures")
struct PictureFormatTests {
  /// The first bytes of files, as their specifications give them.
  static let starts: [(PictureFormat, [UInt8])] = [
    (.webp, Array("RIFF\u{1A}\0\0\0WEBPVP8 ".utf8)),
    (.heic, [0, 0, 0, 24] + Array("ftypheic".utf8)),
    (.heic, [0, 0, 0, 28] + Array("ftypmif1".utf8)),
    (.avif, [0, 0, 0, 32] + Array("ftypavif".utf8)), (.gif, Array("GIF89a\u{1}\0".utf8)),
    (.gif, Array("GIF87a".utf8)), (.bmp, Array("BM".utf8) + [70, 1, 0, 0, 0, 0, 0, 0, 54]),
    (.tiff, Array("II*\0".utf8)), (.tiff, Array("MM\0*".utf8)), (.jpegXL, [0xFF, 0x0A, 0xFA]),
    (.jpegXL, [0, 0, 0, 12] + Array("JXL \r\n".utf8)),
    (.jpeg2000, [0, 0, 0, 12] + Array("jP  \r\n".utf8)),
  ]

  /// A picture of another format is not called damaged, whatever its name ends in.
  @Test(arguments: starts.indices)
  func otherFormatsAreNamed(index: Int) throws {
    let (format, start) = Self.starts[index]
    let data = Data(start + [UInt8](repeating: 7, count: 40))
    #expect(PictureFormat(startingWith: data) == format)
    let words = "\(format.rawValue) picture, which is not read here; save it as PNG or JPEG"
    expectFault(.file, words) { _ = try JPEGFile.read(data) }
    expectFault(.file, words) { _ = try PNGFile.read(data, alpha: .drop) }
    try withFolder { folder in
      for name in ["a.jpg", "a.png", "a.webp"] {
        let file = folder.appendingPathComponent(name)
        try data.write(to: file)
        expectFault(.file, words) { _ = try PictureFormat.read(file) }
      }
    }
  }

  /// The content decides which reader is used.
  @Test func namesDoNotMatter() throws {
    let image = Image(width: 3, height: 2, channels: 1, samples: [0, 1, 2, 3, 4, 5])
    try withFolder { folder in
      let (a, b) = (folder.appendingPathComponent("a.jpg"), folder.appendingPathComponent("b.PNG"))
      try PNGFile.encode(image).write(to: a)
      try Data(JPEGBytes.oneSquare).write(to: b)
      #expect(try PictureFormat.read(a) == image)
      #expect(try PictureFormat.read(b).samples.allSatisfy { $0 == 178 })
    }
  }

  /// Readers of one format say what else they were given.
  @Test func theWrongReaderNamesTheFormat() throws {
    let png = try PNGFile.encode(Image(width: 1, height: 1, channels: 1, samples: [0]))
    expectFault(.file, "is a PNG picture; save it as JPEG") { _ = try JPEGFile.read(png) }
    let jpeg = Data(JPEGBytes.oneSquare)
    expectFault(.file, "is a JPEG picture; save it as PNG") { _ = try PNGFile.readIndexed(jpeg) }
    expectFault(.file, "is empty (0 bytes)") { _ = try JPEGFile.read(Data()) }
    expectFault(.file, "is empty (0 bytes)") { _ = try PNGFile.read(Data(), alpha: .drop) }
    let page = Data("\n<!DOCTYPE html><html><title>404</title></html>".utf8)
    expectFault(.file, "is a web page, not the file behind it; download it again") {
      _ = try JPEGFile.read(page)
    }
    let pointer = Data("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8)
    expectFault(.file, "git lfs pull") { _ = try PNGFile.readIndexed(pointer) }
  }

  /// What stands in place of a picture is told in the words of all readers; a drawing is no page.
  @Test func standInsAreTheSameForPicturesAndTensors() throws {
    for text in [
      "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "<head></head>",
    ] {
      let data = Data(text.utf8)
      for read in [
        { _ = try PNGFile.read(data, alpha: .drop) }, { _ = try NPYFile.read(data, name: "a") },
        { _ = try SafetensorsFile(data, name: "a") },
      ] as [() throws -> Void] {
        let error = #expect(throws: TensorFileError.self) { try read() }
        #expect(try #require(error).problem == "is a web page, not the file behind it")
      }
    }
    let drawing = Data("<?xml version=\"1.0\"?>\n<svg width=\"9\"></svg>".utf8)
    let error = #expect(throws: TensorFileError.self) { try PNGFile.read(drawing, alpha: .drop) }
    #expect(try #require(error).description.contains("page") == false)
  }

  /// Every beginning of the signatures is refused in one line, and none is a trap.
  @Test func shortFilesAreRefused() {
    for (_, start) in Self.starts {
      for count in 1...start.count {
        let data = Data(start.prefix(count))
        #expect(throws: TensorFileError.self) { try JPEGFile.read(data) }
        #expect(throws: TensorFileError.self) { try PNGFile.readIndexed(data) }
      }
    }
  }
}
