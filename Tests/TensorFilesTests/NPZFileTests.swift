import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("NPZ files")
struct NPZFileTests {
  /// Returns a zip archive with one entry, as the format describes it: a local header with name and
  /// bytes, the directory, the end.
  static func archive(
    _ name: String, _ stored: [UInt8], plain: [UInt8], method: Int, size: Int? = nil
  ) -> Data {
    let little = TorchBytes.little
    let sizes = little(stored.count, 4) + little(size ?? plain.count, 4)
    let common =
      little(20, 2) + little(0, 2) + little(method, 2) + little(0, 4)
      + little(Int(TorchBytes.checksum(plain)), 4) + sizes + little(name.utf8.count, 2)
      + little(0, 2)
    let local = [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + stored
    let entry =
      [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(0, 2 + 2 + 2 + 4 + 4) + Array(name.utf8)
    let end =
      [0x50, 0x4B, 5, 6] + little(0, 4) + little(1, 2) + little(1, 2) + little(entry.count, 4)
      + little(local.count, 4) + little(0, 2)
    return Data(local + entry + end)
  }

  static func npy(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](NPYFileTests.file(NPYFileTests.header("|u1", "(\(bytes.count),)"), bytes))
  }

  @Test func arraysAreReadByName() throws {
    let file = try NPZFile(
      TorchBytes([("b.npy", Self.npy([1, 2])), ("folder/a.npy", Self.npy([3]))]).file())
    #expect(file.names == ["b", "folder/a"])
    #expect(try file.array("b").tensor.integers == [1, 2])
    #expect(try file.array("folder/a").element == .uint8)
    expectFault(.npz, "no array named \"c\"") { _ = try file.array("c") }
  }

  /// Streams that zlib wrote: a stored block, a fixed code with repetitions, a code of the block's own,
  /// and repetitions that overlap themselves.
  static let streams: [(plain: [UInt8], compressed: [UInt8])] = [
    (Array("xyz".utf8), [0x01, 0x03, 0x00, 0xFC, 0xFF, 0x78, 0x79, 0x7A]),
    (
      Array("abcabcabcabcabcabcabcabcd".utf8), [0x4B, 0x4C, 0x4A, 0x4E, 0xC4, 0x86, 0x52, 0x00]
    ),
    (
      [UInt8](repeating: 0, count: 1000),
      [0x63, 0x60, 0x18, 0x05, 0xA3, 0x60, 0x14, 0x0C, 0x77, 0x00, 0x00]
    ),
    (pattern, dynamic),
  ]
  /// i²/7 modulo 11 plus 17 times i modulo 3: enough different bytes for a code of the block's own.
  static let pattern: [UInt8] = (0..<300).map { (index: Int) -> UInt8 in
    let first = index * index / 7 % 11
    let second = index % 3 * 17
    return UInt8(first + second)
  }
  static let dynamic: [UInt8] = [
    0xAD, 0xCF, 0x49, 0x0E, 0x05, 0x11, 0x18, 0x04, 0x60, 0x43, 0x68, 0xEC, 0x0C, 0xA1,
    0xFD, 0x76, 0x86, 0xD0, 0xB8, 0xFF, 0xF9, 0x9E, 0x4E, 0xFA, 0x08, 0x6F, 0x5F, 0xA9,
    0xAF, 0x0A, 0xE9, 0x8C, 0x6D, 0x63, 0xF7, 0x42, 0x6E, 0x48, 0x3B, 0x94, 0x9B, 0xE4,
    0xAE, 0xC2, 0x2D, 0x66, 0x26, 0xB3, 0xFB, 0xF2, 0x0D, 0xEB, 0x2D, 0xE3, 0x14, 0x71,
    0x29, 0x5D, 0xA8, 0x7F, 0x94, 0xED, 0xC2, 0x74, 0xF9, 0xC5, 0x36, 0xB7, 0x8B, 0xBB,
    0x2C, 0xEF, 0x4E, 0x6D, 0x41, 0x3A, 0x23, 0x5D, 0x88, 0xEB, 0x17, 0x64, 0x1A, 0x16,
    0x09, 0x9B, 0xC6, 0x7A, 0xD9, 0x49, 0xA1, 0xE3, 0xD8, 0x49, 0x7A, 0x98, 0x2B, 0x28,
    0x2D, 0x71, 0xDA, 0x60, 0x23, 0x73, 0xD0, 0x4D, 0xFC, 0xC4, 0x7E, 0x7D, 0xB1, 0x34,
    0x08, 0x0C, 0xAA, 0xD7, 0x41, 0x89, 0xC9, 0x6F, 0x9B, 0xA9, 0x47, 0x94, 0xBA, 0x71,
    0xA8, 0x3C, 0x35, 0x61, 0x1F, 0x12, 0x9B, 0xF4, 0x45, 0xF8, 0xAA, 0x8E, 0x68, 0xB2,
    0x82, 0x33, 0x6C, 0xCA, 0x94, 0xF1, 0x41, 0x53, 0x65, 0xB1, 0x30, 0xF8, 0x62, 0x2A,
    0x54, 0x19, 0x1A, 0x82, 0x83, 0x56, 0xFC, 0x0E, 0xFB, 0xC3, 0xCD, 0x1F,
  ]

  /// The content is no array, but the message of the NPY reader shows that the bytes came through:
  /// every byte is compared by the archive's checksum before.
  @Test(arguments: streams.indices)
  func compressedEntriesAreRead(index: Int) throws {
    let (plain, compressed) = Self.streams[index]
    let file = try NPZFile(Self.archive("a.npy", compressed, plain: plain, method: 8))
    let problem = plain.count < 10 ? "is too short" : "does not begin with"
    expectFault(.npy, problem) { _ = try file.array("a") }
    // One byte more or less than the stream gives is an error.
    for size in [plain.count - 1, plain.count + 1] {
      let wrong = try NPZFile(
        Self.archive("a.npy", compressed, plain: plain, method: 8, size: size))
      expectFault(.npz, "damaged bytes") { _ = try wrong.array("a") }
    }
    // So is any other checksum.
    let other = try NPZFile(
      Self.archive("a.npy", compressed, plain: plain.reversed() + [], method: 8))
    if plain != plain.reversed() {
      expectFault(.npz, "damaged bytes") { _ = try other.array("a") }
    }
  }

  @Test func aCompressedArrayIsRead() throws {
    // A stored block of deflate: the last one, its length, the complement of it, the bytes.
    let plain = Self.npy([9, 8, 7])
    let stream =
      [1] + TorchBytes.little(plain.count, 2) + TorchBytes.little(~plain.count, 2) + plain
    let file = try NPZFile(Self.archive("w.npy", stream, plain: plain, method: 8))
    #expect(try file.array("w").tensor.integers == [9, 8, 7])
  }

  /// A change of a byte either is noticed or changes nothing: some bits of a stream have no meaning.
  ///
  /// If nothing has changed, the checksum holds, and the content is refused as no array.
  @Test func damagedStreamsAreRefused() throws {
    var (noticed, harmless) = (0, 0)
    for (plain, compressed) in Self.streams {
      for place in compressed.indices {
        for flip: UInt8 in [1, 2, 4, 0x18, 0x80, 0xFF] {
          var stream = compressed
          stream[place] ^= flip
          let file = try NPZFile(Self.archive("a.npy", stream, plain: plain, method: 8))
          let error = #expect(throws: TensorFileError.self) { try file.array("a") }
          noticed += error?.area == .npz ? 1 : 0
          harmless += error?.area == .npy ? 1 : 0
        }
      }
      for count in compressed.indices {
        let file = try NPZFile(
          Self.archive("a.npy", Array(compressed[..<count]), plain: plain, method: 8))
        expectFault(.npz, "damaged bytes") { _ = try file.array("a") }
      }
    }
    #expect(noticed > 1000 && harmless < 20, "\(noticed) noticed, \(harmless) harmless")
  }

  @Test func archivesOfOtherThingsAreRefused() throws {
    expectFault(.npz, "neither from torch nor from NumPy") {
      _ = try NPZFile(TorchBytes([("a.txt", [1])]).file())
    }
    expectFault(.npz, "checkpoint of torch.save") {
      _ = try NPZFile(TorchBytes(.dictionary([])).file())
    }
    expectFault(.npz, "is a NumPy array") { _ = try NPZFile(Data(Self.npy([1]))) }
    // 1 032 bytes from one byte are possible, more are not.
    expectFault(.npz, "neither from torch nor from NumPy") {
      _ = try NPZFile(Self.archive("a.npy", [0], plain: [], method: 8, size: 5000))
    }
  }
}
