import Foundation
import TensorFiles
import Tensors

extension FuzzedReader {
  /// NumPy arrays.
  static let npy = FuzzedReader(
    "npy", refusals: [TensorFileError.self],
    seeds: {
      try [
        NPYFile.encode(Tensor([2, 3], [1, 2, 3, 4, 5, 6.5])),
        NPYFile.encode(Tensor([3], [1, 2, 3]).cast(to: .float32)),
        NPYFile.encode(Tensor([2], [1, 0]).cast(to: .int32), as: .bool),
        NPYFile.encode(Tensor([1, 1, 2], [7, 255]).cast(to: .int32), as: .uint8),
        NPYFile.encode(Tensor([2], [-9, 9]).cast(to: .int32), as: .int64),
        fortranArray,
      ]
    },
    repair: { bytes in
      // The length of the header, up to its newline.
      guard bytes.count > 10, let end = bytes[10...].firstIndex(of: 0x0A) else { return }
      bytes[8] = UInt8(truncatingIfNeeded: end - 9)
      bytes[9] = UInt8(truncatingIfNeeded: (end - 9) >> 8)
    },
    body: { data in
      let contents = try NPYFile.read(data)
      let count = contents.tensor.shape.reduce(1, *)
      try expect(contents.tensor.scalars.count == count, "shape \(contents.tensor.shape)")
      try expect(
        count * contents.element.byteCount <= data.count, "\(count) elements of \(data.count) bytes"
      )
    })

  private static let fortranArray: Data = {
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n"
    return Data([0x93] + Array("NUMPY".utf8) + [2, 0, UInt8(header.utf8.count), 0, 0, 0])
      + Data(header.utf8) + Data([1, 2, 3, 4, 5, 6])
  }()

  /// NumPy arrays in an archive, compressed or not.
  static let npz = FuzzedReader(
    "npz", longest: 4096, refusals: [TensorFileError.self],
    seeds: {
      let arrays = try [
        ("w.npy", [UInt8](NPYFile.encode(Tensor([2, 3], [1, 2, 3, 4, 5, 6.5])))),
        ("b.npy", [UInt8](NPYFile.encode(Tensor([2], [1, 0]).cast(to: .int32), as: .bool))),
      ]
      return [TorchBytes(arrays).file(flags: 0), TorchBytes(arrays).file(flags: 0, wide: true)]
    },
    repair: ZipChecksums.repair,
    body: { data in
      let file = try NPZFile(data)
      try expect(Set(file.names).count == file.names.count, "names \(file.names)")
      for name in file.names {
        let contents = try file.array(name)
        let count = contents.tensor.shape.reduce(1, *)
        try expect(contents.tensor.scalars.count == count, "shape \(contents.tensor.shape)")
        // A byte of deflate stands for at most 1032 bytes.
        try expect(
          count * contents.element.byteCount <= 1032 * data.count, "\(count) elements of \(name)")
      }
    })

  /// Named tensors in one file.
  static let safetensors = FuzzedReader(
    "safetensors", refusals: [TensorFileError.self],
    seeds: {
      let tensors = [
        "a": Tensor([2, 3], [1, 2, 3, 4, 5, 6]).cast(to: .float32),
        "b": Tensor([2], [1, 9]).cast(to: .int32), "c": Tensor.zeros([0]),
      ]
      return try [
        SafetensorsFile.encode(tensors),
        SafetensorsFile.encode(tensors, metadata: ["format": "pt", "é": "\n"]),
        lengthBefore(
          #"{"u":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"l":{"dtype":"I64","shape":[1],"#
            + #""data_offsets":[4,12]},"t":{"dtype":"BOOL","shape":[2,1],"data_offsets":[2,4]}}"#)
          + Data([0, 255, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
      ]
    },
    repair: repairSafetensorsLength,
    body: { data in
      let file = try SafetensorsFile(data)
      var bytes = 0
      for (name, tensor) in try file.tensors() {
        try expect(tensor.scalars.count == tensor.shape.reduce(1, *), "shape \(tensor.shape)")
        try expect(file.entry(name)?.shape == tensor.shape, "shape of \(name)")
        bytes += file.entry(name)?.offsets.count ?? 0
      }
      try expect(bytes <= data.count, "\(bytes) bytes of \(data.count)")
      try expect(Set(file.names).count == file.entries.count, "names \(file.names)")
    })

  /// Sets the length of the header so that it ends at the last brace.
  @Sendable static func repairSafetensorsLength(_ bytes: inout [UInt8]) {
    guard bytes.count > 8, let end = bytes.lastIndex(of: 0x7D), end > 8 else { return }
    for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: (end - 7) >> (8 * place)) }
  }

  private static func lengthBefore(_ header: String) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
  }
}
