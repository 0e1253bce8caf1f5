import Foundation
import TensorFiles

/// The content of `pack.json`: everything about a pack except its pixels.
struct PackHeader: Sendable, Equatable, Codable {
  /// The name of the format, which distinguishes a pack from other JSON files.
  static let format = "ssgan3d portrait pack"
  /// The version of the format without camera poses.
  static let version = 1
  /// The version of the format with camera poses; programs that ignore poses must not read it.
  static let versionWithPoses = 2
  /// The approximate number of bytes in a chunk; at most a chunk is lost if preparation is killed.
  static let chunkBytes = 4 << 20

  var format = Self.format
  var version = Self.version
  /// The number of rows and columns, S.
  var size: Int
  /// The number of pairs.
  var count: Int
  /// A description of the bytes of a pair.
  var layout: String
  /// A description of the numbering of the labels.
  var classes: String
  /// A description of how pictures and labels were reduced to the size.
  var reduction: String
  /// The summary of the source of the pack.
  var source: String
  /// The fingerprint of the source of the pack.
  var sourceFingerprint: String
  /// The number of pairs in every chunk but the last.
  var chunkPairs: Int
  /// The CRC-32 of each chunk's bytes, in order.
  var chunkChecksums: [UInt32]
  /// The names of the pairs.
  var ids: [String]
  /// The held-out pairs.
  var heldOut: HeldOutPairs
  /// Yaw and pitch of every pair, in radians; nil if they are not known.
  var poses: [[Double]]?
  /// The groups of indices of equal photographs; nil in packs in which they were not looked for.
  var copies: [[Int]]?

  /// Creates the header of a new pack, without checksums.
  init(_ source: any PortraitSource, size: Int) {
    self.size = size
    let ids = source.ids
    count = ids.count
    layout = "pairs.bin: for each pair red, green, blue, labels; S rows of S bytes each"
    classes =
      "13 parts, 0 … 12: background, face, eyes, brows, mouth, nose, ears, hair, neck, "
      + "cloth, glasses, hat, earrings"
    reduction =
      source is ProceduralSource
      ? "cast at this size; labels at the pixels' centres"
      : "picture: area average; labels: class of the largest area, of equals the higher"
    self.source = source.summary
    sourceFingerprint = source.fingerprint
    chunkPairs = max(1, Self.chunkBytes / PortraitPair.byteCount(size: size))
    chunkChecksums = []
    self.ids = ids
    heldOut = HeldOutPairs(of: source)
    poses = source.poses?.map { [$0.yaw, $0.pitch] }
    version = poses == nil ? Self.version : Self.versionWithPoses
  }

  /// The number of bytes of one pair.
  var pairBytes: Int { PortraitPair.byteCount(size: size) }
  /// The number of bytes of `pairs.bin`.
  var dataBytes: Int { count * pairBytes }
  /// The number of chunks of the complete pack.
  var chunkCount: Int { (count + chunkPairs - 1) / chunkPairs }

  /// Returns the pairs of a chunk; the range is empty for the chunk after the last.
  func pairs(ofChunk chunk: Int) -> Range<Int> {
    min(count, chunk * chunkPairs)..<min(count, (chunk + 1) * chunkPairs)
  }

  /// Returns the byte range of a chunk in `pairs.bin`.
  func bytes(ofChunk chunk: Int) -> Range<Int> {
    let pairs = pairs(ofChunk: chunk)
    return pairs.lowerBound * pairBytes..<pairs.upperBound * pairBytes
  }

  /// A fingerprint of the pairs and of the split into training and validation.
  var contentFingerprint: String {
    var fingerprint = Fingerprint()
    for number in [size, count] + chunkChecksums.map(Int.init) + heldOut.indices {
      fingerprint.add("\(number)")
    }
    return fingerprint.text
  }

  /// The same header without checksums, as it was before anything was written.
  ///
  /// Copies of photographs are found, and the pairs held out, when all pairs are written.
  var plan: PackHeader {
    var plan = self
    plan.chunkChecksums = []
    plan.copies = nil
    plan.heldOut = HeldOutPairs(rule: "", indices: [])
    return plan
  }

  /// Returns the text of the file.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads and validates a header; computations with its values are then safe.
  static func read(_ file: URL) throws(DatasetError) -> PackHeader {
    func bad(_ problem: String) -> DatasetError {
      DatasetError(file.path, problem, "prepare the pack again in another folder")
    }
    let text: Data
    do { text = try SmallFile.data(file) } catch let error as SmallFile.TooLong {
      throw bad(error.problem)
    } catch { throw bad("cannot be read as the header of a pack") }
    if let key = JSONText.repeatedKey(in: text) { throw bad("has the key \(key) twice") }
    let header: PackHeader
    do {
      // A pack of another version may have other fields, so the version is checked first.
      let kind = try JSONDecoder().decode(Kind.self, from: text)
      guard kind.format == format else { throw bad("is not the header of a pack") }
      guard [version, versionWithPoses].contains(kind.version) else {
        throw bad("has version \(kind.version), expected \(version) or \(versionWithPoses)")
      }
      header = try JSONDecoder().decode(PackHeader.self, from: text)
      if let key = JSONText.unknownKey(in: text, known: JSONText.keys(in: try header.json())) {
        throw bad("has the unknown key \(key)")
      }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw bad("is damaged or not the header of a pack")
    }
    if let flaw = header.flaw { throw bad(flaw) }
    return header
  }

  private struct Kind: Codable {
    let format: String
    let version: Int
  }

  /// The first impossible value of the camera poses, or nil if all values are possible.
  private var flawOfPoses: String? {
    guard (poses == nil) == (version == Self.version) else {
      return "has version \(version), which does not agree with its camera poses"
    }
    guard let poses else { return nil }
    guard poses.count == count else { return "counts \(count) pairs but has \(poses.count) poses" }
    let isPossible = poses.allSatisfy { pose in
      pose.count == 2 && pose[0].magnitude <= 2 * .pi && pose[1] > 0 && pose[1] < .pi
    }
    return isPossible ? nil : "has an impossible camera pose"
  }

  /// The first impossible value of the header, or nil if all values are possible.
  private var flaw: String? {
    guard PortraitPack.sizes.contains(size) else { return "has the impossible size \(size)" }
    guard (1...ProceduralSource.mostPortraits).contains(count), ids.count == count else {
      return "counts \(count) pairs but has \(ids.count) names"
    }
    guard chunkPairs == max(1, Self.chunkBytes / pairBytes) else {
      return "has the impossible chunk length \(chunkPairs)"
    }
    guard chunkChecksums.count <= chunkCount else { return "has too many checksums" }
    guard zip(heldOut.indices, heldOut.indices.dropFirst()).allSatisfy({ $0 < $1 }),
      heldOut.indices.allSatisfy({ (0..<count).contains($0) })
    else { return "holds out pairs that do not exist" }
    guard (copies ?? []).joined().allSatisfy({ (0..<count).contains($0) }) else {
      return "names copies that do not exist"
    }
    return flawOfPoses
  }
}
