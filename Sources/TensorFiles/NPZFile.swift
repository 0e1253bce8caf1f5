import Foundation

/// A reader of NumPy's NPZ files: zip archives of NPY files, compressed or not.
///
/// Opening a file reads the archive's directory; an array is read when it is requested.
public struct NPZFile: Sendable {
  /// The names of the arrays, without the ending `.npy`, in alphabetical order.
  public let names: [String]
  private let archive: ZipArchive

  private static let ending = ".npy"
  /// The longest array that is read, in bytes.
  private static let longestArray = 1 << 30

  /// Opens a file; it stays open while this value or a copy of it lives.
  public init(_ url: URL) throws { try self.init(ByteSource(url)) }

  /// Opens bytes in memory; errors refer to them by the given name.
  public init(_ data: Data, name: String = "NPZ data") throws {
    try self.init(ByteSource(data, name: name))
  }

  init(_ source: ByteSource) throws {
    if let error = FileContent.mismatch(source, for: .npz) { throw error }
    do {
      archive = try ZipArchive(source, compression: .allowed)
    } catch let fault as TorchFault {
      throw Self.error(source, fault.problem)
    }
    names = archive.entries.keys.filter { $0.hasSuffix(Self.ending) }
      .map { String($0.dropLast(Self.ending.count)) }.sorted()
  }

  /// Reads one array.
  ///
  /// - Parameter name: one of `names`.
  /// - Throws: `TensorFileError` when there is no such array or it is damaged.
  /// - Returns: the array, as `NPYFile` reads it.
  public func array(_ name: String) throws -> NPYFile.Contents {
    guard let entry = archive.entries[name + Self.ending] else {
      throw Self.error(
        archive.source, "has no array named \"\(name)\"", "choose one of the \(names.count) it has")
    }
    guard entry.size <= Self.longestArray else {
      throw Self.error(
        archive.source, "has an array of \(entry.size) bytes, more than is read from an archive",
        "save it as a .npy file")
    }
    do {
      let bytes = try archive.bytes(of: entry)
      return try NPYFile.read(Data(bytes), name: "\(archive.source.name), \(name)")
    } catch let fault as TorchFault {
      throw Self.error(archive.source, fault.problem)
    }
  }

  private static func error(
    _ source: ByteSource, _ problem: String,
    _ remedy: String = "the file is damaged or not from numpy.savez; save or copy it again"
  ) -> TensorFileError {
    TensorFileError(.npz, file: source.name, problem: problem, remedy: remedy)
  }
}
