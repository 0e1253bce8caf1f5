import Camera
import Foundation

/// A source of portraits with their classes: a folder of photographs, or procedural portraits.
///
/// A source lists its pairs when it is created, and reads each pair on request. Every fault is
/// reported; nothing is left out silently.
public protocol PortraitSource: Sendable {
  /// A description of the source, for messages and the header of a pack; it contains no local path.
  var summary: String { get }

  /// The names of the pairs, in the order of their indices.
  var ids: [String] { get }

  /// A fingerprint that changes with the name, length or time of any file, 16 hexadecimal digits.
  var fingerprint: String { get }

  /// Judges whether the labels can be those of portraits.
  ///
  /// - Parameter surveys: the labels of the pairs to judge by.
  /// - Returns: a warning in one line; nil if nothing speaks against the labels.
  func warning(about surveys: [LabelSurvey]) -> String?

  /// Whether this is the complete CelebAMask-HQ, which has a split of its own.
  var isWholeCelebAMaskHQ: Bool { get }

  /// The camera pose of every pair; nil if they are not known.
  var poses: [CameraPose]? { get }

  /// Returns a pair as it is stored in the files.
  ///
  /// - Parameter index: 0 ..< `ids.count`.
  /// - Returns: the picture and its classes.
  /// - Throws: a one-line error that names the file.
  func stored(_ index: Int) throws -> SourcePair

  /// Returns a pair at training resolution.
  ///
  /// - Parameters:
  ///   - index: 0 ..< `ids.count`.
  ///   - size: the number of rows and columns, S.
  /// - Returns: the pair.
  /// - Throws: a one-line error that names the file, or the size if the files have fewer pixels.
  func pair(_ index: Int, size: Int) throws -> PortraitPair
}

extension PortraitSource {
  /// Returns the stored pair, reduced to the given size.
  public func pair(_ index: Int, size: Int) throws -> PortraitPair {
    try stored(index).reduced(to: size, name: ids[index])
  }

  /// Judges the classes by the areas and places of the thirteen parts.
  public func warning(about surveys: [LabelSurvey]) -> String? {
    LabelScheme.parts.warning(about: surveys, isNamed: false)
  }

  /// False, except for the folder layout in which CelebAMask-HQ is distributed.
  public var isWholeCelebAMaskHQ: Bool { false }

  /// Nil: the poses of most data are not known.
  public var poses: [CameraPose]? { nil }
}

/// A 64-bit hash of a sequence of texts or bytes (FNV-1a).
struct Fingerprint {
  private var bits: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Adds a text, followed by a byte that marks its end.
  mutating func add(_ text: String) {
    for byte in text.utf8 { bits = (bits ^ UInt64(byte)) &* 0x100_0000_01B3 }
    bits = (bits ^ 0xFF) &* 0x100_0000_01B3
  }

  /// Adds bytes.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { bits = (bits ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  /// Adds the name, the length and the modification time of a file.
  mutating func add(_ file: URL) {
    var status = stat()
    let isThere = stat(file.path, &status) == 0
    add(file.lastPathComponent)
    add(isThere ? "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)" : "gone")
  }

  /// The hash as sixteen hexadecimal digits.
  var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
