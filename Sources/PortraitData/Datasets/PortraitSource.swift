import Foundation

/// Portraits with their classes, as they come: folders of photographs, or made from numbers.
///
/// A source lists its pairs when it is made and reads each when it is asked; both complain about the
/// first thing that is wrong. Nothing is left out silently.
public protocol PortraitSource: Sendable {
  /// What the source is, for people and for the header of a pack; names no place on the machine.
  var summary: String { get }

  /// The pairs' names, in the order of their indices.
  var ids: [String] { get }

  /// Changes when any file of the source does (by name, length or time), 16 hexadecimal digits.
  var fingerprint: String { get }

  /// Whether this is all of CelebAMask-HQ, which has a division of its own.
  var isWholeCelebAMaskHQ: Bool { get }

  /// A pair as the files hold it.
  ///
  /// - Parameter index: 0 ..< `ids.count`.
  /// - Returns: the picture and its classes.
  /// - Throws: an error of one line that names the file.
  func stored(_ index: Int) throws -> SourcePair

  /// A pair at the size of training.
  ///
  /// - Parameters:
  ///   - index: 0 ..< `ids.count`.
  ///   - size: rows and columns, S.
  /// - Returns: the pair.
  /// - Throws: an error of one line that names the file, or the size when the files have fewer
  ///   pixels.
  func pair(_ index: Int, size: Int) throws -> PortraitPair
}

extension PortraitSource {
  /// The stored pair, reduced.
  public func pair(_ index: Int, size: Int) throws -> PortraitPair {
    try stored(index).reduced(to: size, name: ids[index])
  }

  /// Only the distributed layout can be the whole set.
  public var isWholeCelebAMaskHQ: Bool { false }
}

/// How the numbers of a label map are to be read.
public enum LabelScheme: String, Sendable, CaseIterable {
  /// The nineteen labels of CelebAMask-HQ, 0 … 18.
  case celebAMaskHQ = "19"
  /// The same nineteen in the order of face-parsing.PyTorch, the BiSeNet that most people label their own
  /// photographs with, and of its descendants.
  case faceParsing = "bisenet"
  /// The thirteen classes of this project, 0 … 12.
  case parts = "13"

  /// Element `label` is the part of that label.
  var partOfLabel: [UInt8] {
    switch self {
    case .celebAMaskHQ: LabelMapping.partOfLabel
    case .faceParsing: SourceLabel.faceParsingOrder.map { UInt8($0.part.rawValue) }
    case .parts: PartClass.allCases.map { UInt8($0.rawValue) }
    }
  }

  /// The classes of a label map.
  ///
  /// - Parameters:
  ///   - labels: one number per pixel.
  ///   - name: the file, for errors.
  /// - Returns: one class per pixel, 0 … 12.
  /// - Throws: `DatasetError` at the first number that the scheme does not have.
  public func parts(of labels: [UInt8], name: String) throws(DatasetError) -> [UInt8] {
    let table = partOfLabel
    if let index = labels.firstIndex(where: { Int($0) >= table.count }) {
      throw DatasetError(
        name,
        "label \(labels[index]) at pixel \(index) is not one of the \(table.count), 0 … "
          + "\(table.count - 1)", "check --classes, and that this is a label map")
    }
    return labels.map { table[Int($0)] }
  }
}

/// A number of 64 bits that depends on every byte of some texts (FNV-1a).
struct Fingerprint {
  private var bits: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Takes a text in, and where it ends.
  mutating func add(_ text: String) {
    for byte in text.utf8 { bits = (bits ^ UInt64(byte)) &* 0x100_0000_01B3 }
    bits = (bits ^ 0xFF) &* 0x100_0000_01B3
  }

  /// Takes in a file's name, length and time of change.
  mutating func add(_ file: URL) {
    var status = stat()
    let isThere = stat(file.path, &status) == 0
    add(file.lastPathComponent)
    add(isThere ? "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)" : "gone")
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
