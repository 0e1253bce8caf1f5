import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Compares checkpoints that torch wrote with what torch reads from them.
@Suite("Torch checkpoints")
struct TorchFileTests {
  private func expectSame(_ tensor: Tensor, _ expected: Tensor, _ name: String) {
    #expect(tensor.scalarType == expected.scalarType, "\(name)")
    expectClose(tensor, expected, within: .exact, name)
    #expect(tensor.scalars.map(\.sign) == expected.scalars.map(\.sign), "\(name)")
  }

  @Test func everyKindIsReadAsTorchReadsIt() throws {
    let file = try TorchFile(Fixtures.url("Torch/kinds.pt"))
    let expected = try SafetensorsFile(Fixtures.url("Torch/kinds.safetensors"))
    let entries = try #require(try file.stateDictionary("tensors"))
    #expect(file.keys == ["tensors", "small", "wide", "options"])
    #expect(Set(entries.map(\.name)) == Set(expected.names) && entries.count == 18)
    for entry in entries {
      #expect(entry.shape == expected.entry(entry.name)?.shape)
      expectSame(try file.tensor(entry), try expected.tensor(entry.name), entry.name)
    }
    for name in ["float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "bool"] {
      #expect(entries.first { $0.name == name }?.type == "torch.\(name)")
    }
  }

  /// Nested state dictionaries with metadata, tensors in one storage, kernels in another order.
  @Test func aPublishedLayoutIsReadAsTorchReadsIt() throws {
    let file = try TorchFile(Data(contentsOf: Fixtures.url("Torch/published.pt")))
    let expected = try SafetensorsFile(Fixtures.url("Torch/published.safetensors"))
    #expect(file.keys == ["g", "d", "g_ema", "g_optim", "d_optim", "args"])
    var count = 0
    for key in ["g", "d", "g_ema"] {
      for entry in try #require(try file.stateDictionary(key)) {
        expectSame(
          try file.tensor(entry), try expected.tensor("\(key)/\(entry.name)"), entry.name)
        count += 1
      }
    }
    #expect(count == expected.names.count && count == 260)
    #expect(try file.stateDictionary("h") == nil && file.options("h") == nil)
    expectFault(.torch, "holds a dictionary under g_optim, state") {
      _ = try file.stateDictionary("g_optim")
    }
    expectFault(.torch, "holds a Namespace under args") { _ = try file.stateDictionary("args") }
  }

  @Test func optionsKeepTheirTypes() throws {
    let kinds = try TorchFile(Fixtures.url("Torch/kinds.pt"))
    let options = try #require(try kinds.options("options"))
    #expect(
      options == [
        "negative": .number(-5), "large": .number(1 << 40), "minus": .number(-1 << 33),
        "zero": .number(0), "two": .number(300), "text": .text("ψ"), "list": .numbers([1, 2]),
        "no": .flag(false), "tenth": .real(0.1),
      ])
    #expect(try kinds.options("small") == ["offset": .numbers([2, 3])])
    let args = try #require(
      try TorchFile(Fixtures.url("Torch/published.pt")).options("args"))
    #expect(args["size"] == .number(16) && args["residual_refine"] == .flag(true))
    #expect(args["transparent_dims"] == .numbers([2]) && args["lambda_mask"] == .real(100))
    #expect(args["dataset"] == .text("data/lmdb") && args["ckpt"] == nil && args.count == 28)
  }

  @Test func wholeNumbersBeyondThirtyTwoBitsAreRefused() throws {
    let file = try TorchFile(Fixtures.url("Torch/kinds.pt"))
    let entry = try #require(try file.stateDictionary("wide")?.first)
    expectFault(.torch, "int64, element 1 is 1099511627776") { _ = try file.tensor(entry) }
  }

  /// Torch writes 64-bit lengths for large archives only; here a small one has them everywhere.
  @Test(arguments: [false, true])
  func ownArchivesAreRead(wide: Bool) throws {
    let tensor = Tensor([2, 3], [1, -2, 3, 4, 5, 6] as [Float])
    let bytes = TorchBytes(.dictionary([("s", .dictionary([("t", .tensor(tensor))]))]))
    let file = try TorchFile(bytes.file(wide: wide))
    let entry = try #require(try file.stateDictionary("s")?.first)
    #expect(entry.name == "t")
    expectSame(try file.tensor(entry), tensor, "t")
  }

  @Test func openingReadsNoTensor() throws {
    var data = try Data(contentsOf: Fixtures.url("Torch/kinds.pt"))
    let whole = try #require(data.range(of: Data(TorchBytes.little(0x426C_0000, 4))))  // 59.0
    data[whole.lowerBound] ^= 1
    let file = try TorchFile(data)
    for entry in try #require(try file.stateDictionary("tensors")) {
      if ["whole", "row", "column", "stepped", "permuted"].contains(entry.name) {
        expectFault(.torch, "checksum") { _ = try file.tensor(entry) }
      } else {
        #expect(throws: Never.self) { try file.tensor(entry) }
      }
    }
  }

  @Test func everyCutIsRefused() throws {
    let data = try Data(contentsOf: Fixtures.url("Torch/kinds.pt"))
    for count in 0..<data.count {
      #expect(throws: TensorFileError.self, "\(count)") { try TorchFile(data.prefix(count)) }
    }
    #expect(throws: TensorFileError.self) { try TorchFile(data + [0]) }
    #expect(throws: TensorFileError.self) { try TorchFile(data.dropFirst()) }
  }

  @Test func aFileThatBecomesShorterIsRefused() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.pt")
      try Data(contentsOf: Fixtures.url("Torch/kinds.pt")).write(to: url)
      let file = try TorchFile(url)
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: 1000)
      let entry = try #require(try file.stateDictionary("tensors")?.last)
      expectFault(.file, "became shorter") { _ = try file.tensor(entry) }
    }
  }
}
