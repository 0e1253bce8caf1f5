import Foundation
import Synchronization
import TensorFiles
import Testing

@testable import Datasets

@Suite("Packs")
struct PackTests {
  @Test func preparedPairsAreReadBack() throws {
    let folder = try DataFolder()
    let source = ProceduralSource(count: 5, seed: 4)
    let calls = Mutex<[Int]>([])
    let pack = try PortraitPack.prepare(source, size: 12, to: folder("new/pack")) { done, total in
      #expect(total == 5)
      calls.withLock { $0.append(done) }
    }
    #expect(calls.withLock { $0.sorted() } == [0, 1, 2, 3, 4, 5])
    let again = try PortraitPack.open(folder("new/pack"))
    for pack in [pack, again] {
      #expect(pack.count == 5 && pack.size == 12 && pack.ids == source.ids)
      #expect(pack.summary == "procedural:5,4" && pack.heldOut == HeldOutPairs(of: source))
      for index in 0..<5 { #expect(try pack.pair(index) == source.pair(index, size: 12)) }
    }
    #expect(try folder.files("new/pack") == ["pack.json", "pairs.bin"])
    #expect(PortraitPack.isPack(folder("new/pack")) && !PortraitPack.isPack(folder("new")))
  }

  /// The data file contains only the pairs, so other programs can read it too.
  @Test func theDataAreRaw() throws {
    let folder = try DataFolder()
    let source = NumberedSource(count: 3)
    _ = try PortraitPack.prepare(source, size: 2, to: folder("pack"))
    let bytes = [UInt8](try Data(contentsOf: folder("pack/pairs.bin")))
    // Twelve bytes of color, then four labels, the first of which is the face.
    let expected: [UInt8] = (UInt8(0)..<3).flatMap {
      [UInt8](repeating: $0, count: 12) + [1, $0, $0, $0]
    }
    #expect(bytes == expected)
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: folder("pack/pack.json")))
    let header = try #require(json as? [String: Any])
    #expect(header["version"] as? Int == 1 && header["size"] as? Int == 2)
    #expect(header["source"] as? String == "numbered 3")
    // CRC-32 of these 48 bytes, computed with zlib.
    #expect(header["chunkChecksums"] as? [Int] == [388_669_672])
  }

  @Test func preparingTwiceDoesNothingTheSecondTime() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 2, to: folder("pack"))
    let second = NumberedSource(count: 6)
    _ = try PortraitPack.prepare(second, size: 2, to: folder("pack"))
    #expect(second.asked.isEmpty)
  }

  @Test func aFolderWithSomethingElseIsLeftAlone() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 2, to: folder("pack"))
    expectLine("pack", "numbered 6 at 2 × 2", "another folder") {
      _ = try PortraitPack.prepare(NumberedSource(count: 7), size: 2, to: folder("pack"))
    }
    expectLine("numbered 6 at 2 × 2") {
      _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 3, to: folder("pack"))
    }
    try folder.write(Data("dear diary".utf8), "mine/diary.txt")
    expectLine("mine", "diary.txt") {
      _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 2, to: folder("mine"))
    }
    // A file with a name of the pack's files that preparation did not write is not overwritten either.
    try folder.write(Data("precious".utf8), "other/pairs.bin")
    expectLine("other", "pairs.bin") {
      _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 2, to: folder("other"))
    }
    #expect(try Data(contentsOf: folder("other/pairs.bin")) == Data("precious".utf8))
  }

  @Test func impossibleSizesAreRefused() throws {
    let folder = try DataFolder()
    for size in [1, 0, -1, 1025] {
      expectLine("\(size) × \(size)") {
        _ = try PortraitPack.prepare(NumberedSource(count: 6), size: size, to: folder("pack"))
      }
    }
  }

  /// The damage to an intact pack, and a word of the error.
  static let damages: [(word: String, harm: @Sendable (DataFolder) throws -> Void)] = [
    ("pairs.bin", { try FileManager.default.removeItem(at: $0("pack/pairs.bin")) }),
    ("has 47 bytes, expected 48", { try $0.resize("pack/pairs.bin", to: 47) }),
    ("has 49 bytes, expected 48", { try $0.resize("pack/pairs.bin", to: 49) }),
    ("has 0 bytes", { try $0.resize("pack/pairs.bin", to: 0) }),
    ("pairs 0 … 2 fail their checksum", { try $0.flipBit("pack/pairs.bin", at: 33) }),
    ("pack.json", { try FileManager.default.removeItem(at: $0("pack/pack.json")) }),
    ("damaged", { try $0.resize("pack/pack.json", to: 40) }),
    ("not the header", { try $0.write(Data("[1]".utf8), "pack/pack.json") }),
    ("version 2", { try $0.replace("\"version\":1", "\"version\":2") }),
    ("not the header", { try $0.replace("ssgan3d portrait pack", "something else") }),
    ("has the key size twice", { try $0.replace("\"size\":2", "\"size\":2,\"size\":2") }),
    ("impossible size", { try $0.replace("\"size\":2", "\"size\":0") }),
    ("impossible size", { try $0.replace("\"size\":2", "\"size\":4000000000000000000") }),
    ("counts 4 pairs", { try $0.replace("\"count\":3", "\"count\":4") }),
    ("counts -3 pairs", { try $0.replace("\"count\":3", "\"count\":-3") }),
    ("chunk length", { try $0.replace("\"chunkPairs\":", "\"chunkPairs\":1") }),
    ("0 of 1 checksums", { try $0.replace("[388669672]", "[]") }),
    ("too many checksums", { try $0.replace("[388669672]", "[388669672,1]") }),
    ("damaged", { try $0.replace("[388669672]", "[99999999999]") }),
    ("holds out", { try $0.replace("\"indices\":[", "\"indices\":[-1,") }),
  ]

  @Test(arguments: damages.indices)
  func everyDamageIsOneLine(index: Int) throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 3), size: 2, to: folder("pack"))
    let (word, harm) = Self.damages[index]
    try harm(folder)
    expectLine(word) { _ = try PortraitPack.open(folder("pack")) }
  }

  /// Any byte of the header may have any value: the result is an error or a pack, never a crash.
  @Test func headersSurviveEveryByte() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 3), size: 2, to: folder("pack"))
    let sound = [UInt8](try Data(contentsOf: folder("pack/pack.json")))
    var refused = 0
    for place in sound.indices {
      for value: UInt8 in [0, 34, 57, 91, 125, 255] {
        var bytes = sound
        bytes[place] = value
        try folder.write(Data(bytes), "pack/pack.json")
        do {
          let pack = try PortraitPack.open(folder("pack"))
          for index in 0..<pack.count { _ = try pack.pair(index) }
        } catch {
          refused += 1
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
    #expect(refused > sound.count)
  }

  /// Even a pack that was opened without verification never returns unknown labels.
  @Test func unknownLabelsAreRefusedOnReading() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 3), size: 2, to: folder("pack"))
    try folder.flipBit("pack/pairs.bin", at: 16 + 13)
    let pack = try PortraitPack.open(folder("pack"), verifies: false)
    #expect(try pack.pair(0).labels == [1, 0, 0, 0])
    // Label 1 with its highest bit flipped.
    expectLine("pair 1", "label 129") { _ = try pack.pair(1) }
  }

  /// A source that does not look at its labels, as those of earlier versions.
  private struct Faceless: PortraitSource {
    let summary = "faceless"
    let fingerprint = "0123456789abcdef"
    let ids = ["a", "b", "c"]

    func stored(_ index: Int) throws -> SourcePair { SourcePair(try pair(index, size: 2)) }

    func pair(_ index: Int, size: Int) throws -> PortraitPair {
      PortraitPair(
        size: size, planes: [UInt8](repeating: UInt8(index), count: 3 * size * size),
        labels: [UInt8](repeating: index == 1 ? 0 : 1, count: size * size))
    }
  }

  /// Packs are not trained on if a pair shows no face, whoever prepared them.
  @Test func pairsWithoutAFaceAreNamed() throws {
    let folder = try DataFolder()
    expectLine("pairs.bin", "pair 1, b, shows no face") {
      _ = try PortraitPack.prepare(Faceless(), size: 4, to: folder("pack"))
    }
    expectLine("pair 1, b, shows no face") { _ = try PortraitPack.open(folder("pack")) }
    let check = try DatasetCheck(DatasetInput(folder("pack").path, verifies: false))
    #expect(check.faults.count == 1)
  }

  /// With a memory-mapped file, the process would be killed here.
  @Test func aFileThatShrinksWhileItIsOpenIsAnError() throws {
    let folder = try DataFolder()
    let pack = try PortraitPack.prepare(NumberedSource(count: 3), size: 2, to: folder("pack"))
    try folder.resize("pack/pairs.bin", to: 20)
    #expect(try pack.pair(0).labels == [1, 0, 0, 0])
    expectLine("pairs.bin", "shorter") { _ = try pack.pair(1) }
    expectLine("shorter") { _ = try pack.damage() }
  }
}

extension DataFolder {
  func resize(_ path: String, to count: Int) throws {
    var data = try Data(contentsOf: self(path))
    data = data.prefix(count) + Data(repeating: 7, count: max(0, count - data.count))
    // The file is changed in place, so that open file handles see the change.
    let handle = try FileHandle(forWritingTo: self(path))
    try handle.truncate(atOffset: UInt64(count))
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: data)
    try handle.close()
  }

  /// Flips the highest bit of one byte.
  func flipBit(_ path: String, at place: Int) throws {
    var bytes = [UInt8](try Data(contentsOf: self(path)))
    bytes[place] ^= 128
    try Data(bytes).write(to: self(path))
  }

  /// Replaces words of the header, which must occur in it.
  func replace(_ old: String, _ new: String) throws {
    let text = try String(contentsOf: self("pack/pack.json"), encoding: .utf8)
    #expect(text.contains(old), "\(text)")
    try write(Data(text.replacing(old, with: new).utf8), "pack/pack.json")
  }
}
