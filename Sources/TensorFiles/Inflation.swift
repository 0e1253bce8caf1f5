import CZlib

/// Decompression of deflate (RFC 1951) by zlib: of zip archives such as those of
/// numpy.savez_compressed, and of texts in PNG files.
enum Inflation {
  /// What surrounds the compressed data.
  enum Wrapping: Int32 {
    /// Nothing, as in zip archives.
    case none = -1
    /// The header and the checksum of zlib's own format (RFC 1950), as in PNG files.
    case zlib = 1
  }

  /// Returns the decompressed bytes of a stream without wrapping, or nil if the stream is faulty or
  /// does not give `count` bytes.
  ///
  /// No stream can demand more memory than `count` bytes and zlib's window of 32 KiB.
  static func inflated(_ input: [UInt8], count: Int) -> [UInt8]? {
    // One byte more than expected shows that a stream does not end where it should.
    guard let (output, isWhole) = start(of: input, .none, atMost: count + 1),
      isWhole, output.count == count
    else { return nil }
    return output
  }

  /// Returns the first decompressed bytes of a stream.
  ///
  /// - Parameters:
  ///   - input: the stream; damaged data end where the damage is.
  ///   - wrapping: what surrounds the data.
  ///   - limit: the most bytes that are returned.
  /// - Returns: the bytes, and whether the stream ended with them; nil if zlib cannot begin.
  static func start(
    of input: [UInt8], _ wrapping: Wrapping, atMost limit: Int
  ) -> (bytes: [UInt8], isWhole: Bool)? {
    guard input.count <= UInt32.max, limit <= UInt32.max else { return nil }
    var stream = z_stream()
    // A negative window announces data without wrapping.
    let window = wrapping.rawValue * MAX_WBITS
    guard
      inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var input = input
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { out, count in
      input.withUnsafeMutableBufferPointer { from in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(from.count)
        stream.next_out = out.baseAddress
        stream.avail_out = UInt32(limit)
        isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      count = limit - Int(stream.avail_out)
    }
    return (bytes, isWhole)
  }
}
