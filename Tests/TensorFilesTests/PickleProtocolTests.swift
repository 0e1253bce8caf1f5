import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Checkpoints of protocols 2 to 5 and the options that people's programs store, assembled instruction
/// by instruction as Python's pickletools lists them.
@Suite("Pickle protocols and options")
struct PickleProtocolTests {
  // MARK: - Instructions

  private static func short(_ text: String) -> [UInt8] {
    [0x8C, UInt8(text.utf8.count)] + Array(text.utf8)  // SHORT_BINUNICODE
  }

  /// A name: its two texts, each memoized, STACK_GLOBAL, memoized.
  private static func name(_ module: String, _ name: String) -> [UInt8] {
    short(module) + [0x94] + short(name) + [0x94, 0x93, 0x94]
  }

  private static func ascii(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
  }

  /// A type of NumPy: dtype(code, False, True), then its state with the byte order.
  private static func type(_ code: String, _ order: String) -> [UInt8] {
    name("numpy", "dtype") + short(code) + [0x89, 0x88, 0x87, 0x52, 0x94]
      + ascii("(K\u{3}") + short(order) + ascii("NNNJ\u{FF}\u{FF}\u{FF}\u{FF}")
      + ascii("J\u{FF}\u{FF}\u{FF}\u{FF}K\0tb")
  }

  /// A scalar of NumPy from a type and bytes (SHORT_BINBYTES).
  private static func scalar(_ type: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    name("numpy._core.multiarray", "scalar") + type + [0x43, UInt8(bytes.count)] + bytes
      + [0x86, 0x52]
  }

  private static func array(_ type: [UInt8], shape: [UInt8], fortran: Bool, _ bytes: [UInt8])
    -> [UInt8]
  {
    name("numpy._core.multiarray", "_reconstruct") + name("numpy", "ndarray") + ascii("K\0\u{85}")
      + [0x43, 1, 0x62, 0x87, 0x52] + ascii("(K\u{1}(") + shape.flatMap { [0x4B, $0] } + ascii("t")
      + type + [fortran ? 0x88 : 0x89] + [0x43, UInt8(bytes.count)] + bytes + ascii("tb")
  }

  private static func path(_ kind: String, _ parts: String...) -> [UInt8] {
    name("pathlib", kind) + ascii("(") + parts.flatMap(short) + ascii("tR")
  }

  private static func file(_ instructions: [UInt8], version: UInt8) throws -> TorchFile {
    let frame: [UInt8] = [0x95] + TorchBytes.little(instructions.count + 1, 8)
    return try TorchFile(
      TorchBytes([
        ("a/data.pkl", [0x80, version] + frame + instructions + ascii(".")),
        ("a/data/0", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]),
      ]).file())
  }

  // MARK: - Tests

  /// 3F800000 and C0000000 are 1 and −2 in single precision.
  @Test(arguments: [UInt8(4), 5])
  func newerProtocolsAreRead(version: UInt8) throws {
    let tensor =
      Self.name("torch._utils", "_rebuild_tensor_v2") + Self.ascii("((") + Self.short("storage")
      + Self.name("torch", "FloatStorage") + Self.short("0") + Self.short("cpu")
      + Self.ascii("K\u{2}tQK\0K\u{2}\u{85}K\u{1}\u{85}\u{89}")
      + Self.name("collections", "OrderedDict") + Self.ascii(")RtR\u{94}")
    let file = try Self.file(
      Self.ascii("}\u{94}(") + Self.short("g_ema") + Self.name("collections", "OrderedDict")
        + Self.ascii(")R\u{94}(") + Self.short("w") + tensor + Self.ascii("uu"), version: version)
    let entry = try #require(try file.stateDictionary("g_ema")?.first)
    #expect(file.keys == ["g_ema"] && entry.name == "w" && entry.type == "torch.float32")
    #expect(try file.tensor(entry).floats == [1, -2])
    #expect(file.arrays.map(\.name) == ["g_ema/w"])
  }

  /// 3.5 is 400C0000 00000000 in double precision; 258 is 0102.
  private static let values: [(key: String, pickle: [UInt8], option: TorchFile.Option?)] = [
    ("best", scalar(type("f8", "<"), [0, 0, 0, 0, 0, 0, 0x0C, 0x40]), .real(3.5)),
    ("big", scalar(type("f8", ">"), [0x40, 0x0C, 0, 0, 0, 0, 0, 0]), .real(3.5)),
    ("single", scalar(type("f4", "<"), [0, 0, 0, 0xC0]), .real(-2)),
    ("half", scalar(type("f2", "<"), [1, 0]), .real(0x1p-24)),
    ("step", scalar(type("i8", "<"), [0xFE] + [UInt8](repeating: 0xFF, count: 7)), .number(-2)),
    ("order", scalar(type("i2", ">"), [1, 2]), .number(258)),
    ("byte", scalar(type("u1", "|"), [200]), .number(200)),
    ("yes", scalar(type("b1", "|"), [1]), .flag(true)),
    ("date", scalar(type("M8", "<"), [0, 0, 0, 0, 0, 0, 0, 0]), nil),
    (
      "dims", array(type("i2", ">"), shape: [2], fortran: false, [0, 10, 0, 12]),
      .numbers([10, 12])
    ),
    ("zero", array(type("i2", "<"), shape: [], fortran: false, [7, 0]), .number(7)),
    ("words", array(type("U2", "<"), shape: [1], fortran: false, [65, 0, 0, 0]), nil),
    ("root", path("PosixPath", "/", "data", "x"), .text("/data/x")),
    ("relative", path("PurePosixPath", "a", "b.pt"), .text("a/b.pt")),
    ("here", path("PosixPath"), .text(".")),
    ("windows", path("WindowsPath", #"C:\"#, "runs", "x"), .text(#"C:\runs\x"#)),
    ("pure", path("PureWindowsPath", "a", "b"), .text(#"a\b"#)),
    ("moved", name("pathlib._local", "PosixPath") + short("a") + [0x85, 0x52], .text("a")),
    ("device", name("torch", "device") + short("cuda") + ascii("K\u{1}\u{86}R"), .text("cuda:1")),
    ("type", name("torch", "float16"), nil),
    ("parts", ascii("\u{8F}(K\u{1}K\u{2}\u{90}"), .numbers([1, 2])),
    ("frozen", ascii("(K\u{3}\u{91}"), .numbers([3])),
    ("older", name("builtins", "set") + ascii("](K\u{4}e\u{85}R"), .numbers([4])),
    ("huge", [0x8B, 2, 0, 0, 0, 0, 1], .number(256)),
    ("long", [0x8D] + TorchBytes.little(1, 8) + ascii("x"), .text("x")),
    ("raw", [0x42, 1, 0, 0, 0, 9], nil), ("raw8", [0x8E] + TorchBytes.little(1, 8) + [9], nil),
    ("bytes", [0x96] + TorchBytes.little(1, 8) + [9], nil),
    ("empty", name("builtins", "bytes") + ascii(")R"), nil),
  ]

  @Test func optionsOfPeoplesProgramsAreRead() throws {
    let pairs = Self.values.flatMap { Self.short($0.key) + $0.pickle }
    let file = try Self.file(
      Self.ascii("}(") + Self.short("args") + Self.name("argparse", "Namespace") + [0x29, 0x81]
        + Self.ascii("}(") + pairs + Self.ascii("ubu"), version: 4)
    let options = try #require(try file.options("args"))
    for (key, _, option) in Self.values { #expect(options[key] == option, "\(key)") }
    #expect(options.count == Self.values.count { $0.option != nil })
  }

  /// One type serves two scalars: the second refers to it by its number in the memo.
  @Test func aTypeIsShared() throws {
    // The memo holds module, name, global for scalar and for dtype, then the type itself: number 6.
    let first = Self.scalar(Self.type("f4", ">"), [0x3F, 0x80, 0, 0])
    let second =
      Self.ascii("cnumpy.core.multiarray\nscalar\nh\u{6}") + [0x43, 4, 0xC0, 0, 0, 0, 0x86, 0x52]
    let file = try Self.file(
      Self.ascii("}(") + Self.short("o") + Self.ascii("}(") + Self.short("a") + first
        + Self.short("b") + second + Self.ascii("uu"), version: 4)
    #expect(try file.options("o") == ["a": .real(1), "b": .real(-2)])
  }

  /// Protocol 2 has no instruction for bytes: they are a text and its encoding.
  @Test func protocolTwoSpellsBytes() throws {
    let type =
      Self.ascii("cnumpy\ndtype\n") + TorchBytes.text("f8")
      + Self.ascii("\u{89}\u{88}\u{87}R(K\u{3}")
      + TorchBytes.text("<") + Self.ascii("NNNNNK\0tb")
    let bytes =
      Self.ascii("c_codecs\nencode\n") + TorchBytes.text("\0\0\0\0\0\0\u{C}@")
      + TorchBytes.text("latin1") + Self.ascii("\u{86}R")
    let scalar =
      Self.ascii("cnumpy.core.multiarray\nscalar\n") + type + bytes + Self.ascii("\u{86}R")
    let space = Self.ascii("ctypes\nSimpleNamespace\n)R}(") + TorchBytes.text("best") + scalar
    let file = try TorchFile(
      TorchBytes(
        instructions: Self.ascii("}") + TorchBytes.text("args") + space + Self.ascii("ubs")
      ).file())
    #expect(try file.options("args") == ["best": .real(3.5)])
  }

  @Test func arraysOutsideStateDictionariesAreRead() throws {
    let tensor = Tensor([2, 3], [1, -2, 3, 4, 5, 6] as [Float])
    let alone = try TorchFile(TorchBytes(.tensor(tensor)).file())
    #expect(alone.keys.isEmpty && alone.arrays.map(\.name) == [""])
    expectClose(try alone.tensor(alone.arrays[0]), tensor, within: .exact)
    let named = try TorchFile(
      TorchBytes(
        .dictionary([
          ("a.png", .dictionary([("latent", .tensor(tensor)), ("noise", .list([]))])),
          ("w", .tensor(tensor)), ("note", .text("x")),
        ])
      ).file())
    #expect(named.arrays.map(\.name) == ["a.png/latent", "w"])
    expectClose(try named.tensor(named.arrays[0]), tensor, within: .exact)
    // Columns first: 1 2 | 3 4 are the columns of [2, 2].
    let numPy = Self.array(Self.type("i1", "|"), shape: [2, 2], fortran: true, [1, 2, 3, 4])
    let file = try Self.file(
      Self.ascii("}") + Self.short("n") + numPy + Self.ascii("s"), version: 5)
    #expect(file.arrays.map(\.shape) == [[2, 2]])
    #expect(try file.tensor(file.arrays[0]).integers == [1, 3, 2, 4])
  }

  /// Instructions of newer protocols in wrong use.
  @Test(arguments: [
    ("\u{8C}\u{2}os\u{8C}\u{6}system\u{93}", "asks for os.system"),
    ("NN\u{93}", "asks for something that has no name"),
    ("\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}", "ends too early"),
    ("\u{8E}\u{9}\0\0\0\0\0\0\0a", "ends too early"), ("C\u{9}a", "ends too early"),
    ("\u{95}\u{9}\0\0\0\0\0\0\0", "ends too early"), ("\u{94}", "empty stack"),
    ("\u{8B}\u{9}\0\0\0aaaaaaaaa", "a whole number of 9 bytes"), ("K\u{1}\u{91}", "no mark"),
    ("cnumpy\ndtype\n)R", "calls numpy.dtype"),
    ("cnumpy\ndtype\n\u{8C}\u{2}f8\u{89}\u{88}\u{87}R)b", "builds a NumPy type from a tuple"),
    ("cnumpy.core.multiarray\nscalar\n)R", "calls numpy.core.multiarray.scalar"),
    (
      "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\n\u{8C}\u{2}f8\u{89}\u{88}\u{87}RC\u{2}ab\u{86}R",
      "calls numpy.core.multiarray.scalar"
    ),
    ("cnumpy.core.multiarray\n_reconstruct\n)R", "calls numpy.core.multiarray._reconstruct"),
    (
      "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\0\u{87}R)b",
      "builds a NumPy array from a tuple"
    ),
    (
      "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\0\u{87}R(K\u{1}K\u{2}\u{85}"
        + "cnumpy\ndtype\n\u{8C}\u{2}i1\u{89}\u{88}\u{87}R\u{89}C\u{1}atb",
      "builds a NumPy array that does not fit its bytes"
    ),
    ("c_codecs\nencode\n\u{8C}\u{1}a\u{8C}\u{3}hex\u{86}R", "calls _codecs.encode"),
    ("cpathlib\nPosixPath\nN\u{85}R", "calls pathlib.Path"),
    ("cpathlib\nos\n", "asks for pathlib.os"), ("cnumpy\nload\n", "asks for numpy.load"),
    ("cbuiltins\ngetattr\n", "asks for builtins.getattr"),
    ("\u{97}", "instruction NEXT_BUFFER (0x97)"),
  ])
  func wrongUseIsRefused(text: String, problem: String) {
    expectFault(.torch, problem) {
      _ = try TorchFile(
        TorchBytes([("a/data.pkl", [0x80, 5] + Self.ascii(text) + Self.ascii("."))]).file())
    }
  }
}
