import Foundation

/// Files that are read into memory as a whole: settings, records, lists of checksums.
///
/// Their length is checked first, so that a file of gigabytes under such a name is an error in one
/// line and not an attempt to allocate gigabytes.
public enum SmallFile {
  /// The error for a file that is longer than any file of its kind.
  public struct TooLong: Error, Equatable, CustomStringConvertible {
    /// The path of the file.
    public let file: String
    /// What is wrong, and what to do.
    public let problem: String
    /// One line: the file, its length, the limit.
    public var description: String { "\(file): \(problem)" }
  }

  /// The most bytes of a file of settings or of a list, 64 MiB.
  public static let longest = 64 << 20

  /// Returns the content of a regular file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - longest: the most bytes that are read.
  /// - Throws: `TensorFileError` when it cannot be read, `TooLong` when it has more bytes.
  /// - Returns: the bytes.
  public static func data(_ url: URL, atMost longest: Int = longest) throws -> Data {
    let file = try OpenFile(reading: url)
    guard file.count <= longest else {
      throw TooLong(
        file: url.path,
        problem:
          "has \(file.count) bytes, but at most \(longest) are read here; check whether it is "
          + "the right file")
    }
    var data = Data(count: file.count)
    try data.withUnsafeMutableBytes { buffer in
      if let start = buffer.baseAddress { try file.read(at: 0, into: start, buffer.count) }
    }
    return data
  }
}
