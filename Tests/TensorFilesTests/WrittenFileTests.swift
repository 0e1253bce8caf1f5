import Foundation
import TensorFiles
import Testing

/// Only a regular file with the recorded bytes is removed, and never through a link.
@Suite("Files that a program wrote")
struct WrittenFileTests {
  private let place = FileManager.default.temporaryDirectory
    .appendingPathComponent("written-\(UUID().uuidString)")

  private func file(_ path: String) -> URL { place.appendingPathComponent(path) }

  @Test func onlyRegularFilesInsideTheFolderAreRemoved() throws {
    let files = FileManager.default
    defer { try? files.removeItem(at: place) }
    for folder in ["dump/inner/deep", "outside"] {
      try files.createDirectory(at: file(folder), withIntermediateDirectories: true)
    }
    let bytes = Data("data".utf8)
    let sum = CRC32.text(bytes)
    for path in [
      "dump/a", "dump/inner/b", "dump/.hidden", "dump/changed", "outside/kept", "kept",
    ] { try bytes.write(to: file(path)) }
    try Data("other".utf8).write(to: file("dump/changed"))
    for (link, target) in [
      ("dump/link", "outside"), ("dump/alias", "outside/kept"), ("dump/broken", "nowhere"),
    ] {
      try files.createSymbolicLink(at: file(link), withDestinationURL: file(target))
    }
    for path in [
      "", ".", "..", "/", "../kept", "inner/../../kept", "./a", "inner//b", "inner", "link",
      "link/kept", "alias", "broken", ".hidden", "changed", "missing", "a/", "a\0b",
      file("kept").path,
    ] {
      #expect(!WrittenFile.remove(path, in: file("dump"), checksum: sum), "\(path)")
    }
    for path in ["dump/a", "dump/inner/b", "dump/.hidden", "dump/changed", "outside/kept", "kept"] {
      #expect(files.fileExists(atPath: file(path).path), "\(path)")
    }
    #expect(WrittenFile.isThere(file("dump/broken")) && !WrittenFile.isThere(file("dump/none")))
    #expect(!WrittenFile.remove("a", in: file("dump"), checksum: "00000000"))
    #expect(WrittenFile.remove("a", in: file("dump"), checksum: sum))
    #expect(WrittenFile.remove("inner/b", in: file("dump"), checksum: sum))
    #expect(!files.fileExists(atPath: file("dump/a").path))
    #expect(!files.fileExists(atPath: file("dump/inner/b").path))
  }

  @Test func pathsThroughLinksAreNoticed() throws {
    let files = FileManager.default
    defer { try? files.removeItem(at: place) }
    try files.createDirectory(at: file("dump/real"), withIntermediateDirectories: true)
    try files.createSymbolicLink(at: file("dump/link"), withDestinationURL: file("dump/real"))
    #expect(WrittenFile.staysInside("real/x", of: file("dump")))
    #expect(WrittenFile.staysInside("new/x", of: file("dump")))
    #expect(!WrittenFile.staysInside("link/x", of: file("dump")))
    // The folder itself may be reached through a link.
    #expect(WrittenFile.staysInside("x", of: file("dump/link")))
  }
}
