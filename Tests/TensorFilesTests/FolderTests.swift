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
}
