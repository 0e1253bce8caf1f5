import Foundation
import PortraitClasses
import TensorFiles
import Testing

@testable import Datasets

@Suite("Masks of single parts")
struct PartMaskTests {
  /// Writes a photograph with skin in the upper half and a nose mask of given values in the first row.
  private func folder(nose values: [UInt16], channels: Int = 1) throws -> DataFolder {
    let folder = try DataFolder()
    try folder.writeAnnotated(1)
    let samples = (0..<64).flatMap { pixel in
      [UInt16](repeating: pixel < values.count ? values[pixel] : 0, count: channels)
    }
    let mask = Image(width: 8, height: 8, channels: channels, samples: samples)
    try folder.write(PNGFile.encode(mask), "CelebAMask-HQ-mask-anno/0/00000_nose.png")
    return folder
  }

  private func parts(_ folder: DataFolder, threshold: UInt8? = nil) throws -> [UInt8] {
    try AnnotatedFolder(listing: folder.url, DataReading(maskThreshold: threshold)).stored(0).parts
  }

  /// A mask without 255 would be empty; the fault names its largest value and a threshold that works.
  @Test(arguments: [([1, 1], 1, 1), ([254, 3], 254, 128), ([100, 0, 7], 100, 100)], [1, 3])
  func masksWithout255AreFaults(mask: (values: [UInt16], largest: Int, advice: Int), channels: Int)
    throws
  {
    let folder = try folder(nose: mask.values, channels: channels)
    expectLine(
      "00000_nose.png", "values up to \(mask.largest) but no 255", "--mask-threshold \(mask.advice)"
    ) { _ = try parts(folder) }
    let read = try parts(folder, threshold: UInt8(mask.advice))
    #expect(read.count { $0 == 5 } == mask.values.count { Int($0) >= mask.advice })
    // A threshold that no value reaches would make the mask empty as well.
    expectLine("of which none reaches --mask-threshold 255") {
      _ = try parts(folder, threshold: 255)
    }
  }

  /// Values between 0 and 255 are never dropped silently: the user says which of them count.
  @Test func smoothedMasksNeedAThreshold() throws {
    let folder = try folder(nose: [0, 64, 127, 128, 254, 255, 255])
    expectLine("00000_nose.png", "has 4 pixels between 0 and 255 beside 2", "--mask-threshold 128")
    {
      _ = try parts(folder)
    }
    for (threshold, count) in [(1, 6), (128, 4), (255, 2)] {
      let read = try parts(folder, threshold: UInt8(threshold))
      #expect(read.count { $0 == 5 } == count)
    }
    let source = try AnnotatedFolder(listing: folder.url, DataReading(maskThreshold: 128))
    #expect(try source.stored(0).decisions == LabelDecisions(between: 4))
    #expect(source.summary.contains("masks from 128 on"))
    #expect(source.fingerprint != (try AnnotatedFolder(listing: folder.url).fingerprint))
  }

  /// 0 and 255 need no threshold, and any threshold reads them alike.
  @Test func wholeMasksAreReadAsBefore() throws {
    let folder = try folder(nose: [255, 0, 255])
    let read = try parts(folder)
    #expect(read.count { $0 == 5 } == 2)
    for threshold: UInt8 in [1, 128, 255] {
      #expect(try parts(folder, threshold: threshold) == read)
    }
  }

  /// A palette that is not gray, as label tools write it.
  @Test func coloredMasksAreFaults() throws {
    let folder = try folder(nose: [])
    let mask = IndexedImage(
      width: 8, height: 8, indices: (0..<64).map { $0 < 2 ? 1 : 0 },
      palette: [PaletteColor(0, 0, 0), PaletteColor(128, 0, 0)])
    try folder.write(PNGFile.encode(mask), "CelebAMask-HQ-mask-anno/0/00000_nose.png")
    expectLine("00000_nose.png", "has the color (128, 0, 0)") { _ = try parts(folder) }
    // Black and white are gray, also in a palette.
    let plain = IndexedImage(
      width: 8, height: 8, indices: mask.indices,
      palette: [PaletteColor(0, 0, 0), PaletteColor(255, 255, 255)])
    try folder.write(PNGFile.encode(plain), "CelebAMask-HQ-mask-anno/0/00000_nose.png")
    #expect(try parts(folder).count { $0 == 5 } == 2)
  }

  @Test(arguments: ["nose", "l_eye", "u_lip", "neck"])
  func invertedMasksAreFaults(part: String) throws {
    let folder = try folder(nose: [])
    try folder.writeMask("00000_\(part).png") { row, column in row != 3 || column != 3 }
    expectLine("00000_\(part).png", "looks inverted") { _ = try parts(folder) }
  }

  /// Skin surrounds the middle only if it is inverted; hair and cloth may surround a face.
  @Test func partsThatMayReachAllCornersAreNotInverted() throws {
    let folder = try folder(nose: [])
    let isMiddle = { (row: Int, column: Int) in (3...4).contains(row) && (3...4).contains(column) }
    try folder.writeMask("00000_skin.png", where: isMiddle)
    for part in ["hair", "cloth", "hat"] {
      try folder.writeMask("00000_\(part).png") { !isMiddle($0, $1) }
    }
    #expect(try parts(folder).contains(1))
    try folder.writeMask("00000_skin.png") { !isMiddle($0, $1) }
    expectLine("00000_skin.png", "looks inverted") { _ = try parts(folder) }
    // A close crop of a face reaches all corners as well, with other parts inside.
    try folder.writeMask("00000_skin.png") { row, _ in row != 2 }
    for part in ["hair", "cloth", "hat"] {
      try folder.writeMask("00000_\(part).png") { _, _ in false }
    }
    #expect(try parts(folder).contains(1))
  }

  /// A folder whose skin is the six inner rows and columns, with a nose in the middle.
  private func face() throws -> DataFolder {
    let folder = try folder(nose: [])
    try folder.writeMask("00000_skin.png") { (1...6).contains($0) && (1...6).contains($1) }
    try folder.writeMask("00000_nose.png") { row, column in row == 4 && column == 4 }
    return folder
  }

  /// The mask that covers the face is named, not the skin and not the photograph.
  @Test(arguments: ["hair", "cloth", "hat"])
  func theMaskThatCoversTheFaceIsNamed(part: String) throws {
    let folder = try face()
    try folder.writeMask("00000_\(part).png") { row, _ in row > 0 }
    expectLine(
      "00000_\(part).png: covers 100 % of the mask skin, so 0.jpg shows no face",
      "whether it is inverted"
    ) { _ = try parts(folder) }
    try folder.writeMask("00000_\(part).png") { _, _ in true }
    expectLine("00000_\(part).png: is white everywhere and covers 100 % of the mask skin") {
      _ = try parts(folder)
    }
    // A fringe that leaves a little of the face is no fault.
    try folder.writeMask("00000_\(part).png") { row, _ in row < 6 }
    #expect(try parts(folder).count { $0 == 1 } > 0)
  }

  @Test func whiteMasksAreNamed() throws {
    let folder = try face()
    try folder.writeMask("00000_nose.png") { _, _ in true }
    expectLine("00000_nose.png: is white everywhere and covers 100 %") { _ = try parts(folder) }
    try folder.writeMask("00000_cloth.png") { _, _ in true }
    expectLine("00000_nose.png: is white everywhere", "100 % of the mask skin, like cloth") {
      _ = try parts(folder)
    }
  }

  /// Skin that is exchanged with its surroundings, with and without other parts around the face.
  @Test(arguments: [[], ["hair"]])
  func exchangedSkinIsAFault(others: [String]) throws {
    let folder = try face()
    for part in others { try folder.writeMask("00000_\(part).png") { row, _ in row == 0 } }
    try folder.writeMask("00000_skin.png") { !(1...6).contains($0) || !(1...6).contains($1) }
    expectLine(
      "00000_skin.png: is white in all four corners and black where the face is", "looks inverted"
    ) { _ = try parts(folder) }
  }

  /// Skin everywhere is possible in a close crop, but not where other parts are outside the face.
  @Test(arguments: ["hair", "cloth", "neck", "l_ear"])
  func skinEverywhereIsAFaultBesideOtherParts(part: String) throws {
    let folder = try face()
    try folder.writeMask("00000_skin.png") { _, _ in true }
    #expect(try parts(folder).count { $0 == 1 } == 63)
    try folder.writeMask("00000_\(part).png") { row, _ in row == 7 }
    expectLine("00000_skin.png: is white everywhere, also where the mask \(part) is") {
      _ = try parts(folder)
    }
  }

  /// A mask whose shape is in its transparency is not called empty.
  @Test(arguments: [2, 4]) func shapesInTransparencyAreNamed(channels: Int) throws {
    let folder = try face()
    for value in [0, 255] as [UInt16] {
      func write(_ isOpaque: (Int) -> Bool) throws {
        let samples = (0..<64).flatMap { pixel -> [UInt16] in
          [UInt16](repeating: value, count: channels - 1) + [isOpaque(pixel) ? 255 : 0]
        }
        let mask = Image(width: 8, height: 8, channels: channels, samples: samples)
        try folder.write(PNGFile.encode(mask), "CelebAMask-HQ-mask-anno/0/00000_mouth.png")
      }
      try write { $0 == 36 }
      expectLine("00000_mouth.png: is \(value) everywhere; its shape is in the transparency") {
        _ = try parts(folder)
      }
      guard value == 0 else { continue }
      // An empty mask that is opaque, or transparent, everywhere has no shape.
      for isOpaque in [true, false] {
        try write { _ in isOpaque }
        #expect(try parts(folder).contains(1))
      }
    }
  }

  @Test func photographsWithoutAFaceAreFaults() throws {
    let folder = try folder(nose: [])
    try folder.writeMask("00000_skin.png") { _, _ in false }
    expectLine("0.jpg", "shows no face", "all its masks are empty") { _ = try parts(folder) }
    try folder.writeMask("00000_nose.png") { row, _ in row == 2 }
    expectLine("0.jpg", "shows no face", "mask skin") { _ = try parts(folder) }
    let check = try DatasetCheck(DatasetInput(folder.url.path))
    #expect(check.readable == 0 && check.faults.count == 1)
  }
}
