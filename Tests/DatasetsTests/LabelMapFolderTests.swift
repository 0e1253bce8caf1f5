import Datasets
import Foundation
import TensorFiles
import Testing

@Suite("Folders of pictures and label maps")
struct LabelMapFolderTests {
  @Test func mappingNamesTheFirstUnknownLabel() throws {
    let scheme = LabelScheme.celebAMaskHQ
    #expect(try scheme.parts(of: [0, 18, 3, 13], name: "x") == [0, 9, 10, 7])
    expectLine("x: label 19 at pixel 2 is not one of the 19, 0 … 18") {
      _ = try scheme.parts(of: [0, 1, 19, 255], name: "x")
    }
  }

  /// Map i has label i behind its first pixel, which is the face; the nineteen labels become the parts of Docs/Masks.md.
  @Test func labelsAreReadByTheGivenScheme() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(13)
    for (scheme, expected) in [
      (LabelScheme.parts, Array(UInt8(0)..<13)),
      (.celebAMaskHQ, [0, 1, 5, 10, 2, 2, 3, 3, 6, 6, 4, 4, 4]),
      (.faceParsing, [0, 1, 3, 3, 2, 2, 10, 6, 6, 12, 5, 4, 4]),
    ] {
      let source = try LabelMapFolder(listing: folder.url, scheme: scheme)
      #expect(source.faults.isEmpty && source.ids.count == 13)
      for (index, id) in source.ids.enumerated() {
        let pair = try source.stored(index)
        let number = try #require(Int(id))
        #expect(pair.rgb == [UInt8](repeating: UInt8(10 * number), count: 108))
        let corner =
          [UInt8](repeating: 1, count: 3) + [UInt8](repeating: expected[number], count: 3)
        let rest = [UInt8](repeating: expected[number], count: 18)
        #expect(pair.parts == corner + corner + corner + rest)
      }
    }
  }

  @Test(arguments: [(LabelScheme.parts, 13), (.celebAMaskHQ, 19), (.faceParsing, 19)])
  func aLabelBeyondTheSchemeIsNamed(scheme: LabelScheme, label: Int) throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(label + 1)
    let source = try LabelMapFolder(listing: folder.url, scheme: scheme)
    let index = try #require(source.ids.firstIndex(of: "\(label)"))
    expectLine("labels/\(label).png", "label \(label)", "--classes") {
      _ = try source.stored(index)
    }
  }

  /// The changes to an intact folder of two pairs, and the words of the fault that each change causes.
  static let faults: [(words: [String], harm: @Sendable (DataFolder) throws -> Void)] = [
    (
      ["images/1.png", "no label map"],
      { try FileManager.default.removeItem(at: $0("labels/1.png")) }
    ),
    (
      ["labels/1.png", "no photograph"],
      { try FileManager.default.removeItem(at: $0("images/1.png")) }
    ),
    (
      ["images/1.png", "same base name as 1.jpg"],
      { try $0.write(GreyJPEG.square(8), "images/1.jpg") }
    ),
    (["labels/notes.txt", "does not end in"], { try $0.write(Data(), "labels/notes.txt") }),
  ]

  @Test(arguments: faults.indices)
  func everyFaultOfTheListingIsNamed(index: Int) throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(2)
    let (words, harm) = Self.faults[index]
    try harm(folder)
    let faults = try LabelMapFolder(listing: folder.url, scheme: .parts).faults
    #expect(faults.count == 1)
    for word in words {
      #expect(faults.first.map { "\($0)" }?.contains(word) == true, "\(faults)")
    }
  }

  @Test func picturesMustBeSquare() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(1)
    let wide = Image(width: 6, height: 5, channels: 1, samples: [UInt16](repeating: 9, count: 30))
    try folder.write(PNGFile.encode(wide), "images/0.png")
    let source = try LabelMapFolder(listing: folder.url, scheme: .parts)
    expectLine("images/0.png", "6 pixels wide and 5 high") { _ = try source.stored(0) }
  }

  @Test func grayAnd16BitPicturesBecomeBytes() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(1, side: 2)
    let deep = Image(
      width: 2, height: 2, channels: 1, bitsPerSample: 16, samples: [0, 65535, 128, 129 * 257])
    try folder.write(PNGFile.encode(deep), "images/0.png")
    let pair = try LabelMapFolder(listing: folder.url, scheme: .parts).stored(0)
    // 128 / 257 is just below ½ and rounds to 0.
    #expect(pair.rgb == [0, 0, 0, 255, 255, 255, 0, 0, 0, 129, 129, 129])
  }

  /// The same files with another scheme are different data.
  @Test func theSchemeIsPartOfTheFingerprint() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(2)
    let (a, b) = (
      try LabelMapFolder(listing: folder.url, scheme: .parts),
      try LabelMapFolder(listing: folder.url, scheme: .celebAMaskHQ)
    )
    #expect(a.fingerprint != b.fingerprint && a.fingerprint.count == 16)
  }
}

@Suite("Names of data")
struct DatasetInputTests {
  @Test func theLayoutIsRecognizedFromTheFolder() throws {
    let (a, b) = (try DataFolder(), try DataFolder())
    try a.writeAnnotated(1)
    try b.writeLabelMaps(1)
    #expect(try DatasetInput.layout(of: a.url.path) == .annotated)
    #expect(try DatasetInput.layout(of: b.url.path) == .labelMaps)
    #expect(try DatasetInput.layout(of: "procedural:5") == .procedural)
    try a.writeLabelMaps(1)
    expectLine("more than one") { _ = try DatasetInput.layout(of: a.url.path) }
    expectLine("no data set") { _ = try DatasetInput.layout(of: b("labels").path) }
    expectLine("is not a folder") { _ = try DatasetInput.layout(of: b("nowhere").path) }
  }

  /// The scheme is never guessed, and it is rejected where it has no meaning.
  @Test func theSchemeIsGivenOnlyWhereItIsNeeded() throws {
    let (a, b) = (try DataFolder(), try DataFolder())
    try a.writeAnnotated(1)
    try b.writeLabelMaps(1)
    expectLine("--classes 19") { _ = try DatasetInput(b.url.path) }
    expectLine("leave --classes out") {
      _ = try DatasetInput(a.url.path, DataReading(scheme: .parts))
    }
    expectLine("leave --classes out") {
      _ = try DatasetInput("procedural:5", DataReading(scheme: .parts))
    }
    #expect(try DatasetInput(b.url.path, DataReading(scheme: .parts)).ids == ["0"])
  }

  @Test func anEmptyFolderIsAFault() throws {
    let folder = try DataFolder()
    try Folder.make(folder("images"))
    try Folder.make(folder("labels"))
    let input = try DatasetInput(folder.url.path, DataReading(scheme: .parts))
    expectLine("contains no photographs") { _ = try input.usableSource() }
  }
}
