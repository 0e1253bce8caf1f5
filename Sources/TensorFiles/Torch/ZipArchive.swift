import Foundation
import Synchronization

/// A fault in a torch checkpoint that is found before the file's name is known.
struct TorchFault: Error {
  let problem: String
  let remedy: String

  init(_ problem: String, _ remedy: String = "the file is damaged or not from torch; copy it again")
  {
    self.problem = problem
    self.remedy = remedy
  }
}

/// A zip archive as torch.save and numpy.savez write it: no comment, in one piece.
///
///     for each entry: a local header, its name, padding, the bytes, perhaps a descriptor
///     the directory:  for each entry name, length, checksum and where its local header is
///     the end:        for large archives a second one with 64-bit numbers, then the 32-bit one
///
/// Opening an archive reads only the directory. An entry's checksum is verified when the entry is
/// first read. Torch does not compress; NumPy may. Entries may not overlap, and an entry cannot claim
/// more data than its bytes can stand for.
struct ZipArchive: Sendable {
  struct Entry: Sendable {
    let name: String
    /// The number of bytes, not compressed.
    let size: Int
    /// The number of bytes in the archive.
    let storedSize: Int
    var isCompressed: Bool { method != 0 }
    fileprivate let method: Int
    let checksum: UInt32
    /// The position of its local header.
    let header: Int
    /// The position of the next entry's local header, or of the directory.
    fileprivate(set) var limit = 0
  }

  let source: ByteSource
  /// The entries by their names.
  let entries: [String: Entry]
  private let intact = IntactEntries()

  /// Whether entries may be compressed by deflate, zip's method 8.
  enum Compression { case refused, allowed }

  /// The longest directory that is read, 64 MiB; a checkpoint of ten thousand tensors has 1 MiB.
  private static let longestDirectory = 1 << 26
  /// The lengths, in bytes, of the fixed parts of a local header and of a directory entry.
  private static let (localLength, directoryLength) = (30, 46)

  init(_ source: ByteSource, compression: Compression = .refused) throws {
    self.source = source
    let end = try ZipEnd(source)
    guard end.directorySize <= Self.longestDirectory else {
      throw TorchFault("has a directory of \(end.directorySize) bytes, more than is read")
    }
    let bytes = try source.bytes(at: end.directory, count: end.directorySize)
    entries = try Self.entries(LittleEndian(bytes), count: end.entryCount, before: end.directory)
    guard compression == .refused else { return }
    if let entry = entries.values.filter(\.isCompressed).min(by: { $0.header < $1.header }) {
      throw TorchFault(
        "compresses its entry \(entry.name) by method \(entry.method)",
        "torch.save does not compress; load the file in torch and save it again")
    }
  }

  // MARK: - The directory

  private static func entries(
    _ fields: LittleEndian, count: Int, before directory: Int
  ) throws -> [String: Entry] {
    var list: [Entry] = []
    var place = 0
    while place < fields.bytes.count {
      let (entry, length) = try entry(fields, at: place)
      list.append(entry)
      place += length
    }
    guard list.count == count else {
      throw TorchFault("has \(list.count) entries in its directory, its end says \(count)")
    }
    list.sort { $0.header < $1.header }
    var entries: [String: Entry] = [:]
    for index in list.indices {
      list[index].limit = index + 1 < list.count ? list[index + 1].header : directory
      let entry = list[index]
      let room = entry.limit - entry.header - localLength - entry.name.utf8.count
      guard room >= entry.storedSize else {
        throw TorchFault(
          "has no room for the \(entry.storedSize) bytes of its entry \(entry.name)")
      }
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw TorchFault("has the entry \(entry.name) twice")
      }
    }
    return entries
  }

  /// Returns the entry that the directory describes at a position, and the length of that
  /// description.
  private static func entry(
    _ fields: LittleEndian, at place: Int
  ) throws -> (entry: Entry, length: Int) {
    guard try fields.u32(place) == 0x0201_4B50 else { throw TorchFault("has a damaged directory") }
    let (nameLength, extraLength) = (try fields.u16(place + 28), try fields.u16(place + 30))
    let length =
      directoryLength + nameLength + extraLength + (try fields.u16(place + 32))
    guard length <= fields.bytes.count - place else { throw TorchFault("ends in its directory") }
    let nameStart = place + directoryLength
    let name = try entryName(fields.bytes[nameStart..<nameStart + nameLength])
    try requirePlain(fields, at: place, name)
    var numbers = [20, 24, 42].map { Int(fields.unchecked32(place + $0)) }
    let extra = nameStart + nameLength
    try widen(&numbers, fields, in: extra..<extra + extraLength, name)
    let method = try fields.u16(place + 10)
    // A byte of deflate stands for at most 1032 bytes.
    guard method == 0 ? numbers[0] == numbers[1] : numbers[1] / 1032 <= numbers[0] else {
      throw TorchFault("stores \(numbers[0]) bytes for the \(numbers[1]) of its entry \(name)")
    }
    let entry = Entry(
      name: name, size: numbers[1], storedSize: numbers[0], method: method,
      checksum: fields.unchecked32(place + 16), header: numbers[2])
    return (entry, length)
  }

  private static func entryName(_ bytes: ArraySlice<UInt8>) throws -> String {
    guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty else {
      throw TorchFault("has an entry whose name is empty or not UTF-8")
    }
    return name
  }

  /// Throws unless the entry is plain or compressed by deflate, not encrypted, and on one disk.
  private static func requirePlain(_ fields: LittleEndian, at place: Int, _ name: String) throws {
    let (flags, method) = (try fields.u16(place + 8), try fields.u16(place + 10))
    guard method == 0 || method == 8 else {
      throw TorchFault(
        "compresses its entry \(name) by method \(method)",
        "load the file in Python and save it again without compression")
    }
    // Torch and NumPy use only a descriptor after the bytes (8) and a name in UTF-8 (2048); the
    // level of compression (6) changes nothing for a reader.
    guard flags & ~0x080E == 0, try fields.u16(place + 34) == 0 else {
      throw TorchFault("has an entry \(name) that is encrypted or on another disk")
    }
  }

  /// Replaces the numbers that do not fit 32 bits with those of the 64-bit field, in their order.
  private static func widen(
    _ numbers: inout [Int], _ fields: LittleEndian, in extra: Range<Int>, _ name: String
  ) throws {
    let wide = numbers.indices.filter { numbers[$0] == 0xFFFF_FFFF }
    guard !wide.isEmpty else { return }
    // The field has the uncompressed length first.
    let order = [1, 0, 2].filter { wide.contains($0) }
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let (kind, length) = (try fields.u16(place), try fields.u16(place + 2))
      if kind == 1 && length >= 8 * order.count && place + 4 + length <= extra.upperBound {
        for (position, index) in order.enumerated() {
          numbers[index] = try fields.u64(place + 4 + 8 * position)
        }
        return
      }
      place += 4 + length
    }
    throw TorchFault("lacks the 64-bit lengths of its entry \(name)")
  }

  // MARK: - Entries

  /// Returns the position of an uncompressed entry's bytes; the first call verifies their checksum.
  func start(of entry: Entry) throws -> Int {
    let start = try storedStart(of: entry)
    if !intact.contains(entry.name) {
      guard try checksum(of: start..<start + entry.size) == entry.checksum else {
        throw TorchFault("has a wrong checksum for its entry \(entry.name)")
      }
      intact.insert(entry.name)
    }
    return start
  }

  /// Returns the bytes of an entry that the caller has found to be small.
  func bytes(of entry: Entry) throws -> [UInt8] {
    guard entry.isCompressed else {
      return try source.bytes(at: try start(of: entry), count: entry.size)
    }
    let stored = try source.bytes(at: try storedStart(of: entry), count: entry.storedSize)
    guard let bytes = Inflation.inflated(stored, count: entry.size),
      CRC32.of(Data(bytes)) == entry.checksum
    else { throw TorchFault("has damaged bytes in its compressed entry \(entry.name)") }
    return bytes
  }

  private func storedStart(of entry: Entry) throws -> Int {
    let fixed = LittleEndian(try source.bytes(at: entry.header, count: Self.localLength))
    let nameLength = try fixed.u16(26)
    let start = entry.header + Self.localLength + nameLength + (try fixed.u16(28))
    guard try fixed.u32(0) == 0x0403_4B50, try fixed.u16(8) == entry.method, start <= entry.limit,
      entry.storedSize <= entry.limit - start,
      try source.bytes(at: entry.header + Self.localLength, count: nameLength)
        == Array(entry.name.utf8)
    else { throw TorchFault("has a damaged header for its entry \(entry.name)") }
    return start
  }

  private func checksum(of range: Range<Int>) throws -> UInt32 {
    var sum = CRC32()
    var place = range.lowerBound
    while place < range.upperBound {
      let count = min(1 << 20, range.upperBound - place)
      try source.bytes(at: place, count: count).withUnsafeBytes { sum.add($0) }
      place += count
    }
    return sum.value
  }
}

/// The entries whose checksums have been verified.
private final class IntactEntries: Sendable {
  private let names = Mutex<Set<String>>([])

  func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
  func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
}
