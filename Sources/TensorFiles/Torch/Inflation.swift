import CZlib

/// Decompression of deflate (RFC 1951), the method of zip archives such as those of
/// numpy.savez_compressed, by zlib.
enum Inflation {
  /// Returns the decompressed bytes, or nil if the stream is faulty or does not give `count` bytes.
  ///
  /// No stream can demand more memory than `count` bytes and zlib's window of 32 KiB.
  static func inflated(_ input: [UInt8], count: Int) -> [UInt8]? {
    guard input.count <= UInt32.max, count < UInt32.max else { return nil }
    var stream = z_stream()
    // Negative: the stream has neither the header nor the checksum of zlib's own format.
    let rawWindow = -MAX_WBITS
    guard
      inflateInit2_(&stream, rawWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var input = input
    // One byte more than expected shows that a stream does not end where it should.
    var output = [UInt8](repeating: 0, count: count + 1)
    let status = input.withUnsafeMutableBufferPointer { from in
      output.withUnsafeMutableBufferPointer { to in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(from.count)
        stream.next_out = to.baseAddress
        stream.avail_out = UInt32(to.count)
        return inflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END, stream.total_out == count else { return nil }
    output.removeLast()
    return output
  }
}
