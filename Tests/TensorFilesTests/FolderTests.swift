import Foundation
import TensorFiles
import Testing

@Suite("Folders")
struct FolderTests {
  private let root = FileManager.default.temporaryDirectory
    .appendingPathComponent("folder-tests-\(UUID().uuidString)")

  @Test func foldersAreMadeWithThoseAbove() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let deep = root.appendingPathComponent("a/b/c")
    try Folder.make(deep)
    try Folder.make(deep)
    #expect(FileManager.default.fileExists(atPath: deep.path))
  }

  @Test func aFileInTheWayIsNamed() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try Folder.make(root)
    let file = root.appendingPathComponent("file")
    try AtomicFile.write("text", to: file)
    for path in [file, file.appendingPathComponent("below")] {
      let error = #expect(throws: TensorFileError.self) { try Folder.make(path) }
      #expect(error?.description.contains(path.path) == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  /// Temporary files and folders of a process that is gone are removed at the next write beside them.
  @Test func leftoversOfKilledProcessesAreRemoved() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try Folder.make(root)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    let gone = process.processIdentifier
    for folder in ["a", "b"] {
      let place = root.appendingPathComponent(folder)
      let target = root.appendingPathComponent("target-\(folder)")
      try Folder.make(place.appendingPathComponent(".\(gone)-1-2.tmp/deep"))
      try Folder.make(target)
      for name in [".\(gone)-3-4.tmp", ".\(getpid())-1-2.tmp", ".\(gone)-x.tmp", ".notes.tmp"] {
        try Data("half".utf8).write(to: place.appendingPathComponent(name))
      }
      try FileManager.default.createSymbolicLink(
        at: place.appendingPathComponent(".\(gone)-5-6.tmp"), withDestinationURL: target)
      if folder == "a" {
        try AtomicFile.write("text", to: place.appendingPathComponent("new"))
      } else {
        try Folder.write(place.appendingPathComponent("new")) { _ in }
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
      let kept = [
        ".\(getpid())-1-2.tmp", ".\(gone)-5-6.tmp", ".\(gone)-x.tmp", ".notes.tmp", "new",
      ]
      #expect(names == kept.sorted())
      #expect(Folder.exists(target))
    }
  }

  /// A file that another process holds is not abandoned, even if its number means nothing here.
  @Test func heldFilesAreKept() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try Folder.make(root)
    // Numbers of processes are at most 2²².
    let file = root.appendingPathComponent(".2000000000-1-2.tmp")
    let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
    #expect(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    defer { close(descriptor) }
    try AtomicFile.write("text", to: root.appendingPathComponent("new"))
    #expect(FileManager.default.fileExists(atPath: file.path))
  }

  @Test func placesOfOthersAreRefused() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try Folder.make(root)
    let (file, link) = (root.appendingPathComponent("file"), root.appendingPathComponent("link"))
    try AtomicFile.write("text", to: file)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    try OwnPlace.requireFile(file)
    try OwnPlace.requireFile(root.appendingPathComponent("nothing"))
    try OwnPlace.requireFolder(root)
    expectFault(.file, "is a symbolic link where a regular file") {
      try OwnPlace.requireFile(link)
    }
    expectFault(.file, "is a folder where a regular file") { try OwnPlace.requireFile(root) }
    expectFault(.file, "is a file where a folder") { try OwnPlace.requireFolder(file) }
    expectFault(.file, "symbolic link") { _ = try FileLock(link) }
  }
}
