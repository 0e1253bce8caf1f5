import Foundation
import PortraitClasses
import TensorFiles

/// CelebAMask-HQ as it is distributed: photographs, and one mask file for each part that is present.
///
/// | File                                       | Content                                          |
/// |--------------------------------------------|--------------------------------------------------|
/// | `CelebA-HQ-img/N.jpg`                      | photograph N, square                             |
/// | `CelebAMask-HQ-mask-anno/*/NNNNN_part.png` | white (255) where the part is; no file if absent |
///
/// The masks overlap; they are painted in ``/PortraitClasses/SourceLabel/paintingOrder``.
public struct AnnotatedFolder: PortraitSource {
  /// The subfolder of the photographs.
  public static let imageFolder = "CelebA-HQ-img"
  /// The subfolder that contains the folders of masks.
  public static let maskFolder = "CelebAMask-HQ-mask-anno"
  /// The number of photographs in the complete data set.
  public static let wholeCount = 30_000

  /// The numbers of the photographs with five digits, in ascending order.
  public let ids: [String]
  /// The faults of the folder, one line each; empty if the folder can be used for training.
  public let faults: [DatasetError]

  private let entries: [Entry]

  private struct Entry {
    let number: Int
    let image: URL
    var masks: [SourceLabel: URL] = [:]
  }

  /// Lists the folder.
  ///
  /// - Parameter folder: the folder that contains `CelebA-HQ-img` and `CelebAMask-HQ-mask-anno`.
  /// - Throws: `DatasetError` if a folder cannot be listed.
  public init(listing folder: URL) throws(DatasetError) {
    var listing = Listing()
    try listing.addImages(folder.appendingPathComponent(Self.imageFolder))
    try listing.addMasks(folder.appendingPathComponent(Self.maskFolder))
    entries = listing.entries.values.sorted { $0.number < $1.number }
    for entry in entries where entry.masks.isEmpty {
      listing.faults.append(
        DatasetError(
          entry.image.path, "has no mask at all in \(Self.maskFolder)",
          "copy its masks, or remove the photograph"))
    }
    faults = listing.faults
    ids = entries.map { Self.fiveDigits($0.number) }
  }

  /// The name of the data set and, if it is incomplete, the number of pairs.
  public var summary: String {
    isWholeCelebAMaskHQ ? "CelebAMask-HQ, whole" : "CelebAMask-HQ, \(ids.count) of its pairs"
  }

  /// Whether the numbers of the photographs are exactly 0 … 29 999.
  public var isWholeCelebAMaskHQ: Bool {
    entries.count == Self.wholeCount && entries.last?.number == Self.wholeCount - 1
  }

  /// A fingerprint of every photograph and mask.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for entry in entries {
      fingerprint.add(entry.image)
      for label in SourceLabel.paintingOrder {
        if let mask = entry.masks[label] { fingerprint.add(mask) }
      }
    }
    return fingerprint.text
  }

  /// Reads a photograph and paints its masks.
  public func stored(_ index: Int) throws -> SourcePair {
    let entry = entries[index]
    let photograph = try PictureFile.photograph(entry.image)
    var masks: [SourceLabel: [UInt8]] = [:]
    var labelSide: Int?
    for label in SourceLabel.paintingOrder {
      guard let file = entry.masks[label] else { continue }
      let (side, mask) = try PictureFile.mask(file)
      guard side == labelSide ?? side else {
        throw DatasetError(
          file.path,
          "is \(side) × \(side), but other masks of this photograph have the side \(labelSide ?? side)",
          "copy the masks again")
      }
      labelSide = side
      masks[label] = mask
    }
    let side = labelSide ?? photograph.side
    return SourcePair(
      imageSide: photograph.side, rgb: photograph.rgb, labelSide: side,
      parts: try LabelMapping.paint(masks, count: side * side))
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The entries and faults that were found so far.
  private struct Listing {
    var entries: [Int: Entry] = [:]
    var faults: [DatasetError] = []

    mutating func addImages(_ folder: URL) throws(DatasetError) {
      for name in try FileListing.names(folder) {
        let file = folder.appendingPathComponent(name)
        let (base, kind) = FileListing.split(name)
        guard kind == "jpg", let number = Self.number(base), String(number) == base else {
          faults.append(
            DatasetError(file.path, "is not named N.jpg", "remove it, or rename it to its number"))
          continue
        }
        if let other = entries.updateValue(Entry(number: number, image: file), forKey: number) {
          faults.append(
            DatasetError(
              file.path, "has the same number as \(other.image.lastPathComponent)",
              "remove one of the two"))
        }
      }
      if entries.isEmpty {
        faults.append(DatasetError(folder.path, "contains no photograph N.jpg", "check the path"))
      }
    }

    mutating func addMasks(_ folder: URL) throws(DatasetError) {
      for group in try FileListing.names(folder) {
        let inner = folder.appendingPathComponent(group)
        guard Folder.exists(inner) else {
          // The distribution has a table of names next to the folders.
          if FileListing.split(group).kind == "png" {
            faults.append(
              DatasetError(
                inner.path, "lies outside the numbered folders", "move it into one of them"))
          }
          continue
        }
        for name in try FileListing.names(inner) { addMask(inner.appendingPathComponent(name)) }
      }
    }

    private mutating func addMask(_ file: URL) {
      let (base, kind) = FileListing.split(file.lastPathComponent)
      let words = base.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
      guard kind == "png", words.count == 2, let number = Self.number(String(words[0])) else {
        faults.append(
          DatasetError(file.path, "is not named NNNNN_part.png", "remove it or rename it"))
        return
      }
      guard let label = SourceLabel.allCases.first(where: { $0.fileName == String(words[1]) })
      else {
        let known = SourceLabel.allCases.compactMap(\.fileName).joined(separator: ", ")
        faults.append(
          DatasetError(file.path, "names the unknown part \(words[1])", "expected one of \(known)"))
        return
      }
      guard entries[number] != nil else {
        faults.append(
          DatasetError(
            file.path, "has no photograph \(number).jpg in \(AnnotatedFolder.imageFolder)",
            "copy the photograph, or remove its masks"))
        return
      }
      if let other = entries[number]?.masks.updateValue(file, forKey: label) {
        faults.append(
          DatasetError(file.path, "shows the same part as \(other.path)", "remove one of the two"))
      }
    }

    /// Returns the number that a text of at most nine digits represents, or nil for any other text.
    private static func number(_ text: String) -> Int? {
      text.utf8.allSatisfy { (48...57).contains($0) } && text.utf8.count <= 9 ? Int(text) : nil
    }
  }
}
