import Foundation
import TensorFiles
import Tensors

extension FuzzedReader {
  /// Zip archives as torch.save writes them, with everything in them.
  static let zip = FuzzedReader(
    "zip", longest: 4096, refusals: [TensorFileError.self],
    seeds: { [checkpointBytes.file(), checkpointBytes.file(wide: true)] },
    repair: ZipChecksums.repair,
    body: readTorch)

  /// The pickle of a torch checkpoint, in an archive whose checksums and lengths fit it.
  static let pickle = FuzzedReader(
    "pickle", longest: 1024, refusals: [TensorFileError.self],
    seeds: {
      let views = [
        TorchBytes.view("1", count: 16, offset: 2, shape: [2, 3], strides: [1, 4]),
        TorchBytes.view("1", type: "HalfStorage", count: 32, shape: [32], strides: [1]),
        TorchBytes.view("1", type: "LongStorage", count: 8, shape: [2, 2], strides: [4, 1]),
      ]
      let none: [(String, TorchBytes.Value)] = []
      return ([none] + views.map { [("a", .instructions($0))] }).map { tensors in
        let root = [("tensors", TorchBytes.Value.dictionary(tensors)), ("options", options)]
        return Data(TorchBytes(.dictionary(root)).entries[0].bytes)
      }
    },
    body: { data in
      let storage = (0..<64).map { UInt8($0) }
      try readTorch(
        TorchBytes(
          [("a/data.pkl", Array(data))] + (0..<4).map { ("a/data/\($0)", storage) }
        ).file())
    })

  /// Checkpoints in the format from before torch 1.6: pickles and storages in a row.
  static let legacyTorch = FuzzedReader(
    "legacy-torch", longest: 2048, refusals: [TensorFileError.self],
    seeds: {
      let view = TorchBytes.view("1", count: 2, shape: [2], strides: [1])
      let root = TorchBytes(
        .dictionary([
          ("tensors", .dictionary([("a", .instructions(view))])), ("options", options),
        ])
      ).entries[0].bytes
      // The magic number, the version 1001, no record of a system; the root; the list of the key 1.
      let magic: [UInt8] = [
        0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
      ]
      let start = magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2, 0x7D, 0x2E]
      let keys = [0x80, 2, 0x5D] + TorchBytes.text("1") + [0x61, 0x2E]
      let storage = TorchBytes.little(2, 8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
      return [Data(start + root + keys + storage)]
    },
    body: readTorch)

  private static var checkpointBytes: TorchBytes {
    TorchBytes(
      .dictionary([
        (
          "tensors",
          .dictionary([
            ("a", .tensor(Tensor([2, 3], [1, 2, 3, 4, 5, 6]).cast(to: .float32))),
            ("b", .tensor(Tensor([1], [0.5]).cast(to: .float32))),
          ])
        ),
        ("options", options),
      ]))
  }

  private static var options: TorchBytes.Value {
    .namespace([
      ("b", .tuple([.number(3), .number(4)])), ("c", .text("d")), ("e", .real(1.5)),
      ("f", .flag(true)), ("g", .none), ("h", .list([.text("i")])),
    ])
  }

  @Sendable private static func readTorch(_ data: Data) throws {
    let file = try TorchFile(data)
    try expect(Set(file.keys).count == file.keys.count, "keys \(file.keys)")
    for key in file.keys {
      _ = try? file.options(key)
      for entry in (try? file.stateDictionary(key)) ?? [] {
        let tensor = try file.tensor(entry)
        try expect(
          tensor.shape == entry.shape && tensor.scalars.count == entry.shape.reduce(1, *)
            && tensor.count <= data.count, "\(entry)")
      }
    }
    _ = try file.options("options")
    _ = try file.stateDictionary("tensors")
  }
}
