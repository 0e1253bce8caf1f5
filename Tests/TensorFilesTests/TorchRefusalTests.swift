import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Everything that torch would execute, decompress or guess is refused, in one line that names it.
@Suite("Refused torch checkpoints")
struct TorchRefusalTests {
  /// A pickle between PROTO 2 and STOP, as latin-1 text, and what the refusal says.
  static let pickles: [(text: String, problem: String)] = [
    ("cos\nsystem\nX\u{2}\0\0\0ls\u{85}R", "asks for os.system"),
    ("cposix\nsystem\n", "asks for posix.system"),
    ("cbuiltins\neval\n", "asks for builtins.eval"),
    ("ctorch\nload\n", "asks for torch.load"),
    ("ctorch\nQInt8Storage\n", "asks for torch.QInt8Storage"),
    ("ctorch._utils\n_rebuild_tensor_v3\n", "asks for torch._utils._rebuild_tensor_v3"),
    ("ctorch._utils\n_rebuild_tensor\nN\u{85}R", "calls torch._utils._rebuild_tensor in a way"),
    ("ccollections\ndefaultdict\n", "asks for collections.defaultdict"),
    ("c" + String(repeating: "a", count: 300) + "\nb\n", "a name without an end"),
    ("cos", "a name without an end"),
    ("(ios\nsystem\n", "instruction INST (0x69)"), ("o", "instruction OBJ (0x6F)"),
    ("\u{93}", "empty stack"), ("\u{92}", "instruction NEWOBJ_EX (0x92)"),
    ("\u{82}a", "instruction EXT1 (0x82)"), ("Pa\n", "instruction PERSID (0x50)"),
    ("N0", "instruction POP (0x30)"), ("N2", "instruction DUP (0x32)"), ("\u{FF}", "0xFF"),
    ("", "one value"), ("NN", "one value"), ("(N", "one value"), ("N.N", "one value"),
    ("\u{80}\u{2}N", "PROTO or STOP"), ("N\u{85}", "holds a tuple, not a dictionary"),
    ("]", "holds a list"), ("}q\u{1}", "remembers number 1 after 0"), ("h\0", "recalls number 0"),
    ("q\0", "empty stack"), ("\u{85}", "empty stack"), ("N(\u{85}", "empty stack"),
    ("t", "no mark"), ("]e", "no mark"), ("}Na", "appends to a dictionary"),
    ("]NNs", "sets items of a list"), ("}(Nu", "a key without a value"), ("}NN", "one value"),
    ("NQ", "no storage"), ("N)R", "calls None"), (")NR", "calls a tuple"),
    ("cargparse\nNamespace\n)R", "calls argparse.Namespace"),
    ("ctorch\nFloatStorage\n)R", "calls torch.FloatStorage"),
    ("ccollections\nOrderedDict\nN\u{85}R", "calls collections.OrderedDict"),
    ("ctorch\nSize\nN\u{85}R", "calls torch.Size"), ("ctorch\nSize\n)R", "calls torch.Size"),
    ("ctorch._utils\n_rebuild_parameter\nN)\u{89}\u{87}R", "calls torch._utils._rebuild_parameter"),
    ("ccollections\nOrderedDict\n)\u{81}", "an object of collections.OrderedDict"),
    ("cargparse\nNamespace\nN\u{85}\u{81}", "an object of argparse.Namespace"),
    ("]}b", "builds a list"), ("}]b", "builds a dictionary from a list"),
    ("cargparse\nNamespace\n)\u{81}}b}b", "builds a Namespace"),
    ("X\u{1}\0\0\0\u{FF}", "not UTF-8"), ("X\u{9}\0\0\0a", "ends too early"),
    ("\u{8A}\u{9}012345678", "a whole number of 9 bytes"), ("K", "ends too early"),
    ("}NNs", "has None as a key"), ("}X\u{1}\0\0\0aNsX\u{1}\0\0\0aNs", "the name a twice"),
  ]

  @Test(arguments: pickles.indices)
  func picklesBeyondTheSubset(index: Int) throws {
    let (text, problem) = Self.pickles[index]
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    // An instruction without its operand takes STOP as the operand; then nothing is left.
    expectFault(.torch, problem) {
      _ = try TorchFile(TorchBytes(instructions: bytes).file())
    }
  }

  @Test(arguments: [0, 1, 6, 255])
  func otherProtocols(version: UInt8) {
    let bytes = TorchBytes([("a/data.pkl", [0x80, version] + Array("}.".utf8))])
    expectFault(.torch, "protocol \(version)") { _ = try TorchFile(bytes.file()) }
    expectFault(.torch, "begin with PROTO") {
      _ = try TorchFile(TorchBytes([("a/data.pkl", Array("}.".utf8))]).file())
    }
  }

  /// Views that exceed a storage of six numbers.
  static let views: [(offset: Int, shape: [Int], strides: [Int])] = [
    (0, [7], [1]), (1, [6], [1]), (0, [2, 3], [4, 1]), (0, [2, 2], [3]), (-1, [1], [1]),
    (7, [0], [1]), (0, [-1], [1]), (0, [2], [-1]), (0, [1 << 40], [0]), (0, [7], [0]),
    (0, [2, 2], [1 << 62, 1]), (0, [1 << 31, 1 << 31, 1 << 31], [1, 1, 1]),
    (0, [1 << 62, 0, 4], [1, 1, 1]), (.max, [1], [1]), (5, [2], [1]), (0, [2], [6]),
    (0, [Int](repeating: 1, count: 65), [Int](repeating: 1, count: 65)),
  ]

  private func file(_ view: [UInt8], storage: Int = 24) throws -> TorchFile {
    let instructions =
      Array("}".utf8) + TorchBytes.text("s") + Array("}".utf8) + TorchBytes.text("t") + view
      + Array("ss".utf8)
    let bytes = TorchBytes(
      instructions: instructions, storages: [("0", [UInt8](repeating: 1, count: storage))])
    return try TorchFile(bytes.file())
  }

  @Test(arguments: views.indices)
  func viewsBeyondTheirStorage(index: Int) {
    let (offset, shape, strides) = Self.views[index]
    expectFault(
      .torch,
      shape.contains { $0 < 0 } || strides.contains { $0 < 0 } || shape.count > 64
        ? "_rebuild_tensor_v2 in a way" : "does not fit its storage"
    ) {
      _ = try file(
        TorchBytes.view("0", count: 6, offset: offset, shape: shape, strides: strides))
    }
  }

  /// The last element of a storage may be the first of a view, and axes of length 1 may have any
  /// stride.
  @Test func viewsToTheVeryEnd() throws {
    for (offset, shape, strides) in [
      (5, [1], [1]), (5, [1, 1], [99, 7]), (6, [0], [1]), (0, [3, 2], [1, 3]),
      (1, [2, 2], [0, 4]),
    ] {
      let file = try file(
        TorchBytes.view("0", count: 6, offset: offset, shape: shape, strides: strides))
      let entry = try #require(try file.stateDictionary("s")?.first)
      #expect(try file.tensor(entry).shape == shape)
    }
  }

  @Test func storagesThatDoNotMatchTheirDescription() {
    for (key, type, count, problem) in [
      ("1", "FloatStorage", 6, "storage 1, which is missing"),
      ("0", "FloatStorage", 5, "24 bytes 5 elements of torch.float32"),
      ("0", "DoubleStorage", 6, "24 bytes 6 elements of torch.float64"),
      ("0", "HalfStorage", 1 << 62, "elements of torch.float16"), ("0", "BoolStorage", -24, "-24"),
    ] {
      expectFault(.torch, problem) {
        _ = try file(TorchBytes.view(key, type: type, count: count, shape: [1], strides: [1]))
      }
    }
  }

  @Test func archivesThatTorchDoesNotWrite() throws {
    let bytes = TorchBytes(.dictionary([("s", .dictionary([("t", .tensor(.ones([4])))]))]))
    #expect(throws: Never.self) { try TorchFile(bytes.file()) }
    expectFault(.torch, "compresses its entry a/data.pkl by method 8") {
      _ = try TorchFile(bytes.file(method: 8))
    }
    expectFault(.torch, "encrypted") { _ = try TorchFile(bytes.file(flags: 1)) }
    expectFault(.torch, "not a whole zip archive") { _ = try TorchFile(Data("hello".utf8)) }
    expectFault(.torch, "is a bare pickle") {
      _ = try TorchFile(Data([0x80, 2, 0x8A, 10, 0x6C] + [UInt8](repeating: 0, count: 99)))
    }
    expectFault(.torch, "0 entries data.pkl") {
      _ = try TorchFile(TorchBytes([("a/b", [1])]).file())
    }
    expectFault(.torch, "2 entries data.pkl") {
      _ = try TorchFile(TorchBytes(bytes.entries + [("b/data.pkl", [1])]).file())
    }
    expectFault(.torch, "entry a/data/0 twice") {
      _ = try TorchFile(TorchBytes(bytes.entries + [("a/data/0", [1])]).file())
    }
    var big = bytes
    big.entries[big.entries.count - 1].bytes = Array("big".utf8)
    expectFault(.torch, "byte order \"big\"") { _ = try TorchFile(big.file()) }
  }

  /// A change of any single byte of an archive is either refused or changes nothing.
  @Test func everyChangedByteIsNoticed() throws {
    let tensor = Tensor([4], [1, 2, 3, 4] as [Float])
    let good = TorchBytes(.dictionary([("s", .dictionary([("t", .tensor(tensor))]))])).file()
    for place in good.indices {
      for flip: UInt8 in [1, 0x80, 0xFF] {
        var data = good
        data[place] ^= flip
        guard let file = try? TorchFile(data), let entry = try? file.stateDictionary("s")?.first,
          let read = try? file.tensor(entry)
        else { continue }
        #expect(entry.name == "t" && read.floats == tensor.floats, "byte \(place) ^ \(flip)")
      }
    }
  }

  /// Entries that share bytes could make a small file demand unlimited work.
  @Test func overlappingEntriesAreRefused() throws {
    let bytes = TorchBytes(.dictionary([("s", .dictionary([("t", .tensor(.ones([4])))]))]))
    var data = bytes.file()
    // The last entry of the directory is given the position of the first.
    let second = try #require(
      data.range(of: Data([0x50, 0x4B, 1, 2]), options: .backwards)?.lowerBound)
    data.replaceSubrange(second + 42..<second + 46, with: [0, 0, 0, 0])
    expectFault(.torch, "no room") { _ = try TorchFile(data) }
  }

  /// Depth, repetition and cycles cost no more than the bytes that request them.
  @Test func bombsAreHarmless() throws {
    let many = 90_000
    func open(_ text: [UInt8]) throws -> TorchFile {
      try TorchFile(TorchBytes(instructions: text).file())
    }
    // A list in a list in a list …
    let deep = Array("N".utf8) + [UInt8](repeating: 0x85, count: 1_000_000)
    expectFault(.torch, "holds a tuple") { _ = try open(deep) }
    // … a list that holds itself …
    let own = try open(Array("}X\u{1}\0\0\0a]q\0h\0as".utf8))
    #expect(own.keys == ["a"])
    #expect(
      try TorchFile(
        TorchBytes(instructions: Array("}X\u{1}\0\0\0a}X\u{1}\0\0\0b]q\0h\0ass".utf8)).file()
      ).options("a") == [:])
    // … pairs of pairs of pairs: 2⁶⁴ values …
    var doubling = Array("N".utf8) + [0x85, 0x71, 0]
    for index in 0..<64 as Range<UInt8> { doubling += [0x68, index, 0x86, 0x71, index + 1] }
    expectFault(.torch, "holds a tuple") { _ = try open(doubling) }
    // … one dictionary as the attributes of many namespaces …
    let state = Array("}(".utf8) + [UInt8](repeating: UInt8(ascii: "N"), count: many)
    let namespace = Array("cargparse\nNamespace\n)".utf8) + [0x81, 0x68, 0, 0x62]
    let namespaces = [[UInt8]](repeating: namespace, count: 1000).flatMap(\.self)
    expectFault(.torch, "one value") {
      _ = try open(state + Array("u".utf8) + [0x71, 0] + namespaces)
    }
    // … and a stack without end.
    expectFault(.torch, "stacks too many") {
      _ = try open([UInt8](repeating: UInt8(ascii: "N"), count: 200_000))
    }
    let marks = [UInt8](repeating: UInt8(ascii: "("), count: 1_000_000)
    expectFault(.torch, "one value") { _ = try open(marks) }
  }
}
