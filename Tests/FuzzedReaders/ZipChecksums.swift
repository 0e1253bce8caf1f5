/// The checksums in the directory of a zip archive, which a changed input would not fit.
enum ZipChecksums {
  /// Writes the checksum of every entry that is not compressed into the directory.
  ///
  /// The checksum of a compressed entry is compared after its bytes were decompressed, so that the
  /// fuzzer reaches all of that without it.
  @Sendable static func repair(_ bytes: inout [UInt8]) {
    for place in bytes.indices.dropLast(45) where number(bytes, place, 4) == 0x0201_4B50 {
      let (header, count) = (number(bytes, place + 42, 4), number(bytes, place + 20, 4))
      guard number(bytes, place + 10, 2) == 0, header + 30 <= bytes.count else { continue }
      let start =
        header + 30 + number(bytes, header + 26, 2) + number(bytes, header + 28, 2)
      guard start + count <= bytes.count else { continue }
      let sum = TorchBytes.checksum(Array(bytes[start..<start + count]))
      bytes.replaceSubrange(place + 16..<place + 20, with: TorchBytes.little(Int(sum), 4))
    }
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
}
