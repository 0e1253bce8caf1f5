import PortraitClasses
import Datasets
import Foundation
import Inspection
import Synchronization
import TensorFiles
import Testing

@Suite("Data set check")
struct DatasetCheckTests {
  /// Two pairs with skin in the upper half; one of them also has hair in the top quarter.
  @Test func sharesAreThoseOfTheLabelMaps() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(2)
    try folder.write(GreyJPEG.square(8, value: 170), "CelebA-HQ-img/1.jpg")
    try folder.writeMask("00001_hair.png") { row, _ in row < 2 }
    let count = Mutex(0)
    let check = try DatasetCheck(DatasetInput(folder.url.path)) { count.withLock { $0 += 1 } }
    #expect(count.withLock { $0 } == 2)
    #expect(check.faults.isEmpty && check.readable == 2 && check.ids == ["00000", "00001"])
    #expect(check.sides.map(\.value) == [2])
    #expect(check.sides.keys.first?.image == 8 && check.sides.keys.first?.labels == 8)
    let expected: [Int: (Double, Int)] = [0: (0.5, 2), 1: (0.375, 2), 7: (0.125, 1)]
    for (part, share) in check.shares.enumerated() {
      let (area, pairs) = expected[part] ?? (0, 0)
      #expect(share.area == area && share.pairs == pairs, "class \(part)")
    }
    #expect(check.heldOut.indices.count == 1)
  }

  /// Faults of the listing and of the files are listed with the file name; intact pairs are counted.
  @Test func everyFaultIsListed() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(4)
    try folder.write(GreyJPEG.square(8).dropLast(4), "CelebA-HQ-img/1.jpg")
    try folder.write(Data("x".utf8), "CelebAMask-HQ-mask-anno/0/00002_skin.png")
    try folder.writeMask("00003_beard.png") { _, _ in true }
    try folder.writeMask("00009_skin.png") { _, _ in true }
    let check = try DatasetCheck(DatasetInput(folder.url.path))
    #expect(check.readable == 2 && check.faults.count == 4)
    for (fault, word) in zip(
      check.faults, ["00003_beard.png", "00009_skin.png", "1.jpg", "00002_skin.png"])
    {
      #expect(fault.contains(word), "\(check.faults)")
      #expect(!fault.contains("\n"))
    }
  }

  @Test func damageInsideAPackIsListed() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(
      ProceduralSource(count: 4), size: 8, to: folder("pack"))
    var input = try DatasetInput(folder("pack").path)
    let sound = try DatasetCheck(input)
    #expect(sound.faults.isEmpty && sound.readable == 4)
    #expect(sound.summary == "pack of procedural:4,0")
    #expect(abs(sound.shares.reduce(0) { $0 + $1.area } - 1) < 1e-12)
    try folder.flipBit("pack/pairs.bin", at: 5)
    expectLine("checksum") { _ = try DatasetInput(folder("pack").path) }
    input = try DatasetInput(folder("pack").path, verifies: false)
    let check = try DatasetCheck(input)
    #expect(check.faults.count == 1 && check.faults.first?.contains("pairs 0 … 3") == true)
  }

  /// The first tile shows the picture and, next to it, a mix of 0.4 picture and 0.6 class color.
  @Test func theSheetShowsPairsUnderTheirClasses() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(5)
    let sheet = try #require(DatasetSheet.picture(DatasetInput(folder.url.path)))
    let (top, left) = (8 + Picture.lineHeight(), 8)
    #expect(sheet[top + 5, left + 5] == Color(178, 178, 178))
    #expect(sheet[top + 127, left + 127] == Color(178, 178, 178))
    let gray = Color(178, 178, 178)
    let (face, background) = (ClassPalette.portrait.color(1), ClassPalette.portrait.color(0))
    #expect(sheet[top + 5, left + 135] == gray.mixed(with: face, share: 0.6))
    #expect(sheet[top + 120, left + 135] == gray.mixed(with: background, share: 0.6))
    // Four tiles in a row, the fifth below.
    #expect(sheet[top + 128 + 8 + Picture.lineHeight() + 5, left + 5] == gray)
  }

  @Test func unreadableDataHaveNoSheet() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(1)
    try folder.write(Data(), "CelebA-HQ-img/0.jpg")
    #expect(try DatasetSheet.picture(DatasetInput(folder.url.path)) == nil)
  }
}
