import Foundation
import TensorFiles
import Testing

/// Small files that claim to hold huge arrays are refused before memory is allocated for them.
@Suite("Claims of huge sizes")
struct AllocationTests {
  /// 2⁴⁰ elements in about a hundred bytes.
  ///
  /// If memory were allocated first, the address space of the process would grow by terabytes.
  /// (Other tests run at the same time, so a little growth means nothing.)
  @Test func hugeClaimsTakeNoMemory() throws {
    let before = try peakAddressSpace()
    for type in ["<f4", "<f8", "<i4", "<i8", "|u1", "|b1"] {
      for shape in ["(1099511627776,)", "(1048576, 1048576)"] {
        expectFault(.npy, "the file has 8") {
          _ = try NPYFile.read(
            NPYFileTests.file(NPYFileTests.header(type, shape), [UInt8](repeating: 0, count: 8)))
        }
      }
    }
    for (type, width) in [("F32", 4), ("F64", 8), ("I64", 8), ("BOOL", 1), ("BF16", 2)] {
      let bytes = width << 40
      let header =
        #"{"a":{"dtype":"\#(type)","shape":[1048576,1048576],"data_offsets":[0,\#(bytes)]}}"#
      expectFault(.safetensors, "take \(bytes) bytes, the file has 0") {
        _ = try SafetensorsFile(SafetensorsFileTests.file(header))
      }
    }
    #expect(try peakAddressSpace() - before < 1 << 36)
  }

  /// A sparse file has the length that it claims, but needs no disk space.
  @Test func filesWithHolesAreNotTrusted() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.npy")
      let head = NPYFileTests.file(NPYFileTests.header("<f4", "(1099511627776,)"))
      try AtomicFile.write(head, to: url)
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: UInt64(head.count + 4 << 40))
      expectFault(.file, "needs 4398046511104 bytes of memory") { _ = try NPYFile.read(url) }
      expectFault(.safetensors, "is a NumPy array") { _ = try SafetensorsFile(url) }
      expectFault(.file, "more than any picture") { _ = try PNGFile.read(url, alpha: .drop) }
      expectFault(.file, "more than any picture") { _ = try JPEGFile.read(url) }
    }
  }

  /// Returns the largest address space that this process has had, in bytes.
  private func peakAddressSpace() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") })
    return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
      * 1024
  }
}
