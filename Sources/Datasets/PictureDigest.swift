import TensorFiles

/// A hash of a picture, by which copies are found.
///
/// Two hashes of different kinds, 96 bits together: among a million pictures, two different ones share
/// them with a probability below 1e-16.
struct PictureDigest: Sendable, Hashable {
  private let text: String

  /// Hashes the bytes of a picture.
  init(_ bytes: [UInt8]) {
    var (fingerprint, checksum) = (Fingerprint(), CRC32())
    fingerprint.add(bytes)
    bytes.withUnsafeBytes { checksum.add($0) }
    text = "\(bytes.count) \(fingerprint.text) \(checksum.value)"
  }

  /// Returns the groups of indices at which digests are equal; single ones are left out.
  ///
  /// - Parameter digests: a digest for each pair; nil where a pair could not be read.
  /// - Returns: groups in the order of their first index, each in ascending order.
  static func copies(in digests: [PictureDigest?]) -> [[Int]] {
    var places: [PictureDigest: [Int]] = [:]
    for (index, digest) in digests.enumerated() {
      if let digest { places[digest, default: []].append(index) }
    }
    return places.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
