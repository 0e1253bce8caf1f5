import Camera
import Foundation
import PortraitClasses
import Synchronization
import TensorFiles
import Tensors

/// A pack: a folder of prepared pairs, which training reads.
///
/// | File        | Content                                                                     |
/// |-------------|-----------------------------------------------------------------------------|
/// | `pack.json` | version, size, count, classes, source, names, checksums (`PackHeader`)      |
/// | `pairs.bin` | for each pair red, green, blue and labels, `S · S` bytes each, nothing else |
///
/// `pack.json` is written last, so a folder that has it is complete. Pairs are read at their offset in
/// the file. The file is not mapped into memory, because shortening a mapped file kills the process.
public struct PortraitPack: TrainingSet {
  static let headerName = "pack.json"
  static let dataName = "pairs.bin"

  let header: PackHeader
  private let file: OpenFile
  private let path: String

  /// Opens a pack and, by default, checks every byte of it.
  ///
  /// - Parameters:
  ///   - folder: a folder that `prepare` wrote.
  ///   - verifies: whether the checksums of all chunks are compared; this takes about a second for 1 GB.
  /// - Returns: the pack.
  /// - Throws: a one-line error if anything is missing or damaged.
  public static func open(_ folder: URL, verifies: Bool = true) throws -> PortraitPack {
    let pack = try PortraitPack(folder)
    if verifies, let damage = try pack.damage().first { throw damage }
    return pack
  }

  /// Returns whether a folder contains the header of a pack.
  public static func isPack(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(headerName).path)
  }

  private init(_ folder: URL) throws {
    header = try PackHeader.read(folder.appendingPathComponent(Self.headerName))
    fingerprint = header.contentFingerprint
    let data = folder.appendingPathComponent(Self.dataName)
    path = data.path
    file = try OpenFile(reading: data)
    guard header.chunkChecksums.count == header.chunkCount else {
      throw damaged(
        "the header has \(header.chunkChecksums.count) of \(header.chunkCount) checksums")
    }
    guard file.count == header.dataBytes else {
      throw damaged("has \(file.count) bytes, expected \(header.dataBytes)")
    }
  }

  /// The number of all pairs, including the held-out pairs.
  public var count: Int { header.count }
  /// The number of rows and columns of every pair, S.
  public var size: Int { header.size }
  /// The fingerprint of the pairs.
  ///
  /// A copy of the pack has the same fingerprint, and so has a pack prepared again from the same files.
  public let fingerprint: String
  /// The names of the pairs, in the order of their indices.
  public var ids: [String] { header.ids }
  /// A description of the source of the pack.
  public var summary: String { header.source }
  /// The held-out pairs, and the rule that chose them.
  public var heldOut: HeldOutPairs { header.heldOut }

  /// The camera pose of every pair; nil if the pack was prepared without poses.
  public var poses: [CameraPose]? { header.poses?.map { CameraPose(yaw: $0[0], pitch: $0[1]) } }

  /// The groups of indices of equal photographs; empty if there are none or nobody looked.
  public var copies: [[Int]] { header.copies ?? [] }

  /// The pairs to train on.
  public var training: PartOfSet {
    let heldOut = Set(header.heldOut.indices)
    return PartOfSet((0..<count).filter { !heldOut.contains($0) }, of: self, name: "training")
  }

  /// The held-out pairs, for evaluation; training never uses them.
  public var validation: PartOfSet {
    PartOfSet(header.heldOut.indices, of: self, name: "validation")
  }

  /// Reads one pair.
  public func pair(_ index: Int) throws -> PortraitPair {
    require((0..<count).contains(index), "pair(_:): index is \(index), expected 0 ..< \(count)")
    let area = size * size
    let planes = try bytes(at: index * header.pairBytes, count: 3 * area)
    let labels = try bytes(at: index * header.pairBytes + 3 * area, count: area)
    if let stranger = labels.first(where: { Int($0) >= PartClass.count }) {
      throw damaged("pair \(index) has the label \(stranger), expected 0 … 12")
    }
    return PortraitPair(size: size, planes: planes, labels: labels)
  }

  /// Returns an error for every chunk whose bytes differ from those that were written, and for every
  /// pair of an intact chunk that shows no face.
  public func damage() throws -> [DatasetError] {
    try (0..<header.chunkCount).flatMap { chunk -> [DatasetError] in
      let range = header.bytes(ofChunk: chunk)
      let content = try bytes(at: range.lowerBound, count: range.count)
      let pairs = header.pairs(ofChunk: chunk)
      guard Self.checksum(of: content) == header.chunkChecksums[chunk] else {
        return [damaged("pairs \(pairs.lowerBound) … \(pairs.upperBound - 1) fail their checksum")]
      }
      return pairs.filter { pair in
        let end = (pair - pairs.lowerBound + 1) * header.pairBytes
        return !content[end - size * size..<end].contains(UInt8(PartClass.face.rawValue))
      }.map(faceless)
    }
  }

  /// Returns the error for a pair without a face.
  ///
  /// Packs of earlier versions may hold such pairs, which nobody noticed when they were prepared.
  private func faceless(_ index: Int) -> DatasetError {
    DatasetError(
      path, "pair \(index), \(ids[index]), shows no face", "mend its labels and prepare it again")
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    bytes.withUnsafeBytes { checksum.add($0) }
    return checksum.value
  }

  private func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      guard let start = buffer.baseAddress else { return }
      try file.read(at: offset, into: start, count)
      written = count
    }
  }

  private func damaged(_ problem: String) -> DatasetError {
    DatasetError(path, problem, "the pack is damaged; remove its folder and prepare it again")
  }
}
