import Foundation
import TensorFiles
import Testing

@testable import Datasets

@Suite("Copies of photographs")
struct CopiesTests {
  /// Writes pairs with different gray photographs, and copies of some of them under other names.
  private func folder(_ count: Int, copies: [Int: Int]) throws -> DataFolder {
    let folder = try DataFolder()
    let labels = IndexedImage(
      width: 4, height: 4, indices: [UInt8](repeating: 1, count: 16),
      palette: [PaletteColor(0, 0, 0), PaletteColor(9, 0, 0)])
    for number in 0..<count {
      let value = UInt16(copies[number] ?? number)
      let image = Image(
        width: 4, height: 4, channels: 3, samples: [UInt16](repeating: value, count: 48))
      let name = String(format: "%03d", number)
      try folder.write(PNGFile.encode(image), "images/\(name).png")
      try folder.write(PNGFile.encode(labels), "labels/\(name).png")
    }
    return folder
  }

  private func pack(_ folder: DataFolder) throws -> PortraitPack {
    try PortraitPack.prepare(
      LabelMapFolder(listing: folder.url, scheme: .parts), size: 4, to: folder("pack"))
  }

  @Test func copiesAreFoundByContent() throws {
    let folder = try folder(40, copies: [7: 3, 20: 3, 31: 30])
    let check = try DatasetCheck(
      DatasetInput(folder.url.path, DataReading(scheme: .parts)))
    #expect(check.copies == [[3, 7, 20], [30, 31]] && check.faults.isEmpty)
    let pack = try pack(folder)
    #expect(pack.copies == check.copies && pack.heldOut == check.heldOut)
    #expect(pack.heldOut.rule.hasSuffix("copies on one side"))
  }

  /// Whatever is copied, no photograph is on both sides, and one different photograph in fifteen is held
  /// out.
  @Test(arguments: 0..<20)
  func copiesStayOnOneSide(seed: Int) {
    let count = 45
    let groups = [[seed, seed + 1, seed + 20], [seed + 2, seed + 22]]
    let split = HeldOutPairs(count: count, isWholeCelebAMaskHQ: false, copies: groups)
    let heldOut = Set(split.indices)
    for group in groups { #expect([0, group.count].contains(heldOut.intersection(group).count)) }
    let extra = groups.filter { heldOut.contains($0[0]) }.map { $0.count - 1 }.reduce(0, +)
    // 42 different photographs, of which 2.8 are held out.
    #expect(split.indices.count == 3 + extra && split.indices == split.indices.sorted())
  }

  @Test func dataWithoutCopiesKeepTheirSplit() throws {
    for count in [1, 2, 15, 40, 333] {
      let split = HeldOutPairs(count: count, isWholeCelebAMaskHQ: false, copies: [])
      #expect(split == HeldOutPairs(seededOf: count))
    }
    let pack = try pack(try folder(40, copies: [:]))
    #expect(pack.copies.isEmpty && pack.heldOut == HeldOutPairs(seededOf: 40))
  }

  @Test func ofTheCompleteSetCopiesOfTrainingPhotographsAreNotHeldOut() {
    let split = HeldOutPairs(
      count: 30_000, isWholeCelebAMaskHQ: true, copies: [[5, 28_001], [28_002, 29_999], [1, 2]])
    #expect(split.indices == Array(28_000..<30_000).filter { $0 != 28_001 })
  }

  /// If all photographs are equal, all of them are for training.
  @Test func equalPhotographsAreAllForTraining() throws {
    let pack = try pack(try folder(5, copies: [1: 0, 2: 0, 3: 0, 4: 0]))
    #expect(pack.copies == [[0, 1, 2, 3, 4]])
    #expect(pack.heldOut.indices.isEmpty && pack.training.count == 5)
  }

  /// A pack that was interrupted finds the same copies when it is continued, and is found complete.
  @Test func aContinuedPackFindsTheSameCopies() throws {
    let folder = try folder(30, copies: [9: 4])
    let source = try LabelMapFolder(listing: folder.url, scheme: .parts)
    let whole = try PortraitPack.prepare(source, size: 4, to: folder("whole"))
    let again = try PortraitPack.prepare(source, size: 4, to: folder("whole"))
    #expect(whole.copies == [[4, 9]] && again.fingerprint == whole.fingerprint)
    // As if the process had been killed before the header was written.
    try Folder.make(folder("part"))
    try FileManager.default.copyItem(at: folder("whole/pairs.bin"), to: folder("part/pairs.bin"))
    try FileManager.default.copyItem(
      at: folder("whole/pack.json"), to: folder("part/progress.json"))
    let part = try PortraitPack.prepare(source, size: 4, to: folder("part"))
    #expect(part.copies == whole.copies && part.fingerprint == whole.fingerprint)
  }
}
