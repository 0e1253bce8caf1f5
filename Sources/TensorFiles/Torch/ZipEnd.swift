/// The end of a zip archive: the position of the directory and the number of its entries.
struct ZipEnd {
  let directory: Int
  let directorySize: Int
  let entryCount: Int

  /// The lengths, in bytes, of the 32-bit end, of the pointer to the 64-bit end, and of the
  /// shortest 64-bit end.
  private static let (endLength, locatorLength, wideLength) = (22, 20, 56)

  init(_ source: ByteSource) throws {
    let last = source.count - Self.endLength
    guard last >= 0 else { throw Self.notAnArchive }
    let end = LittleEndian(try source.bytes(at: last, count: Self.endLength))
    guard try end.u32(0) == 0x0605_4B50, try end.u16(20) == 0 else {
      throw Self.notAnArchive
    }
    guard try end.u16(4) == 0, try end.u16(6) == 0 else {
      throw TorchFault("is one of several parts of an archive")
    }
    var numbers = [try end.u16(10), Int(try end.u32(12)), Int(try end.u32(16))]
    var directoryEnd = last
    if let wide = try Self.wideEnd(source, before: last) {
      for (index, most) in [0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF].enumerated() {
        guard numbers[index] == most || numbers[index] == wide.numbers[index] else {
          throw TorchFault("has two ends that contradict each other")
        }
      }
      (numbers, directoryEnd) = (wide.numbers, wide.start)
    }
    (entryCount, directorySize, directory) = (numbers[0], numbers[1], numbers[2])
    guard directorySize <= directoryEnd, directory == directoryEnd - directorySize else {
      throw TorchFault("has no directory where its end says")
    }
  }

  /// Returns the end with 64-bit numbers, or nil if there is none.
  private static func wideEnd(
    _ source: ByteSource, before last: Int
  ) throws -> (numbers: [Int], start: Int)? {
    let place = last - locatorLength
    guard place >= wideLength else { return nil }
    let locator = LittleEndian(try source.bytes(at: place, count: locatorLength))
    guard try locator.u32(0) == 0x0706_4B50 else { return nil }
    let start = try locator.u64(8)
    guard try locator.u32(4) == 0, try locator.u32(16) == 1, start <= place - wideLength else {
      throw TorchFault("has a damaged 64-bit end")
    }
    let end = LittleEndian(try source.bytes(at: start, count: wideLength))
    guard try end.u32(0) == 0x0606_4B50, try end.u64(4) == place - start - 12,
      try end.u32(16) == 0, try end.u32(20) == 0, try end.u64(24) == end.u64(32)
    else { throw TorchFault("has a damaged 64-bit end") }
    return ([try end.u64(32), try end.u64(40), try end.u64(48)], start)
  }

  private static let notAnArchive = TorchFault(
    "is not a whole zip archive as torch.save writes it",
    "name a .pt file, or copy it again if it was cut short")
}

/// Bytes read as little-endian numbers; a position outside them is a fault.
struct LittleEndian {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func u16(_ place: Int) throws -> Int {
    try require(place, 2)
    return Int(bytes[place]) | Int(bytes[place + 1]) << 8
  }

  func u32(_ place: Int) throws -> UInt32 {
    try require(place, 4)
    return unchecked32(place)
  }

  /// Returns the number at a position that has already been checked.
  func unchecked32(_ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }

  /// Returns a 64-bit number; one beyond the memory of any computer is a fault.
  func u64(_ place: Int) throws -> Int {
    let (low, high) = (try u32(place), try u32(place + 4))
    guard high < 1 << 30 else { throw TorchFault("names a position beyond any file") }
    return Int(high) << 32 | Int(low)
  }

  private func require(_ place: Int, _ count: Int) throws {
    guard place >= 0, count <= bytes.count - place else {
      throw TorchFault("ends in its directory")
    }
  }
}
