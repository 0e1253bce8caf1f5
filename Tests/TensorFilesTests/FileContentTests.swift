import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Weights under a wrong name or with the wrong content: the message names the content.
@Suite("Content told apart from names")
struct FileContentTests {
  static let strangers: [(bytes: [UInt8], problem: String, remedy: String)] = [
    (
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8),
      "pointer that Git LFS puts", "git lfs pull"
    ),
    (Array("\n<!DOCTYPE html>\n<html><head>".utf8), "is a web page", "download it again"),
    (Array("<html>404</html>".utf8), "is a web page", "download it again"),
    ([], "is empty", "copy or download it again"),
    ([0x1F, 0x8B, 8, 0, 0], "compressed by gzip", "gunzip"),
    ([0x80, 4, 0x95, 1, 2, 3, 4, 5, 6, 7, 8], "is a bare pickle", "save it with"),
    ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), "is a PNG picture", "name another file"),
    ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "is a JPEG picture", "name another file"),
    (Array("RIFF\u{1A}\0\0\0WEBPVP8 ".utf8), "is a WebP picture", "name another file"),
    (Array("GIF89a\u{1}\0".utf8), "is a GIF picture", "name another file"),
    ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), "is an HDF5 file", "save it with"),
  ]

  private func expect(
    _ error: (any Error)?, _ problem: String, _ remedy: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(error as? TensorFileError, sourceLocation: location)
    #expect(error.problem.contains(problem), "\(error)", sourceLocation: location)
    #expect(
      remedy.isEmpty || error.remedy.contains(remedy), "\(error)", sourceLocation: location)
    #expect(error.file == "w.pt" || error.file.hasSuffix("/w"), sourceLocation: location)
  }

  @Test(arguments: strangers.indices)
  func everyReaderNamesTheContent(index: Int) throws {
    let (bytes, problem, remedy) = Self.strangers[index]
    let data = Data(bytes)
    let readers: [() throws -> Void] = [
      { _ = try TorchFile(data, name: "w.pt") }, { _ = try SafetensorsFile(data, name: "w.pt") },
      { _ = try NPYFile.read(data, name: "w.pt") }, { _ = try NPZFile(data, name: "w.pt") },
    ]
    for reader in readers {
      try expect(#expect(throws: TensorFileError.self) { try reader() }, problem, remedy)
    }
    try withFolder { folder in
      let file = folder.appendingPathComponent("w")
      try data.write(to: file)
      let error = #expect(throws: TensorFileError.self) { try ArrayFile(file) }
      try expect(error, problem, remedy)
    }
  }

  /// Each of our own formats, given to the reader of another.
  @Test func formatsAreToldApart() throws {
    let tensor = Tensor([2], [1, 2] as [Float])
    let safetensors = try SafetensorsFile.encode(["a": tensor])
    let npy = try NPYFile.encode(tensor)
    let torch = TorchBytes(.dictionary([("s", .dictionary([("t", .tensor(tensor))]))])).file()
    let error = { (read: () throws -> Void) in
      #expect(throws: TensorFileError.self) { try read() }
    }
    try expect(error { _ = try TorchFile(safetensors, name: "w.pt") }, "is a safetensors file", "")
    try expect(error { _ = try TorchFile(npy, name: "w.pt") }, "is a NumPy array", "torch.save")
    try expect(
      error { _ = try SafetensorsFile(torch, name: "w.pt") }, "checkpoint of torch.save",
      "ssgan3d import")
    try expect(error { _ = try SafetensorsFile(npy, name: "w.pt") }, "is a NumPy array", "")
    try expect(
      error { _ = try NPYFile.read(torch, name: "w.pt") }, "checkpoint of torch.save", "numpy.save")
    // A header of 640 bytes begins like a pickle of protocol 2.
    let (start, end) = (#"{"__metadata__":{"a":""#, #""}}"#)
    let filling = String(repeating: "x", count: 640 - start.count - end.count)
    let long = start + filling + end
    #expect(throws: Never.self) { try SafetensorsFile(SafetensorsFileTests.file(long)) }
    #expect([UInt8](SafetensorsFileTests.file(long).prefix(2)) == [0x80, 2])
    try expect(
      error { _ = try TorchFile(SafetensorsFileTests.file(long), name: "w.pt") },
      "is a safetensors file", "")
  }
}
