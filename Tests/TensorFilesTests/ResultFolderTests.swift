import Foundation
import TensorFiles
import Testing

@Suite("Folders of results")
struct ResultFolderTests {
  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test func ownFilesAreReplacedByTheSameAndByLaterPrograms() throws {
    try withFolder { url in
      let first = try ResultFolder(url)
      try first.write(Data("one".utf8), "a.txt")
      try first.write(Data("two".utf8), "a.txt")
      try first.write(Data("inner".utf8), "b/c/d.txt")
      let second = try ResultFolder(url)
      #expect(second.isOwn("a.txt") && second.isOwn("b/c/d.txt"))
      try second.write(Data("three".utf8), "a.txt")
      #expect(try text(url.appendingPathComponent("a.txt")) == "three")
      second.remove("b/c/d.txt")
      #expect(!FileManager.default.fileExists(atPath: second("b/c/d.txt").path))
      #expect(second.ownNames { _ in true } == ["a.txt"])
    }
  }

  /// Another's file, a file changed since, a link and a folder in the place of a file all stay.
  @Test func whatTheProgramDidNotWriteStays() throws {
    try withFolder { url in
      let first = try ResultFolder(url)
      for name in ["changed.txt", "link.txt", "folder.txt", "same-size.txt"] {
        try first.write(Data("mine".utf8), name)
      }
      let files = FileManager.default
      try Data("another's".utf8).write(to: url.appendingPathComponent("foreign.txt"))
      try Data("mine, edited".utf8).write(to: url.appendingPathComponent("changed.txt"))
      try Data("MINE".utf8).write(to: url.appendingPathComponent("same-size.txt"))
      for name in ["link.txt", "folder.txt"] {
        try files.removeItem(at: url.appendingPathComponent(name))
      }
      let target = url.appendingPathComponent("target")
      try Data("mine".utf8).write(to: target)
      try files.createSymbolicLink(
        at: url.appendingPathComponent("link.txt"), withDestinationURL: target)
      try Folder.make(url.appendingPathComponent("folder.txt"))

      let second = try ResultFolder(url)
      for name in ["foreign.txt", "changed.txt", "same-size.txt", "link.txt", "folder.txt"] {
        expectFault(.file, "this program did not write it") { try second.requireFree([name]) }
        expectFault(.file, "this program did not write it") {
          try second.write(Data("new".utf8), name)
        }
        second.remove(name)
        #expect(files.fileExists(atPath: url.appendingPathComponent(name).path), "\(name)")
      }
      #expect(try text(url.appendingPathComponent("changed.txt")) == "mine, edited")
      #expect(try text(target) == "mine")
      #expect(try !files.contentsOfDirectory(atPath: url.path).contains { $0.hasSuffix(".tmp") })
    }
  }

  /// A record may come from anybody: it leads neither out of the folder nor through a link.
  @Test func aRecordDoesNotLeadOutOfTheFolder() throws {
    try withFolder { url in
      let outside = url.appendingPathComponent("outside")
      try Folder.make(outside)
      let kept = outside.appendingPathComponent("kept.txt")
      try Data("kept".utf8).write(to: kept)
      let inside = url.appendingPathComponent("inside")
      try Folder.make(inside)
      try FileManager.default.createSymbolicLink(
        at: inside.appendingPathComponent("link"), withDestinationURL: outside)
      let sum = CRC32.text(Data("kept".utf8))
      let names = ["../outside/kept.txt", "link/kept.txt"]
      try Data(names.map { "\(sum) 4 \($0)\n" }.joined().utf8)
        .write(to: inside.appendingPathComponent(ResultFolder.recordName))
      let folder = try ResultFolder(inside)
      for name in names {
        #expect(!folder.isOwn(name))
        folder.remove(name)
        expectFault(.file, "leads through a link") { try folder.write(Data("new".utf8), name) }
      }
      #expect(try text(kept) == "kept")
    }
  }

  /// The line comes before the file, so a process killed in between leaves a file that is still its own:
  /// the old one.
  @Test func theOldFileIsStillOwnWhenItsSuccessorIsRecorded() throws {
    try withFolder { url in
      try ResultFolder(url).write(Data("old".utf8), "a.txt")
      let record = url.appendingPathComponent(ResultFolder.recordName)
      let line = "\(CRC32.text(Data("newer".utf8))) 5 a.txt"
      // The disk was full in the middle of the line.
      try Data((try text(record) + line.prefix(6)).utf8).write(to: record)
      let folder = try ResultFolder(url)
      #expect(folder.isOwn("a.txt"))
      try folder.write(Data("newer".utf8), "a.txt")
      #expect(try text(record).split(separator: "\n").last.map(String.init) == line)
      #expect(try ResultFolder(url).isOwn("a.txt"))
    }
  }

  @Test func errorsNameTheFileAndLeaveNothing() throws {
    try withFolder { url in
      let folder = try ResultFolder(url)
      struct Stop: Error {}
      #expect(throws: Stop.self) {
        try folder.write("a.txt") { place in
          try Data("half".utf8).write(to: place)
          throw Stop()
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: url.path).isEmpty)
      do {
        try folder.write("b.bin") { place in
          throw TensorFileError(.file, file: place.path, problem: "p", remedy: "r")
        }
        Issue.record("accepted")
      } catch let error as TensorFileError {
        #expect(error.file == url.appendingPathComponent("b.bin").path, "not the temporary name")
      }
    }
  }
}
