import Foundation
import PortraitClasses
import TensorFiles
import Testing

@testable import Datasets

@Suite("Label maps in every form")
struct LabelMapTests {
  private let folder: DataFolder
  private var file: URL { folder("a.png") }

  init() throws { folder = try DataFolder() }

  /// Writes colors as a color picture of 4 × 4 pixels; missing pixels have the last color.
  private func writeColors(_ colors: [[UInt16]]) throws {
    let samples = (0..<16).flatMap { colors[min($0, colors.count - 1)] }
    try PNGFile.write(Image(width: 4, height: 4, channels: 3, samples: samples), to: file)
  }

  /// Writes the same colors as a palette picture, numbered in the order in which they occur last.
  private func writePalette(_ colors: [[UInt16]]) throws {
    let palette = Array(Set(colors)).sorted { $0[0] + $0[1] > $1[0] + $1[1] }
    let indices = (0..<16).map { pixel in
      UInt8(palette.firstIndex(of: colors[min(pixel, colors.count - 1)]) ?? 0)
    }
    try PNGFile.write(
      IndexedImage(
        width: 4, height: 4, indices: indices,
        palette: palette.map { PaletteColor(UInt8($0[0]), UInt8($0[1]), UInt8($0[2])) }), to: file)
  }

  /// Colors as the programs' sources list them: background, skin, nose, upper lip, hair, hat.
  static let tables: [(LabelScheme, [[UInt16]])] = [
    (
      .celebAMaskHQColors,
      [[0, 0, 0], [204, 0, 0], [76, 153, 0], [255, 255, 0], [0, 0, 204], [255, 51, 153]]
    ),
    (
      .celebAMaskHQColorsExchanged,
      [[0, 0, 0], [0, 0, 204], [0, 153, 76], [0, 255, 255], [204, 0, 0], [153, 51, 255]]
    ),
    (
      .faceParsingColors,
      [
        [255, 255, 255], [255, 85, 0], [0, 0, 255], [170, 0, 255], [255, 255, 170], [255, 0, 255],
      ]
    ),
    (
      .faceParsingColorsExchanged,
      [[0, 0, 0], [0, 85, 255], [255, 0, 0], [255, 0, 170], [170, 255, 255], [255, 0, 255]]
    ),
    (
      .partColors,
      [
        [0xBD, 0xF0, 0xF1], [0xF9, 0xC8, 0xA4], [0xE8, 0xA0, 0x26], [0xBD, 0x1D, 0x48],
        [0x54, 0x2D, 0x84], [0x6B, 0xCF, 0xFA],
      ]
    ),
  ]

  @Test(arguments: tables.indices)
  func colorsAreReadByTheirTable(index: Int) throws {
    let (scheme, colors) = Self.tables[index]
    let expected: [UInt8] = [0, 1, 5, 4, 7] + [UInt8](repeating: 11, count: 11)
    try writeColors(colors)
    #expect(try LabelMap(file, scheme).parts == expected)
    try writePalette(colors)
    #expect(try LabelMap(file, scheme).parts == expected)
  }

  /// Colored pictures are refused where numbers are expected, with the option that reads them; the
  /// order of a palette means nothing.
  @Test(arguments: tables.indices, [LabelScheme.celebAMaskHQ, .faceParsing, .parts])
  func colorsAreNotTakenForNumbers(index: Int, scheme: LabelScheme) throws {
    let (table, colors) = Self.tables[index]
    try writeColors(colors)
    expectLine("a.png", "not class numbers", "--classes \(table.rawValue)") {
      _ = try LabelMap(file, scheme)
    }
    try writePalette(colors)
    expectLine("a.png", "numbers them in another order", "--classes \(table.rawValue)") {
      _ = try LabelMap(file, scheme)
    }
  }

  /// The numbers of a palette in the table's order are classes, and so are those of other palettes.
  @Test func palettesInOrderHoldNumbers() throws {
    let labels: [UInt8] = [0, 1, 5, 4] + [UInt8](repeating: 7, count: 12)
    try PNGFile.write(
      IndexedImage(width: 4, height: 4, indices: labels, palette: PartClass.palette), to: file)
    #expect(try LabelMap(file, .parts).parts == labels)
    let gray = (0..<20).map { PaletteColor($0 * 9, $0 * 9, $0 * 9) }
    try PNGFile.write(IndexedImage(width: 4, height: 4, indices: labels, palette: gray), to: file)
    #expect(try LabelMap(file, .parts).parts == labels)
  }

  @Test func unknownColorsAreNamed() throws {
    try writeColors([[0, 0, 0], [204, 0, 0], [1, 2, 3], [1, 2, 3], [0, 0, 0]])
    expectLine("(1, 2, 3) at pixel 2", "CelebAMask-HQ", "2 of 16 pixels", "without smoothing") {
      _ = try LabelMap(file, .celebAMaskHQColors)
    }
    expectLine("of no known table", "8-bit gray PNG") { _ = try LabelMap(file, .parts) }
    try writeColors(Self.tables[2].1)
    expectLine("use --classes colors:bisenet") { _ = try LabelMap(file, .celebAMaskHQColors) }
    try writeColors([[1, 1, 1], [7, 7, 7]])
    expectLine("for class numbers, use --classes 19, bisenet or 13") {
      _ = try LabelMap(file, .celebAMaskHQColors)
    }
  }

  /// The advice follows what the other pixels are: the same table is never advised again.
  @Test func strayColorsLeaveTheTableRight() throws {
    let hair: [[UInt16]] = Array(repeating: [0, 0, 204], count: 9)
    let map: [[UInt16]] =
      [[0, 0, 0], [204, 0, 0], [76, 153, 0], [255, 255, 0], [1, 2, 3]] + hair
    for write in [writeColors, writePalette] {
      try write(map)
      expectLine("1 of 16 pixels is not; the others are: save or resize", "repaint") {
        _ = try LabelMap(file, .celebAMaskHQColors)
      }
    }
    // Most colors are smoothed or of an unknown table.
    try writeColors([[204, 0, 0], [1, 2, 3]])
    expectLine("15 of 16 pixels are not; name another table") {
      _ = try LabelMap(file, .celebAMaskHQColors)
    }
  }

  /// An option that decides nothing is told apart from one that is not given.
  @Test func ignoredPixelsAreCountedOnlyWithTheOption() throws {
    try writeColors([[0, 0, 0], [204, 0, 0], [0, 0, 0]])
    #expect(try LabelMap(file, .celebAMaskHQColors).ignored == nil)
    #expect(try LabelMap(file, .celebAMaskHQColors, ignored: 3).ignored == 0)
    try folder.writeLabelMaps(1)
    for (scheme, words) in [
      (LabelScheme.parts, "label 3 not labeled"),
      (.celebAMaskHQColors, "color (3, 3, 3) not labeled"),
    ] {
      let source = try LabelMapFolder(
        listing: folder.url, scheme: scheme, DataReading(ignored: 3))
      #expect(source.summary.contains(words), "\(source.summary)")
    }
  }

  /// Numbers that a program stored in three equal channels, with transparency, or in 16 bits.
  @Test func numbersInAnyGrayPictureAreRead() throws {
    let labels: [UInt16] = [0, 1, 5] + [UInt16](repeating: 7, count: 13)
    for channels in 1...4 {
      let samples = labels.flatMap { label in
        (0..<channels).map { channels.isMultiple(of: 2) && $0 == channels - 1 ? 255 : label }
      }
      for bits in [8, 16] {
        let image = Image(
          width: 4, height: 4, channels: channels, bitsPerSample: bits, samples: samples)
        try PNGFile.write(image, to: file)
        #expect(try LabelMap(file, .parts).parts == labels.map { UInt8($0) })
      }
    }
    let large = Image(
      width: 2, height: 2, channels: 1, bitsPerSample: 16, samples: [1, 2, 300, 256])
    try PNGFile.write(large, to: file)
    expectLine("values up to 300, which are no class numbers") { _ = try LabelMap(file, .parts) }
  }

  @Test func ignoredPixelsBecomeBackground() throws {
    let numbers = Image(width: 2, height: 2, channels: 1, samples: [1, 255, 5, 255])
    try PNGFile.write(numbers, to: file)
    expectLine("label 255 at pixel 1", "--ignore 255") { _ = try LabelMap(file, .parts) }
    let map = try LabelMap(file, .parts, ignored: 255)
    #expect(map.parts == [1, 0, 5, 0] && map.ignored == 2)
    // Another number is still an error.
    expectLine("label 255 at pixel 1") { _ = try LabelMap(file, .parts, ignored: 254) }
    try writeColors([[0, 0, 0], [204, 0, 0], [128, 128, 128]])
    let colored = try LabelMap(file, .celebAMaskHQColors, ignored: 128)
    #expect(colored.parts == [0, 1] + [UInt8](repeating: 0, count: 14) && colored.ignored == 14)
    // A small number is not confused with a position in the table: the skin stays.
    try writeColors([[0, 0, 0], [204, 0, 0], [1, 1, 1]])
    #expect(try LabelMap(file, .celebAMaskHQColors, ignored: 1).parts == colored.parts)
    expectLine("is a color of", "leave --ignore 0 out") {
      _ = try LabelMap(file, .celebAMaskHQColors, ignored: 0)
    }
  }

  @Test func mapsWithoutAFaceAreRefused() throws {
    for scheme in [LabelScheme.parts, .celebAMaskHQ, .faceParsing] {
      for label: UInt8 in [0, 7, 2] {
        let map = Image(
          width: 4, height: 4, channels: 1, samples: [UInt16](repeating: UInt16(label), count: 16))
        try PNGFile.write(map, to: file)
        expectLine("a.png", "shows no face") { _ = try LabelMap(file, scheme) }
      }
    }
  }

  @Test func schemesAreFoundByTheirNames() {
    for scheme in LabelScheme.allCases {
      #expect(LabelScheme(named: scheme.rawValue) == scheme)
      #expect(LabelScheme(named: scheme.rawValue.uppercased()) == scheme)
    }
    #expect(LabelScheme(named: "colours:19") == .celebAMaskHQColors)
    #expect(LabelScheme(named: "Colours:bisenet-bgr") == .faceParsingColorsExchanged)
    for name in ["", "14", "colours:", "colors:14", "colours:colours:19"] {
      #expect(LabelScheme(named: name) == nil)
    }
  }

  /// JPEG changes numbers, so a JPEG label map is refused by its content.
  @Test func jpegMapsAreRefused() throws {
    try GreyJPEG.square(8).write(to: file)
    expectLine("a.png", "is a JPEG picture; save it as PNG") { _ = try LabelMap(file, .parts) }
  }
}
