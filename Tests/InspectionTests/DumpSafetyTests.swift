import Foundation
import PortraitClasses
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Inspection
@testable import Probes

/// A dump replaces and removes its own files and no others.
@Suite("Dumps in folders with other files")
struct DumpSafetyTests {
  private func write(_ names: [String], to folder: URL) throws {
    let writer = try DumpWriter(folder: folder)
    for name in names {
      writer.probe(palette: .portrait).record(name, axes: "[L]", Tensor([2], [1.0, 2]))
    }
    try writer.finish()
  }

  /// Replaces fields of the only entry of an index.
  private func change(_ index: URL, _ fields: [String: Any]) throws {
    let entries = try JSONSerialization.jsonObject(with: try Data(contentsOf: index))
    let changed = (entries as? [[String: Any]] ?? []).map { $0.merging(fields) { $1 } }
    try JSONSerialization.data(withJSONObject: changed).write(to: index)
  }

  /// An index may have been written by anybody; the files that it names stay.
  @Test(arguments: [
    "link/important", ".", "", "/", "..", "sub", "../outside.npy", "notes.npy", "alias.npy",
    "link/important.npy", "sub/x.npy",
  ])
  func aHostileIndexRemovesNothing(name: String) throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    try write(["w"], to: folder("dump"))
    for inner in ["dump/sub", "elsewhere"] {
      try files.createDirectory(at: folder(inner), withIntermediateDirectories: true)
    }
    let mine = [
      "outside.npy", "elsewhere/important", "elsewhere/important.npy", "dump/notes.npy",
      "dump/sub/x.npy", "dump/sub/y",
    ]
    for path in mine { try Data("mine".utf8).write(to: folder(path)) }
    try files.createSymbolicLink(
      at: folder("dump/link"), withDestinationURL: folder("elsewhere"))
    try files.createSymbolicLink(
      at: folder("dump/alias.npy"), withDestinationURL: folder("outside.npy"))
    let stem = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
    let index = folder("dump/index.json")
    // Without checksums as in indexes of older versions, then with the checksum of w and a false one.
    let sums: [Any] = [NSNull(), ["w.npy": "01234567"], [name: "01234567"]]
    for (count, sum) in sums.enumerated() {
      try change(index, ["name": stem, "file": name, "picture": name, "checksums": sum])
      // An index that was changed is not the program's own, so nothing is written either.
      #expect(throws: TensorFileError.self) {
        try write([count == 0 ? "z" : "w"], to: folder("dump"))
      }
      for path in mine {
        #expect(files.contents(atPath: folder(path).path) == Data("mine".utf8), "\(path)")
      }
      for link in ["dump/link", "dump/alias.npy"] {
        let target = try? files.destinationOfSymbolicLink(atPath: folder(link).path)
        #expect(target != nil, "\(link)")
      }
    }
  }

  /// Even the right checksum does not lead through a link or to a file of another name.
  @Test func theRightChecksumIsNotEnough() throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    try write(["w"], to: folder("dump"))
    try files.createDirectory(at: folder("elsewhere"), withIntermediateDirectories: true)
    let bytes = Data("mine".utf8)
    for path in ["elsewhere/x.npy", "dump/notes.txt"] { try bytes.write(to: folder(path)) }
    try files.createSymbolicLink(
      at: folder("dump/link"), withDestinationURL: folder("elsewhere"))
    for (name, file) in [("link/x", "link/x.npy"), ("notes", "notes.txt")] {
      try change(
        folder("dump/index.json"), ["name": name, "checksums": [file: CRC32.text(bytes)]])
      #expect(throws: TensorFileError.self) { try write(["w"], to: folder("dump")) }
    }
    for path in ["elsewhere/x.npy", "dump/notes.txt"] {
      #expect(files.fileExists(atPath: folder(path).path), "\(path)")
    }
  }

  @Test func aFileThatWasChangedSinceStays() throws {
    let folder = try TemporaryFolder()
    try write(["w"], to: folder("dump"))
    try Data("my own".utf8).write(to: folder("dump/w.npy"))
    try write(["z"], to: folder("dump"))
    #expect(FileManager.default.fileExists(atPath: folder("dump/w.npy").path))
    #expect(!FileManager.default.fileExists(atPath: folder("dump/w.png").path))
  }

  /// In a folder without a dump, a file of the same name is refused and kept.
  @Test(arguments: ["w.npy", "w.png", "index.json", "dump.json", "index.html"])
  func filesOfTheSameNameAreRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = Data("[1, 2]".utf8)
    try bytes.write(to: folder(name))
    // The second attempt is refused like the first.
    for _ in 1...2 {
      let error = #expect(throws: TensorFileError.self) {
        let writer = try DumpWriter(folder: folder.url)
        try writer.writeFile("dump.json") { try AtomicFile.write("{}", to: $0) }
        for tensor in ["a", "w"] {
          writer.probe(palette: .portrait).record(tensor, axes: "[L]", Tensor([2], [1.0, 2]))
        }
        try writer.finish()
        try DumpPage(title: "", introduction: "").write(writer)
      }
      let line = "\(try #require(error))"
      #expect(line.contains(folder(name).path) && line.contains("choose another folder"), "\(line)")
      #expect(try Data(contentsOf: folder(name)) == bytes)
    }
  }

  /// A link in place of a file or a folder is neither followed nor replaced.
  @Test func linksAreNotWrittenThrough() throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    try write(["w"], to: folder("dump"))
    try files.createDirectory(at: folder("elsewhere"), withIntermediateDirectories: true)
    let bytes = Data("mine".utf8)
    try bytes.write(to: folder("elsewhere/z.npy"))
    try files.createSymbolicLink(
      at: folder("dump/z.npy"), withDestinationURL: folder("elsewhere/z.npy"))
    try files.createSymbolicLink(
      at: folder("dump/step1"), withDestinationURL: folder("elsewhere"))
    for name in ["z", "step1/z"] {
      #expect(throws: TensorFileError.self, "\(name)") { try write([name], to: folder("dump")) }
    }
    #expect(try Data(contentsOf: folder("elsewhere/z.npy")) == bytes)
    #expect(try files.contentsOfDirectory(atPath: folder("elsewhere").path) == ["z.npy"])
  }

  /// The record and other files of an earlier dump are replaced, unless somebody has changed them.
  @Test func companionsAreReplacedUntilTheyAreChanged() throws {
    let folder = try TemporaryFolder()
    for text in ["first", "second"] {
      let writer = try DumpWriter(folder: folder.url)
      for name in ["dump.json", "config.json"] {
        try writer.writeFile(name) { try AtomicFile.write(text, to: $0) }
        try writer.writeFile(name) { try AtomicFile.write(text, to: $0) }
      }
    }
    #expect(try folder.text("config.json") == "second")
    try Data("mine".utf8).write(to: folder("config.json"))
    let writer = try DumpWriter(folder: folder.url)
    #expect(throws: TensorFileError.self) {
      try writer.writeFile("config.json") { try AtomicFile.write("third", to: $0) }
    }
    #expect(try folder.text("config.json") == "mine")
  }
}
