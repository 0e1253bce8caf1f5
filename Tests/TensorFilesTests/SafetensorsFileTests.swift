import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
  /// Returns a file with the given header and elements.
  static func file(_ header: String, _ elements: [UInt8] = []) -> Data {
    let text = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return Data(length + text + elements)
  }

  /// By hand: 106 characters of header and six spaces, then 1.0 as F32 and 2 as I32.
  @Test func goldenBytes() throws {
    let one = Tensor([1], [1]).cast(to: .float32)
    let written = try SafetensorsFile.encode(["b": Tensor([], [Int32(2)]), "a": one])
    let header =
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"I32","shape":[],"data_offsets":[4,8]}}"#
    let padding = String(repeating: " ", count: (8 - header.count % 8) % 8)
    #expect(written == Self.file(header + padding, [0, 0, 0x80, 0x3F, 2, 0, 0, 0]))
  }

  @Test func everythingComesBack() throws {
    try withFolder { folder in
      var numbers = TestNumbers(seed: 3)
      let tensors = [
        "": numbers.tensor([2, 3]), "z/\"\\\n\u{1}é𝄞": numbers.tensor([5]).cast(to: .float32),
        "labels": numbers.integers([3, 1, 2], in: -9..<9), "empty": Tensor.zeros([0, 4]),
        "scalar": Tensor.scalar(3, .float64), "view": numbers.tensor([4, 3]).transposed(),
      ]
      let metadata = ["note": "line\nbreak \u{7}", "b": ""]
      let url = folder.appendingPathComponent("a.safetensors")
      try SafetensorsFile.write(tensors, metadata: metadata, to: url)
      let file = try SafetensorsFile(url)
      #expect(file.metadata == metadata)
      #expect(Set(file.names) == Set(tensors.keys))
      for (name, tensor) in tensors {
        let back = try file.tensor(name)
        #expect(back.scalarType == tensor.scalarType)
        expectClose(back, tensor, within: .exact, name)
      }
      #expect(try file.tensors().count == 6)
      #expect(try Data(contentsOf: url) == SafetensorsFile.encode(tensors, metadata: metadata))
    }
  }

  @Test func theGivenOrderIsKept() throws {
    let tensors = [("b", Tensor.ones([2])), ("a", Tensor.zeros([1]))]
    let file = try SafetensorsFile(SafetensorsFile.encode(tensors))
    #expect(file.names == ["b", "a"])
    #expect(file.entry("a")?.offsets == 8..<12)
    #expect(file.entry("c") == nil)
  }

  @Test func narrowIntegersBecomeInt32() throws {
    let header =
      #"{"u":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
      + #""l":{"dtype":"I64","shape":[1],"data_offsets":[4,12]},"#
      + #""t":{"dtype":"BOOL","shape":[2,1],"data_offsets":[2,4]}}"#
    let elements: [UInt8] = [0, 255, 1, 0, 254, 255, 255, 255, 255, 255, 255, 255]
    let file = try SafetensorsFile(Self.file(header, elements))
    #expect(file.names == ["u", "t", "l"])
    #expect(try file.tensor("u").integers == [0, 255])
    #expect(try file.tensor("t").integers == [1, 0])
    #expect(try file.tensor("t").shape == [2, 1])
    #expect(try file.tensor("l").integers == [-2])
    #expect(file.entry("l")?.element == .int64)
    let large = try SafetensorsFile(Self.file(header, elements.dropLast() + [0]))
    expectFault(.safetensors, "\"l\", element 0 is") { _ = try large.tensor("l") }
    let untrue = try SafetensorsFile(Self.file(header, [0, 0, 2] + elements.dropFirst(3)))
    expectFault(.safetensors, "\"t\", element 0 is 2") { _ = try untrue.tensor("t") }
  }

  @Test func otherTypesAreListedAndNotRead() throws {
    let header = #"{"h":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#
    let file = try SafetensorsFile(Self.file(header, [0, 0]))
    #expect(file.entry("h")?.element == nil)
    expectFault(.safetensors, "holds F8_E4M3") { _ = try file.tensor("h") }
    expectFault(.safetensors, "no tensor named \"x\"") { _ = try file.tensor("x") }
  }

  @Test func escapesAreResolved() throws {
    let header =
      #"{ "__metadata__" : {"\u0041\n\"\\\/\b\f\r\t":"\ud834\udd1e\u00e9"} ,"#
      + "\n\t\r" + #""\u0078":{"data_offsets":[0,0],"shape":[ 0 , 7 ],"dtype":"F64"}}   "#
    let file = try SafetensorsFile(Self.file(header))
    #expect(file.metadata == ["A\n\"\\/\u{8}\u{C}\r\t": "𝄞é"])
    #expect(file.entry("x")?.shape == [0, 7])
  }

  /// One header for each kind of error; four bytes of elements follow each.
  @Test(arguments: [
    (#""#, "expected {"), (#" {}"#, "expected {"), (#"[]"#, "expected {"),
    (#"{}"#, "take 0 bytes, the file has 4"), (#"{} x"#, "only spaces"), ("{}\n", "only spaces"),
    (#"{"a""#, "expected :"), (#"{"a":1}"#, "expected {"), (#"{"a":{}}"#, "lacks dtype"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, "lacks dtype"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "lacks dtype"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, "at most 2 numbers"),
    (#"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, "unknown type"),
    (#"{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, "unknown type"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, "unknown key"),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "key dtype twice"),
    (#"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, "key shape twice"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "a whole number"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "expected ]"),
    (#"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#, "expected ]"),
    (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, "a whole number"),
    (#"{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}"#, "a whole number"),
    (#"{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}"#, "a whole number"),
    (
      #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, "a whole number"
    ),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "takes 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "ends before it begins"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}"#, "leaves a hole"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "take 8 bytes, the file has 4"),
    (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "take 3 bytes, the file has 4"),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"#
        + #""data_offsets":[2,4]}}"#, "overlaps"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"#
        + #""data_offsets":[2,4]}}"#, "leaves a hole"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u0061":{"dtype":"U8","shape":[2],"#
        + #""data_offsets":[2,4]}}"#, "\"a\" twice"
    ),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "two __metadata__"),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "key \"a\" twice"),
    (#"{"__metadata__":{"a":1}}"#, "expected \""), (#"{"__metadata__":null}"#, "expected {"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, "too large"),
    (#"{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}"#, "too large"),
    (#"{"\x":{}}"#, "an escape that JSON knows"), (#"{"\u12"#, "four hexadecimal digits"),
    (#"{"\ud800":{}}"#, "surrogate"), (#"{"\ud800\u0041":{}}"#, "surrogate"),
    (#"{"\udc00":{}}"#, "surrogate"), ("{\"a\u{1}\":{}}", "no control character"),
    (#"{"a"#, "the end of a string"), (String(repeating: #"{"a":"#, count: 999), "unknown key"),
  ])
  func faultyHeadersAreRefused(header: String, problem: String) {
    expectFault(.safetensors, problem) { _ = try SafetensorsFile(Self.file(header, [0, 0, 0, 0])) }
  }

  @Test func invalidTextIsRefused() {
    let bytes = Array(#"{"__metadata__":{"a":"?"}}"#.utf8).map { $0 == 0x3F ? 0xFF : $0 }
    let data = Data([UInt8(bytes.count), 0, 0, 0, 0, 0, 0, 0] + bytes)
    expectFault(.safetensors, "valid UTF-8") { _ = try SafetensorsFile(data) }
  }

  @Test func wrongLengthsAreRefused() throws {
    let good = try SafetensorsFile.encode(["a": Tensor.ones([3])])
    for count in 0..<good.count {
      #expect(throws: TensorFileError.self) { try SafetensorsFile(good.prefix(count)) }
    }
    #expect(throws: TensorFileError.self) { try SafetensorsFile(good + [0]) }
    var bytes = good
    bytes.replaceSubrange(0..<8, with: [0x00, 0xE1, 0xF5, 0x05, 0, 0, 0, 0])
    expectFault(.safetensors, "reaches beyond") { _ = try SafetensorsFile(bytes) }
    bytes[0] = 1
    expectFault(.safetensors, "exceeds 100000000") { _ = try SafetensorsFile(bytes) }
    bytes.replaceSubrange(0..<8, with: repeatElement(0xFF, count: 8))
    expectFault(.safetensors, "exceeds 100000000") { _ = try SafetensorsFile(bytes) }
  }

  /// Damage after the header does not affect opening; a tensor is read when it is requested.
  @Test func openingReadsTheHeaderAlone() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      try SafetensorsFile.write(["a": Tensor.ones([4])], to: url)
      let file = try SafetensorsFile(url)
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: UInt64(Data(contentsOf: url).count - 4))
      expectFault(.file, "became shorter") { _ = try file.tensor("a") }
    }
  }
}
