import Foundation
import Synchronization
import TensorFiles
import Testing

@testable import Datasets

/// At 256 × 256 a chunk has 16 pairs, so 40 pairs are three chunks.
@Suite("Resuming the preparation of a pack")
struct PreparingTests {
  private static let size = 256

  /// Leaves an unfinished pack with the first chunk, because pair 20 fails.
  private func interrupted(_ folder: DataFolder) throws {
    let source = NumberedSource(count: 40, size: Self.size, failing: [20, 25])
    expectLine("pair 20 fails") {
      _ = try PortraitPack.prepare(source, size: Self.size, to: folder("pack"))
    }
    #expect(!PortraitPack.isPack(folder("pack")))
    #expect(try folder.files("pack") == ["pairs.bin", "progress.json"])
  }

  /// Finishes the pack, which must equal an uninterrupted one; returns the indices that were requested.
  private func finished(_ folder: DataFolder) throws -> [Int] {
    let source = NumberedSource(count: 40, size: Self.size)
    let pack = try PortraitPack.prepare(source, size: Self.size, to: folder("pack"))
    _ = try PortraitPack.prepare(
      NumberedSource(count: 40, size: Self.size), size: Self.size, to: folder("whole"))
    for name in ["pack.json", "pairs.bin"] {
      #expect(
        try Data(contentsOf: folder("pack/\(name)")) == Data(contentsOf: folder("whole/\(name)")))
    }
    #expect(try folder.files("pack") == ["pack.json", "pairs.bin"])
    #expect(try pack.damage().isEmpty)
    return source.asked.sorted()
  }

  @Test func finishedChunksAreNotMadeAgain() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    #expect(try finished(folder) == Array(16..<40))
  }

  /// The process was killed, or the disk was full, before `progress.json` was written.
  @Test func anEmptyFileIsABeginning() throws {
    let folder = try DataFolder()
    try folder.write(Data(), "pack/pairs.bin")
    #expect(try finished(folder) == Array(0..<40))
  }

  /// The process was killed during a write, so the file has more bytes than `progress.json` counts.
  @Test func aHalfWrittenChunkIsMadeAgain() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    let handle = try FileHandle(forWritingTo: folder("pack/pairs.bin"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 9, count: 100_001))
    try handle.close()
    #expect(try finished(folder) == Array(16..<40))
  }

  @Test func aChunkThatFailsItsChecksumIsMadeAgain() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    try folder.flipBit("pack/pairs.bin", at: 77)
    #expect(try finished(folder) == Array(0..<40))
  }

  @Test func aLostFileIsMadeAgain() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    try FileManager.default.removeItem(at: folder("pack/pairs.bin"))
    #expect(try finished(folder) == Array(0..<40))
  }

  /// The process was killed after the last chunk and before `pack.json` was written.
  @Test func onlyTheHeaderIsMissing() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(
      NumberedSource(count: 40, size: Self.size), size: Self.size, to: folder("pack"))
    try FileManager.default.moveItem(at: folder("pack/pack.json"), to: folder("pack/progress.json"))
    #expect(try finished(folder) == [])
  }

  @Test func anUnfinishedPackOfOtherDataIsLeftAlone() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    let before = try Data(contentsOf: folder("pack/progress.json"))
    expectLine("numbered 40 at 256 × 256") {
      _ = try PortraitPack.prepare(NumberedSource(count: 41), size: Self.size, to: folder("pack"))
    }
    try folder.write(Data("{}".utf8), "pack/progress.json")
    expectLine("progress.json") {
      _ = try PortraitPack.prepare(NumberedSource(count: 40), size: Self.size, to: folder("pack"))
    }
    try folder.write(before, "pack/progress.json")
    #expect(try finished(folder) == Array(16..<40))
  }

  /// A link in place of the data file is not followed, so nothing is written where it leads.
  @Test func aLinkInPlaceOfTheDataIsRefused() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    let file = folder("pack/pairs.bin")
    try FileManager.default.moveItem(at: file, to: folder("elsewhere"))
    try FileManager.default.createSymbolicLink(
      at: file, withDestinationURL: folder("elsewhere"))
    let before = try Data(contentsOf: folder("elsewhere"))
    expectLine("pairs.bin: is a symbolic link where a regular file is written") {
      _ = try PortraitPack.prepare(
        NumberedSource(count: 40, size: Self.size), size: Self.size, to: folder("pack"))
    }
    #expect(try Data(contentsOf: folder("elsewhere")) == before)
  }

  @Test func oneProcessAtATime() throws {
    let folder = try DataFolder()
    try interrupted(folder)
    do {
      let other = try PackFile(folder("pack/pairs.bin"))
      expectLine("pairs.bin", "another process") {
        _ = try PortraitPack.prepare(
          NumberedSource(count: 40, size: Self.size), size: Self.size, to: folder("pack"))
      }
      #expect(other.bytes(0..<4) == [0, 0, 0, 0])
    }
    #expect(try finished(folder) == Array(16..<40))
  }
}

@Suite("Pack cache")
struct PackCacheTests {
  /// While another process prepares a pack of the cache, a second process waits for it.
  @Test func theSecondProcessWaits() throws {
    let folder = try DataFolder()
    let cache = folder("cache")
    let place = PackCache.place(of: try ProceduralSource("procedural:4,3"), size: 16, in: cache)
    try Folder.make(cache)
    var other: FileLock? = try FileLock(waitingFor: place.appendingPathExtension("lock"))
    let order = Mutex<[String]>([])
    let done = DispatchSemaphore(value: 0)
    Thread {
      let pack = try? PackCache.pack("procedural:4,3", size: 16, in: cache)
      order.withLock { $0.append("a pack of \(pack?.count ?? 0)") }
      done.signal()
    }.start()
    Thread.sleep(forTimeInterval: 0.3)
    order.withLock { $0.append("the other is done") }
    #expect(other != nil)
    other = nil
    done.wait()
    #expect(order.withLock(\.self) == ["the other is done", "a pack of 4"])
  }

  @Test func theFolderFollowsTheEnvironment() throws {
    func path(_ environment: [String: String]) throws -> String {
      try PackCache.folder(environment).path
    }
    #expect(try path(["SSGAN3D_CACHE": "/a", "XDG_CACHE_HOME": "/b"]) == "/a")
    #expect(try path(["SSGAN3D_CACHE": "", "XDG_CACHE_HOME": "/b"]) == "/b/ssgan3d")
    #expect(try path([:]).hasSuffix("/.cache/ssgan3d"))
    #expect(try path(["XDG_CACHE_HOME": "b"]).hasSuffix("/.cache/ssgan3d"))
    // A relative path would name a different folder in every working directory.
    expectLine("SSGAN3D_CACHE") { _ = try path(["SSGAN3D_CACHE": "a"]) }
  }

  @Test func dataArePreparedOnceAndAgainWhenTheyChange() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(4)
    func pack() throws -> PortraitPack {
      try PackCache.pack(folder.url.path, DataReading(scheme: .parts), size: 3, in: folder("cache"))
    }
    let first = try pack()
    #expect(first.count == 4 && first.size == 3)
    #expect(try pack().fingerprint == first.fingerprint)
    // A copy of the files has the same content, although it is prepared again.
    let copy = try DataFolder()
    for name in ["images", "labels"] {
      try FileManager.default.copyItem(at: folder(name), to: copy(name))
    }
    let again = try PackCache.pack(
      copy.url.path, DataReading(scheme: .parts), size: 3, in: copy("cache"))
    #expect(again.fingerprint == first.fingerprint)
    let other = try PackCache.pack(
      folder.url.path, DataReading(scheme: .parts), size: 2, in: copy("cache"))
    #expect(other.fingerprint != first.fingerprint)
    #expect(try folder.files("cache").count { !$0.contains("/") && !$0.hasSuffix(".lock") } == 1)
    try folder.writeLabelMaps(5)
    #expect(try pack().count == 5)
    #expect(try folder.files("cache").count { !$0.contains("/") && !$0.hasSuffix(".lock") } == 2)
  }

  @Test func aNamedPackIsUsedDirectly() throws {
    let folder = try DataFolder()
    _ = try PortraitPack.prepare(NumberedSource(count: 6), size: 4, to: folder("pack"))
    let pack = try PackCache.pack(folder("pack").path, size: 4, in: folder("cache"))
    #expect(pack.count == 6)
    expectLine("4 × 4", "8 × 8") {
      _ = try PackCache.pack(folder("pack").path, size: 8, in: folder("cache"))
    }
    expectLine("already a pack") { _ = try DatasetInput(folder("pack").path).usableSource() }
    #expect(!FileManager.default.fileExists(atPath: folder("cache").path))
  }

  @Test func aFolderWithFaultsIsNotPrepared() throws {
    let folder = try DataFolder()
    try folder.writeLabelMaps(4)
    try FileManager.default.removeItem(at: folder("labels/2.png"))
    try FileManager.default.removeItem(at: folder("labels/3.png"))
    expectLine("images/2.png", "1 more", "dataset check") {
      _ = try PackCache.pack(
        folder.url.path, DataReading(scheme: .parts), size: 3, in: folder("cache"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder("cache").path))
  }
}
