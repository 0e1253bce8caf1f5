import Datasets
import Foundation
import Testing

@Suite("CelebAMask-HQ as it is distributed")
struct AnnotatedFolderTests {
  /// Rectangles that overlap: glasses across the face with an eye on top, hair over skin and glasses,
  /// and a hat over hair.
  ///
  /// The nose has an empty mask, and the ears have no file: both are absent.
  @Test func overlappingMasksArePaintedInOrder() throws {
    let folder = try DataFolder()
    try folder.write(GreyJPEG.square(8), "CelebA-HQ-img/7.jpg")
    try folder.writeMask("00007_skin.png") { row, _ in row < 7 }
    try folder.writeMask("00007_eye_g.png", channels: 3) { row, _ in row == 2 || row == 3 }
    try folder.writeMask("00007_l_eye.png") { row, column in
      (row == 2 || row == 3) && (column == 1 || column == 2)
    }
    try folder.writeMask("00007_hair.png") { row, column in row < 2 || row == 2 && column == 7 }
    try folder.writeMask("00007_hat.png") { row, _ in row == 0 }
    try folder.writeMask("00007_nose.png") { _, _ in false }
    let source = try AnnotatedFolder(listing: folder.url)
    #expect(source.faults.isEmpty && source.ids == ["00007"])
    let pair = try source.stored(0)
    #expect(pair.imageSide == 8 && pair.rgb == [UInt8](repeating: 178, count: 192))
    let expected: [[UInt8]] = [
      [11, 11, 11, 11, 11, 11, 11, 11],
      [7, 7, 7, 7, 7, 7, 7, 7],
      [10, 2, 2, 10, 10, 10, 10, 7],
      [10, 2, 2, 10, 10, 10, 10, 10],
      [1, 1, 1, 1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1, 1, 1, 1],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ]
    #expect(pair.labelSide == 8 && pair.parts == expected.flatMap(\.self))
  }

  /// In the distributed data set, photographs have twice the side of their masks.
  @Test func aPhotographMayBeLargerThanItsMasks() throws {
    let folder = try DataFolder()
    try folder.write(GreyJPEG.square(16), "CelebA-HQ-img/0.jpg")
    try folder.writeMask("00000_skin.png") { row, _ in row < 4 }
    let pair = try AnnotatedFolder(listing: folder.url).pair(0, size: 4)
    #expect(pair.planes == [UInt8](repeating: 178, count: 48))
    #expect(pair.labels == [UInt8](repeating: 1, count: 8) + [UInt8](repeating: 0, count: 8))
  }

  @Test func pairsComeInTheOrderOfTheirNumbers() throws {
    let folder = try DataFolder()
    for number in [10, 9, 100, 1] {
      try folder.write(GreyJPEG.square(8), "CelebA-HQ-img/\(number).jpg")
      let digits = String(repeating: "0", count: 5 - "\(number)".count) + "\(number)"
      try folder.writeMask("\(digits)_skin.png") { row, _ in row < 4 }
    }
    let source = try AnnotatedFolder(listing: folder.url)
    #expect(source.ids == ["00001", "00009", "00010", "00100"])
    #expect(!source.isWholeCelebAMaskHQ)
  }

  /// The changes to an intact folder of two pairs, and the words of the fault that each change causes.
  static let faults: [(words: [String], mend: @Sendable (DataFolder) throws -> Void)] = [
    (
      ["1.jpg", "no mask"],
      { try FileManager.default.removeItem(at: $0("CelebAMask-HQ-mask-anno/0/00001_skin.png")) }
    ),
    (
      ["00001_skin.png", "no photograph 1.jpg"],
      { try FileManager.default.removeItem(at: $0("CelebA-HQ-img/1.jpg")) }
    ),
    (
      ["00000_beard.png", "unknown part beard"],
      { try $0.writeMask("00000_beard.png") { _, _ in true } }
    ),
    (["skin.png", "NNNNN_part.png"], { try $0.writeMask("skin.png") { _, _ in true } }),
    (
      ["00000_hair.jpg", "NNNNN_part.png"], { try $0.writeMask("00000_hair.jpg") { _, _ in true } }
    ),
    (
      ["1/00000_skin.png", "same part"],
      { try $0.writeMask("../1/00000_skin.png") { _, _ in true } }
    ),
    (["00000_hair.png", "outside"], { try $0.writeMask("../00000_hair.png") { _, _ in true } }),
    (["03.jpg", "N.jpg"], { try $0.write(GreyJPEG.square(8), "CelebA-HQ-img/03.jpg") }),
    (["same number as 1."], { try $0.write(GreyJPEG.square(8), "CelebA-HQ-img/1.JPG") }),
    (["3.png", "N.jpg"], { try $0.write(GreyJPEG.square(8), "CelebA-HQ-img/3.png") }),
  ]

  @Test(arguments: faults.indices)
  func everyFaultOfTheListingIsNamed(index: Int) throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(2)
    #expect(try AnnotatedFolder(listing: folder.url).faults.isEmpty)
    let (words, damage) = Self.faults[index]
    try damage(folder)
    let input = try DatasetInput(folder.url.path)
    guard case .source(_, let faults) = input else {
      Issue.record("not listed as a source")
      return
    }
    #expect(faults.count == 1)
    for word in words { #expect(faults.first?.description.contains(word) == true, "\(faults)") }
    // Nothing is skipped: a folder with faults is not used for training.
    expectLine(words[0]) { _ = try input.usableSource() }
  }

  /// The damage to the files of the first pair, and the words of the error.
  static let damages: [(words: [String], harm: @Sendable (DataFolder) throws -> Void)] = [
    (["0.jpg", "JPEG"], { try $0.write(GreyJPEG.square(8).dropLast(4), "CelebA-HQ-img/0.jpg") }),
    (["0.jpg", "is empty (0 bytes)"], { try $0.write(Data(), "CelebA-HQ-img/0.jpg") }),
    (
      ["00000_skin.png", "PNG"],
      { folder in
        let path = "CelebAMask-HQ-mask-anno/0/00000_skin.png"
        try folder.write(try Data(contentsOf: folder(path)).dropLast(30), path)
      }
    ),
    (
      ["00000_hair.png", "16 × 16"],
      {
        try $0.writeMask("00000_skin.png", side: 8) { _, _ in true }
        try $0.writeMask("00000_hair.png", side: 16) { _, _ in true }
      }
    ),
  ]

  @Test(arguments: damages.indices)
  func aDamagedFileIsNamed(index: Int) throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(2)
    let (words, harm) = Self.damages[index]
    try harm(folder)
    let source = try AnnotatedFolder(listing: folder.url)
    expectLine(words[0], words[1]) { _ = try source.pair(0, size: 4) }
    #expect(try source.pair(1, size: 4).labels.contains(1))
  }

  @Test func theFingerprintFollowsEveryFile() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(2)
    let before = try AnnotatedFolder(listing: folder.url).fingerprint
    #expect(try AnnotatedFolder(listing: folder.url).fingerprint == before)
    try folder.writeMask("00001_nose.png") { _, _ in true }
    let after = try AnnotatedFolder(listing: folder.url).fingerprint
    #expect(after != before)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)],
      ofItemAtPath: folder("CelebAMask-HQ-mask-anno/0/00001_nose.png").path)
    #expect(try AnnotatedFolder(listing: folder.url).fingerprint != after)
  }
}
