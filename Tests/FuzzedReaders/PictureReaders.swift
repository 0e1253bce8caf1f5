import CTurboJPEG
import Foundation
import TensorFiles

extension FuzzedReader {
  /// PNG pictures, as colors with and without transparency and as numbers.
  static let png = FuzzedReader(
    "png", refusals: [TensorFileError.self],
    seeds: {
      let ramp = (0..<144).map { UInt16($0) }
      let palette = (0..<4).map { PaletteColor(UInt8($0), 9, 200) }
      return try [
        PNGFile.encode(Image(width: 6, height: 5, channels: 3, samples: Array(ramp[..<90]))),
        PNGFile.encode(
          Image(
            width: 4, height: 3, channels: 2, bitsPerSample: 16,
            samples: ramp[..<24].map { $0 * 2500 })),
        PNGFile.encode(
          IndexedImage(width: 2, height: 3, indices: [0, 1, 2, 3, 1, 0], palette: palette)),
        PNGChunks.twoBitGray, PNGChunks.interlacedGray,
        AnimatedPNG.encode(
          (0..<2).map { _ in
            Image(width: 4, height: 4, channels: 1, samples: Array(ramp[..<16]))
          },
          secondsPerFrame: 0.1),
      ]
    },
    repair: PNGChunks.repairChecksums,
    body: { data in
      _ = try? PNGFile.readIndexed(data)
      let image = try PNGFile.read(data, alpha: .keep)
      let bare = try PNGFile.read(data, alpha: .drop)
      try expect(
        image.samples.count == image.width * image.height * image.channels, "\(image.channels)")
      try expect(bare.channels == (image.channels > 2 ? 3 : 1), "\(bare.channels) channels")
    })

  /// JPEG pictures.
  static let jpeg = FuzzedReader(
    "jpeg", refusals: [TensorFileError.self],
    seeds: {
      try [
        JPEGSeed.encode(width: 24, height: 17, TJPF_RGB, TJSAMP_420),
        JPEGSeed.encode(width: 16, height: 9, TJPF_GRAY, TJSAMP_GRAY),
        JPEGSeed.encode(width: 16, height: 16, TJPF_RGB, TJSAMP_444, TJFLAG_PROGRESSIVE),
        JPEGSeed.encode(width: 8, height: 8, TJPF_CMYK, TJSAMP_444),
      ]
    },
    body: { data in
      let image = try JPEGFile.read(data)
      try expect(
        image.samples.count == image.width * image.height * image.channels, "\(image.channels)")
    })

  /// The orientation that a picture states.
  ///
  /// The first byte says where the others go: into a JPEG picture's segment for EXIF data, for XMP data,
  /// for both without their first bytes, or into a PNG picture's chunk for EXIF data.
  static let orientation = FuzzedReader(
    "orientation", longest: 256, refusals: [TensorFileError.self],
    seeds: {
      let little = Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0]
      let big = Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 4, 0, 0, 0, 1]
      let tiffs = [little + [1, 0, 0, 0, 0, 0, 0, 0], big + [0, 0, 0, 6, 0, 0, 0, 0]]
      let packets = [
        #"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"/>"#,
        "<tiff:Orientation>3</tiff:Orientation>",
      ]
      return tiffs.flatMap { [Data([0] + $0), Data([3] + $0)] }
        + packets.map { Data([1]) + Data($0.utf8) }
        + tiffs.map { Data([2] + Array("Exif\0\0".utf8) + $0) }
    },
    body: { data in
      let (kind, bytes) = ((data.first ?? 0) & 3, Array(data.dropFirst()))
      guard kind < 3 else {
        _ = try PNGFile.read(PNGChunks.gray(with: ("eXIf", bytes)), alpha: .drop)
        return
      }
      let head = ["Exif\0\0", "http://ns.adobe.com/xap/1.0/\0", ""][Int(kind)]
      let segment = Array(head.utf8) + bytes
      let length = segment.count + 2
      let marker: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)]
      let plain = try JPEGSeed.small.get()
      _ = try JPEGFile.read(Data(plain[..<2] + marker + segment + plain[2...]))
    })
}

/// Pictures that the fuzzer starts from, made by TurboJPEG.
enum JPEGSeed {
  static let small = Result {
    Array(try encode(width: 8, height: 8, TJPF_GRAY, TJSAMP_GRAY))
  }

  static func encode(
    width: Int, height: Int, _ format: TJPF, _ subsampling: TJSAMP, _ flags: Int32 = 0
  ) throws -> Data {
    let channels = [TJPF_GRAY.rawValue: 1, TJPF_CMYK.rawValue: 4][format.rawValue] ?? 3
    let pixels = (0..<width * height * channels).map { UInt8($0 * 7 & 255) }
    guard let encoder = tjInitCompress() else { throw FuzzedReader.Fault("no encoder") }
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let result = tjCompress2(
      encoder, pixels, Int32(width), 0, Int32(height), Int32(format.rawValue), &file, &size,
      Int32(subsampling.rawValue), 90, flags)
    defer { tjFree(file) }
    guard result == 0, let file else { throw FuzzedReader.Fault("no JPEG picture") }
    return Data(bytes: file, count: Int(size))
  }
}
