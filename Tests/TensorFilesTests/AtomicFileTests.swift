import Foundation
import TensorFiles
import Testing

@Suite("Atomic file writing")
struct AtomicFileTests {
  private struct Interruption: Error {}

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: [false, true])
  func replacesTheWholeFile(durable: Bool) throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.bin")
      try AtomicFile.write(Data([1, 2, 3, 4]), to: url, durable: durable)
      try AtomicFile.write(Data([5]), to: url, durable: durable)
      #expect(try Data(contentsOf: url) == Data([5]))
      #expect(try names(in: folder) == ["a.bin"])
    }
  }

  @Test func piecesArriveInOrder() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.txt")
      try AtomicFile.write(to: url) { writer in
        for piece in ["one ", "", "two"] { try writer.write(Data(piece.utf8)) }
      }
      #expect(try String(contentsOf: url, encoding: .utf8) == "one two")
      try AtomicFile.write("drei", to: url)
      #expect(try String(contentsOf: url, encoding: .utf8) == "drei")
    }
  }

  @Test func anInterruptedWriteLeavesTheOldFileAndNothingElse() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.txt")
      try AtomicFile.write("old", to: url)
      #expect(throws: Interruption.self) {
        try AtomicFile.write(to: url) { writer in
          try writer.write(Data("half".utf8))
          throw Interruption()
        }
      }
      #expect(try String(contentsOf: url, encoding: .utf8) == "old")
      #expect(try names(in: folder) == ["a.txt"])
    }
  }

  @Test func refusalsAreOneLine() throws {
    try withFolder { folder in
      expectFault(.file, "no such file or directory") {
        try AtomicFile.write("x", to: folder.appendingPathComponent("missing/a.txt"))
      }
      expectFault(.file, "is a directory") { try AtomicFile.write("x", to: folder) }
      let file = folder.appendingPathComponent("a.txt")
      try AtomicFile.write("x", to: file)
      expectFault(.file, "not a directory") {
        try AtomicFile.write("x", to: file.appendingPathComponent("b.txt"))
      }
      expectFault(.file, "file name too long") {
        try AtomicFile.write(
          "x", to: folder.appendingPathComponent(String(repeating: "n", count: 300)))
      }
      #expect(try names(in: folder) == ["a.txt"])
    }
  }

  #if os(Linux)
    /// A device is written to, not replaced by a file; this one is always full.
    @Test func aFullDiskIsAnError() throws {
      let full = URL(fileURLWithPath: "/dev/full")
      expectFault(.file, "no space left on device") { try AtomicFile.write("x", to: full) }
      #expect(!FileManager.default.isRegularFile(full))
    }

    @Test func devicesAndFoldersAreNotRead() {
      for path in ["/dev/zero", "/tmp"] {
        expectFault(.file, "is not a regular file") {
          _ = try NPYFile.read(URL(fileURLWithPath: path))
        }
      }
    }
  #endif

  @Test func aMissingFileIsAnErrorOfEveryReader() {
    let url = URL(fileURLWithPath: "/no/such/file")
    expectFault(.file, "no such file") { _ = try NPYFile.read(url) }
    expectFault(.file, "no such file") { _ = try SafetensorsFile(url) }
    expectFault(.file, "no such file") { _ = try PNGFile.read(url, alpha: .drop) }
    expectFault(.file, "no such file") { _ = try PNGFile.readIndexed(url) }
  }

  @Test func errorsStayOnOneLineWhateverTheNames() {
    let error = TensorFileError(
      .npy, file: "a\nb\u{1B}[31m", problem: String(repeating: "x", count: 9999), remedy: "r")
    #expect(error.file == #"a\u{A}b\u{1B}[31m"#)
    #expect(error.problem.count == 401)
    #expect(error.description == #"a\u{A}b\u{1B}[31m: NPY: "# + "\(error.problem); r")
  }
}

extension FileManager {
  fileprivate func isRegularFile(_ url: URL) -> Bool {
    (try? attributesOfItem(atPath: url.path)[.type]) as? FileAttributeType == .typeRegular
  }
}
