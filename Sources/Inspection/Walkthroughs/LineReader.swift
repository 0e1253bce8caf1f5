import Foundation

/// A reader that returns the lines of an open file as they arrive.
struct LineReader {
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isAtEnd = false

  init(_ handle: FileHandle) { descriptor = handle.fileDescriptor }

  /// Returns the next line without its line break; nil at the end of the input.
  mutating func next() -> String? {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return line
      }
      if isAtEnd {
        defer { pending = [] }
        return pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self)
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      // A pseudo-terminal whose other end is closed reports an error, which also means the end.
      if count <= 0 { isAtEnd = true } else { pending += chunk[..<count] }
    }
  }
}
