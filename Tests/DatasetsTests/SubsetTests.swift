import Foundation
import TensorFiles
import Testing

@testable import Datasets

@Suite("Subsets of folders")
struct SubsetTests {
  private func names(_ text: String) throws -> [String] {
    let folder = try DataFolder()
    try Data(text.utf8).write(to: folder("names.txt"))
    return try Subset.names(in: folder("names.txt"))
  }

  @Test func listsAreReadLineByLine() throws {
    #expect(try names("a\r\n\n  b.png \n# c\nimages/d.jpg") == ["a", "b.png", "images/d.jpg"])
    expectLine("names no pair") { _ = try names("# nothing\n\n") }
    let folder = try DataFolder()
    expectLine("names.txt", "cannot be read as a list") {
      _ = try Subset.names(in: folder("names.txt"))
    }
    try Data([0xFF, 0xFE, 0x00]).write(to: folder("names.txt"))
    expectLine("cannot be read as a list") { _ = try Subset.names(in: folder("names.txt")) }
  }

  /// Only the named pairs are listed, in the order of the data; faults of other files do not matter.
  @Test func labelMapsAreChosenByName() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(6)
    try folder.write(Data(), "images/notes.txt")
    try FileManager.default.removeItem(at: folder("labels/5.png"))
    let all = try LabelMapFolder(listing: folder.url, scheme: .parts)
    #expect(all.faults.count == 2)
    let reading = DataReading(subset: ["images/4.png", "1", "3.png", "1"])
    let chosen = try LabelMapFolder(listing: folder.url, scheme: .parts, reading)
    #expect(chosen.ids == ["1", "3", "4"] && chosen.faults.isEmpty)
    #expect(chosen.summary == "3 pictures with maps of 13 labels, a subset of 6")
    #expect(chosen.fingerprint != all.fingerprint)
    #expect(try chosen.stored(2).rgb.first == 40)
    // A fault of a chosen pair still counts.
    let faulty = try LabelMapFolder(
      listing: folder.url, scheme: .parts, DataReading(subset: ["5", "1"]))
    #expect(faulty.faults.count == 1 && faulty.ids == ["1"])
    expectLine("--subset", "names 9", "1 more name") {
      _ = try LabelMapFolder(
        listing: folder.url, scheme: .parts, DataReading(subset: ["9", "1", "8.jpg"]))
    }
  }

  @Test func photographsOfCelebAMaskHQAreChosenByNumber() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(5)
    try folder.writeMask("00002_beard.png") { _, _ in true }
    try folder.writeMask("00003_beard.png") { _, _ in true }
    #expect(try AnnotatedFolder(listing: folder.url).faults.count == 2)
    let chosen = try AnnotatedFolder(
      listing: folder.url, DataReading(subset: ["00004", "1.jpg", "0"]))
    #expect(chosen.ids == ["00000", "00001", "00004"] && chosen.faults.isEmpty)
    #expect(chosen.summary == "CelebAMask-HQ, 3 of its pairs, a subset of 5")
    let faulty = try AnnotatedFolder(listing: folder.url, DataReading(subset: ["2"]))
    #expect(faulty.faults.count == 1 && faulty.faults[0].place.contains("00002_beard.png"))
    expectLine("--subset", "names 7") {
      _ = try AnnotatedFolder(listing: folder.url, DataReading(subset: ["7"]))
    }
    expectLine("--subset", "names face") {
      _ = try AnnotatedFolder(listing: folder.url, DataReading(subset: ["face"]))
    }
  }

  /// A pack names its pairs, so packs of different subsets are different packs.
  @Test func packsNameTheirPairs() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(6)
    func pack(_ names: [String]) throws -> PortraitPack {
      try PackCache.pack(
        folder.url.path, DataReading(scheme: .parts, subset: names), size: 3, in: folder("cache"))
    }
    let (a, b) = (try pack(["1", "2"]), try pack(["1", "3"]))
    #expect(a.ids == ["1", "2"] && b.ids == ["1", "3"] && a.fingerprint != b.fingerprint)
    #expect(a.summary.contains("a subset of 6"))
    #expect(try pack(["2", "1"]).fingerprint == a.fingerprint)
  }

  @Test func otherDataHaveNoSubset() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(ProceduralSource(count: 4), size: 8, to: folder("pack"))
    let reading = DataReading(subset: ["0"])
    expectLine("is a pack", "when you prepare it") {
      _ = try DatasetInput(folder("pack").path, reading)
    }
    expectLine("leave --subset out") { _ = try DatasetInput("procedural:4", reading) }
    try folder.writeAnnotated(1)
    expectLine("leave --ignore out") {
      _ = try DatasetInput("procedural:4", DataReading(ignored: 255))
    }
    expectLine("leave --mask-threshold out") {
      _ = try DatasetInput("procedural:4", DataReading(maskThreshold: 128))
    }
  }
}

@Suite("Files that systems leave in folders")
struct LeftBehindTests {
  static let names = [
    "Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", "._a.png", "ehthumbs.db",
    "a.png:Zone.Identifier", "Icon\r",
  ]

  @Test(arguments: names)
  func filesArePassedOver(name: String) throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(2)
    try folder.writeAnnotated(2)
    for place in [
      "images", "labels", "CelebA-HQ-img", "CelebAMask-HQ-mask-anno", "CelebAMask-HQ-mask-anno/0",
    ] {
      try folder.write(Data("x".utf8), "\(place)/\(name)")
    }
    #expect(try LabelMapFolder(listing: folder.url, scheme: .parts).faults.isEmpty)
    #expect(try AnnotatedFolder(listing: folder.url).faults.isEmpty)
  }

  @Test(arguments: ["@eaDir", "__MACOSX", ".AppleDouble", "$RECYCLE.BIN", "lost+found"])
  func foldersArePassedOver(name: String) throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(2)
    try folder.writeAnnotated(2)
    for place in ["images", "labels", "CelebA-HQ-img", "CelebAMask-HQ-mask-anno"] {
      try folder.write(Data("x".utf8), "\(place)/\(name)/00000_skin.png")
    }
    #expect(try LabelMapFolder(listing: folder.url, scheme: .parts).faults.isEmpty)
    #expect(try AnnotatedFolder(listing: folder.url).faults.isEmpty)
  }

  /// A name that is only similar is still a fault.
  @Test func otherFilesAreFaults() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(2)
    for name in ["Thumbs.dbx", "my desktop.ini", "notes.txt"] {
      try folder.write(Data(), "images/\(name)")
    }
    #expect(try LabelMapFolder(listing: folder.url, scheme: .parts).faults.count == 3)
  }
}
