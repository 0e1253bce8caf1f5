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

  /// Strangers are what a removal of everything leaves.
  @Test func onlyStrangersStay() throws {
    try withFolder { url in
      let files = FileManager.default
      let place = url.appendingPathComponent("results")
      let folder = try ResultFolder(place)
      for name in ["a.txt", "b.txt", "inner/c.txt"] { try folder.write(Data(name.utf8), name) }
      #expect(folder.strangers == ["inner"], "a folder may hold anything")
      try Data("B.txt".utf8).write(to: folder("b.txt"))
      try files.createSymbolicLink(at: folder("link"), withDestinationURL: folder("a.txt"))
      #expect(try ResultFolder(place).strangers == ["b.txt", "inner", "link"])
      folder.removeAll()
      #expect(try files.contentsOfDirectory(atPath: place.path).sorted() == ["b.txt", "link"])
      for name in ["b.txt", "link"] { try files.removeItem(at: folder(name)) }
      try ResultFolder(place).removeAll()
      #expect(!files.fileExists(atPath: place.path))
      // A record that is a link is not the program's.
      try Folder.make(place)
      try Data().write(to: url.appendingPathComponent("record"))
      try files.createSymbolicLink(
        at: folder(ResultFolder.recordName),
        withDestinationURL: url.appendingPathComponent("record"))
      #expect(try ResultFolder(place).strangers == [ResultFolder.recordName])
    }
  }

  /// An error of a place that is taken ends a program with status 2; others are failures.
  @Test func takenPlacesAreWrongUse() throws {
    try withFolder { url in
      try Data("another's".utf8).write(to: url.appendingPathComponent("a"))
      try Folder.make(url.appendingPathComponent("full/inner"))
      let folder = try ResultFolder(url)
      for taken in [
        { try folder.requireFree(["a"]) }, { try folder.write(Data(), "a") },
        { try folder.write(Data(), "a/b") },
        { try Folder.write(url.appendingPathComponent("full")) { _ in } },
        { try OwnPlace.requireFile(url.appendingPathComponent("full")) },
        { _ = try FileLock(url.appendingPathComponent("full")) },
      ] as [() throws -> Void] {
        let error = #expect(throws: TensorFileError.self) { try taken() }
        #expect(try #require(error).isWrongUse)
      }
      let error = #expect(throws: TensorFileError.self) { try SmallFile.data(folder("none")) }
      #expect(try !#require(error).isWrongUse)
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
