import Foundation

/// The format of a file, told by its bytes; names and their endings say nothing about it.
enum FileContent: Equatable {
  case npy
  case npz
  case torch
  case pickle
  case zip
  case safetensors
  case picture(PictureFormat)
  case gzip
  case hdf5
  case lfsPointer
  case webPage
  case empty

  /// Returns the format of a source, or nil if its first bytes are those of none of these.
  init?(_ source: ByteSource) throws {
    let head = try source.bytes(at: 0, count: min(512, source.count))
    guard let content = try FileContent(standIn: head) ?? Self.binary(head, source) else {
      return nil
    }
    self = content
  }

  /// Returns what copies and downloads leave in place of a file: nothing, a page of a server, a
  /// pointer; nil if these are not its first bytes.
  init?(standIn start: some Sequence<UInt8>) {
    let head = Array(start.prefix(512))
    guard let content = head.isEmpty ? .empty : Self.text(head) else { return nil }
    self = content
  }

  private static func binary(_ head: [UInt8], _ source: ByteSource) throws -> FileContent? {
    if head.starts(with: NPYFile.magic) { return .npy }
    if head.starts(with: [0x50, 0x4B, 3, 4]) { return zip(source) }
    // The length of a header, whose upper bytes are 0, and the brace with which the header begins.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      return .safetensors
    }
    if head.starts(with: LegacyTorchStream.magic) { return .torch }
    if head.starts(with: [0x80]), head.count > 1, (2...5).contains(head[1]) { return .pickle }
    if head.starts(with: [0x1F, 0x8B]) { return .gzip }
    if head.starts(with: [0x89] + Array("HDF\r\n".utf8)) { return .hdf5 }
    return PictureFormat(startingWith: head).map(FileContent.picture)
  }

  private static func zip(_ source: ByteSource) -> FileContent {
    guard let archive = try? ZipArchive(source, compression: .allowed) else { return .zip }
    let names = archive.entries.keys
    if names.contains(where: { $0.hasSuffix("/data.pkl") }) { return .torch }
    return !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") } ? .npz : .zip
  }

  private static func text(_ head: [UInt8]) -> FileContent? {
    let start = String(decoding: head, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    if start.hasPrefix("version https://git-lfs") { return .lfsPointer }
    // Servers also answer in XML. A drawing is XML too, but no page.
    let isPage = ["<!doctype html", "<html", "<head", "<?xml"].contains { start.hasPrefix($0) }
    return isPage && !start.contains("<svg") ? .webPage : nil
  }

  /// The content as the end of a sentence that begins with the file's name.
  var phrase: String {
    switch self {
    case .npy: "is a NumPy array"
    case .npz: "is an archive of NumPy arrays (.npz)"
    case .torch: "is a checkpoint of torch.save"
    case .pickle: "is a bare pickle"
    case .zip: "is a zip archive that is cut short or neither from torch nor from NumPy"
    case .safetensors: "is a safetensors file"
    case .picture(let format): "is \(format.phrase)"
    case .gzip: "is compressed by gzip"
    case .hdf5: "is an HDF5 file"
    case .lfsPointer: "is the pointer that Git LFS puts in place of a file"
    case .webPage: "is a web page, not the file behind it"
    case .empty: "is empty (0 bytes)"
    }
  }

  /// Returns what to do with this content where another format is needed.
  func remedy(for wanted: TensorFileError.Area) -> String {
    switch self {
    case .pickle: "load it in Python and save it with \(Self.writer(wanted))"
    case .lfsPointer: "fetch the file itself with 'git lfs pull'"
    case .webPage: "download it again, with the link of the file itself"
    case .empty: "copy or download it again"
    case .gzip: "unpack it with gunzip first"
    case .torch where wanted == .safetensors:
      "convert a checkpoint with 'ssgan3d import', or save it with \(Self.writer(wanted))"
    case .npy, .npz, .torch, .zip, .safetensors, .picture, .hdf5:
      "name another file, or save it with \(Self.writer(wanted))"
    }
  }

  private static func writer(_ area: TensorFileError.Area) -> String {
    switch area {
    case .npy: "numpy.save"
    case .npz: "numpy.savez"
    case .torch: "torch.save"
    case .file: "numpy.save, torch.save or safetensors"
    default: "safetensors"
    }
  }

  /// Returns the error for a file whose bytes are of another format than the wanted one; nil if they
  /// are of this format, or of none that is known, or of a zip archive where one from torch is wanted
  /// (the reader says what is wrong with it).
  static func mismatch(
    _ source: ByteSource, for wanted: TensorFileError.Area
  ) -> TensorFileError? {
    guard let content = try? FileContent(source), content.area != wanted,
      !(content == .zip && wanted == .torch)
    else { return nil }
    return TensorFileError(
      wanted, file: source.name, problem: content.phrase, remedy: content.remedy(for: wanted))
  }

  /// The reader of this content.
  private var area: TensorFileError.Area? {
    switch self {
    case .npy: .npy
    case .npz: .npz
    case .torch: .torch
    case .safetensors: .safetensors
    default: nil
    }
  }
}
