import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("NPY files")
struct NPYFileTests {
  /// Returns a file with the given dictionary and elements.
  static func file(
    _ dictionary: String, _ elements: [UInt8] = [], version: UInt8 = 1, end: String = "\n"
  ) -> Data {
    let text = Array((dictionary + end).utf8)
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
    bytes += [UInt8(text.count & 255), UInt8(text.count >> 8)] + (version > 1 ? [0, 0] : [])
    return Data(bytes + text + elements)
  }

  static func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
  }

  /// 1, −2 as IEEE singles are 3F800000 and C0000000; the header fills 128 bytes.
  @Test func goldenBytes() throws {
    let written = try NPYFile.encode(Tensor([2], [1, -2]).cast(to: .float32))
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    let padded = dictionary + String(repeating: " ", count: 117 - dictionary.count)
    #expect(
      written == Self.file(padded, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
    #expect(written.count == 136)
  }

  @Test(arguments: ["(3, 4)", "(3,4)", "( 3 , 4 , )"], [UInt8(1), 2, 3])
  func spacesAndVersionsAreRead(shape: String, version: UInt8) throws {
    let data = Self.file(Self.header("|u1", shape), Array(0..<12), version: version)
    let contents = try NPYFile.read(data)
    #expect(contents.element == .uint8)
    #expect(contents.tensor.shape == [3, 4])
    #expect(contents.tensor.integers == Array(0..<12))
  }

  /// In Fortran order the first axis varies fastest: 0 1 | 2 3 | 4 5 are the columns of [2, 3].
  @Test func fortranOrderIsConverted() throws {
    let data = Self.file(Self.header("|u1", "(2, 3)", fortran: true), [0, 1, 2, 3, 4, 5])
    let tensor = try NPYFile.read(data).tensor
    #expect(tensor.shape == [2, 3])
    #expect(tensor.integers == [0, 2, 4, 1, 3, 5])
  }

  @Test(arguments: [[], [0], [1], [3, 0, 2], [5], [2, 3, 4], [70_001]] as [[Int]])
  func everyKindComesBack(shape: [Int]) throws {
    var numbers = TestNumbers(seed: 7)
    let floats = numbers.tensor(shape)
    for element in [ArrayElement.float64, .float32] {
      let back = try NPYFile.read(NPYFile.encode(floats, as: element))
      #expect(back.element == element)
      expectClose(back.tensor, floats.cast(to: element.scalarType), within: .exact)
    }
    for (element, range) in [
      (ArrayElement.int32, -1_000_000..<1_000_000), (.int64, -5..<5), (.uint8, 0..<256),
      (.bool, 0..<2),
    ] {
      let integers = numbers.integers(shape, in: range)
      let back = try NPYFile.read(NPYFile.encode(integers, as: element))
      #expect(back.element == element)
      #expect(back.tensor.scalarType == .int32)
      expectClose(back.tensor, integers, within: .exact)
    }
  }

  @Test func viewsAndFilesOnDiskComeBack() throws {
    try withFolder { folder in
      var numbers = TestNumbers(seed: 8)
      let view = numbers.tensor([3, 5]).transposed()
      let url = folder.appendingPathComponent("a.npy")
      try NPYFile.write(view, to: url)
      expectClose(try NPYFile.read(url).tensor, view, within: .exact)
      let labels = numbers.integers([40_000, 2], in: 0..<256)
      try NPYFile.write(labels, to: url, as: .uint8)
      expectClose(try NPYFile.read(url).tensor, labels, within: .exact)
    }
  }

  /// One file for each kind of error.
  @Test(arguments: [
    ("{'descr': '=f4', 'fortran_order': False, 'shape': (), }", "type '=f4'"),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (), }", "type '|f4'"),
    ("{'descr': '<f16', 'fortran_order': False, 'shape': (), }", "type '<f16'"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (), }", "type '<c8'"),
    ("{'descr': '', 'fortran_order': False, 'shape': (), }", "type ''"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (), }", "type '|O'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }", "records"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (), }", "'descr' twice"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}", "unknown key 'x'"),
    ("{'descr': '<f4', 'fortran_order': False, }", "lacks one of"),
    ("{'descr': '<f4' 'fortran_order': False, 'shape': (), }", "expected ,"),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (), }", "True or False"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1), }", "expected ,"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "a length"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (01,), }", "a length"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1L,), }", "expected ,"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,,), }", "a length"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }", "a length"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "spaces and a newline"),
    ("{'descr': '<f\\x34', 'fortran_order': False, 'shape': (1,), }", "a plain string"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "expected ,"),
    ("['descr']", "expected {"), ("", "expected {"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "takes 8 bytes, the file has 4"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "takes 0 bytes, the file has 4"),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
      "too large for any computer"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296), }",
      "too large for any computer"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 65))), }",
      "more than 64 axes"
    ),
  ])
  func faultyHeadersAreRefused(dictionary: String, problem: String) {
    expectFault(.npy, problem) { _ = try NPYFile.read(Self.file(dictionary, [0, 0, 0, 0])) }
  }

  @Test func faultyPreamblesAreRefused() {
    let good = Self.file(Self.header("<f4", "()"), [0, 0, 0, 0])
    #expect(throws: Never.self) { try NPYFile.read(good) }
    for count in 0..<good.count {
      #expect(throws: TensorFileError.self) { try NPYFile.read(good.prefix(count)) }
    }
    var bytes = good
    bytes[6] = 4
    expectFault(.npy, "version 4.0") { _ = try NPYFile.read(bytes) }
    bytes[6] = 2
    expectFault(.npy, "exceeds 65535") { _ = try NPYFile.read(bytes) }
    expectFault(.npy, "spaces and a newline") {
      _ = try NPYFile.read(Self.file(Self.header("<f4", "()"), [0, 0, 0, 0], end: " "))
    }
  }

  @Test func misfitsAreRefused() throws {
    let wide = Self.file(
      Self.header("<i8", "(2,)"), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    expectFault(.npy, "element 1 is 4294967296") { _ = try NPYFile.read(wide) }
    expectFault(.npy, "element 2 is 7") {
      _ = try NPYFile.read(Self.file(Self.header("|b1", "(3,)"), [0, 1, 7]))
    }
    expectFault(.npy, "element 1 is 256, which uint8 cannot hold") {
      _ = try NPYFile.encode(Tensor([2], [Int32(0), 256]), as: .uint8)
    }
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.npy")
      expectFault(.npy, "element 0 is 2, which bool cannot hold") {
        try NPYFile.write(Tensor([1], [Int32(2)]), to: url, as: .bool)
      }
      #expect(!FileManager.default.fileExists(atPath: url.path))
    }
  }

  @Test func sliceOfDataIsRead() throws {
    let padded = Data([9, 9, 9]) + Self.file(Self.header("|u1", "(2,)"), [4, 5])
    #expect(try NPYFile.read(padded.dropFirst(3)).tensor.integers == [4, 5])
  }
}
