import Foundation

/// What `pack.json` says: everything about a pack but its pixels.
struct PackHeader: Sendable, Equatable, Codable {
  /// Tells a pack from other JSON.
  static let format = "ssgan3d portrait pack"
  /// The version that is written, and the only one that is read.
  static let version = 1
  /// A chunk has about so many bytes: what is lost when preparing is killed.
  static let chunkBytes = 4 << 20

  var format = Self.format
  var version = Self.version
  /// Rows and columns, S.
  var size: Int
  /// The number of pairs.
  var count: Int
  /// What a pair is made of, in words.
  var layout: String
  /// How labels are numbered, in words.
  var classes: String
  /// How picture and labels came to their size, in words.
  var reduction: String
  /// What the pack was made from.
  var source: String
  /// The fingerprint of what it was made from.
  var sourceFingerprint: String
  /// Pairs in every chunk but the last.
  var chunkPairs: Int
  /// CRC-32 of each chunk's bytes, in order.
  var chunkChecksums: [UInt32]
  /// Names of the pairs.
  var ids: [String]
  /// Which pairs are kept away from training.
  var heldOut: HeldOutPairs

  /// The header of a pack to come, without checksums.
  init(_ source: any PortraitSource, size: Int) {
    self.size = size
    let ids = source.ids
    count = ids.count
    layout = "pairs.bin: for each pair red, green, blue, labels; S rows of S bytes each"
    classes =
      "13 parts, 0 … 12: background, face, eyes, brows, mouth, nose, ears, hair, neck, "
      + "cloth, glasses, hat, earrings"
    reduction =
      source is ProceduralPortraits
      ? "cast at this size; labels at the pixels' centres"
      : "picture: area average; labels: class of the largest area, of equals the higher"
    self.source = source.summary
    sourceFingerprint = source.fingerprint
    chunkPairs = max(1, Self.chunkBytes / PortraitPair.byteCount(size: size))
    chunkChecksums = []
    self.ids = ids
    heldOut = HeldOutPairs(of: source)
  }

  /// Bytes of one pair.
  var pairBytes: Int { PortraitPair.byteCount(size: size) }
  /// Bytes of `pairs.bin`.
  var dataBytes: Int { count * pairBytes }
  /// How many chunks there are when all are written.
  var chunkCount: Int { (count + chunkPairs - 1) / chunkPairs }

  /// The pairs of a chunk; none for the chunk after the last.
  func pairs(ofChunk chunk: Int) -> Range<Int> {
    min(count, chunk * chunkPairs)..<min(count, (chunk + 1) * chunkPairs)
  }

  /// The bytes of a chunk in `pairs.bin`.
  func bytes(ofChunk chunk: Int) -> Range<Int> {
    let pairs = pairs(ofChunk: chunk)
    return pairs.lowerBound * pairBytes..<pairs.upperBound * pairBytes
  }

  /// Changes when any pair, or the division into training and validation, does.
  var contentFingerprint: String {
    var fingerprint = Fingerprint()
    for number in [size, count] + chunkChecksums.map(Int.init) + heldOut.indices {
      fingerprint.add("\(number)")
    }
    return fingerprint.text
  }

  /// The same header before anything was written.
  var plan: PackHeader {
    var plan = self
    plan.chunkChecksums = []
    return plan
  }

  /// The text of the file.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The longest header that is read: a million names fit.
  private static let longestText = 64 << 20

  /// Reads and checks a header; whatever it then says can be computed with.
  static func read(_ file: URL) throws(DatasetError) -> PackHeader {
    func bad(_ problem: String) -> DatasetError {
      DatasetError(file.path, problem, "prepare the pack again in another folder")
    }
    let size = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.size] as? Int
    guard let size, size <= longestText, let text = try? Data(contentsOf: file) else {
      throw bad("cannot be read as the header of a pack")
    }
    let header: PackHeader
    do {
      // A pack of another version may have other fields: look at the version first.
      let kind = try JSONDecoder().decode(Kind.self, from: text)
      guard kind.format == format else { throw bad("is no header of a pack") }
      guard kind.version == version else {
        throw bad("has version \(kind.version), expected \(version)")
      }
      header = try JSONDecoder().decode(PackHeader.self, from: text)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw bad("is damaged or no header of a pack")
    }
    if let flaw = header.flaw { throw bad(flaw) }
    return header
  }

  private struct Kind: Codable {
    let format: String
    let version: Int
  }

  /// What cannot be in a header that was written here.
  private var flaw: String? {
    guard PortraitPack.sizes.contains(size) else { return "has the impossible size \(size)" }
    guard (1...ProceduralPortraits.mostPortraits).contains(count), ids.count == count else {
      return "counts \(count) pairs and names \(ids.count)"
    }
    guard chunkPairs == max(1, Self.chunkBytes / pairBytes) else {
      return "has the impossible chunk length \(chunkPairs)"
    }
    guard chunkChecksums.count <= chunkCount else { return "has too many checksums" }
    guard zip(heldOut.indices, heldOut.indices.dropFirst()).allSatisfy({ $0 < $1 }),
      heldOut.indices.allSatisfy({ (0..<count).contains($0) })
    else { return "holds out pairs that there are not" }
    return nil
  }
}
