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
/// A mask holds 0 and 255 only, unless the user names a threshold (see ``DataReading``).
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
  private let reading: DataReading
  /// The number of photographs before a subset was chosen; nil without a subset.
  private let listedCount: Int?

  private struct Entry {
    let number: Int
    let image: URL
    var masks: [SourceLabel: URL] = [:]
  }

  /// Lists the folder.
  ///
  /// - Parameters:
  ///   - folder: the folder that contains `CelebA-HQ-img` and `CelebAMask-HQ-mask-anno`.
  ///   - reading: the threshold of masks, and the numbers of a subset; faults of other files are then
  ///     left out.
  /// - Throws: `DatasetError` if a folder cannot be listed, or if the subset names unknown numbers.
  public init(
    listing folder: URL, _ reading: DataReading = DataReading()
  ) throws(DatasetError) {
    var listing = Listing()
    try listing.addImages(folder.appendingPathComponent(Self.imageFolder))
    listedCount = reading.subset == nil ? nil : listing.entries.count
    if let names = reading.subset { try listing.choose(names, in: folder) }
    try listing.addMasks(folder.appendingPathComponent(Self.maskFolder))
    entries = listing.entries.values.sorted { $0.number < $1.number }
    for entry in entries where entry.masks.isEmpty {
      listing.add(
        DatasetError(
          entry.image.path, "has no mask at all in \(Self.maskFolder)",
          "copy its masks, or remove the photograph"), of: entry.number)
    }
    faults = listing.faults
    self.reading = reading
    ids = entries.map { Self.fiveDigits($0.number) }
  }

  /// The name of the data set and, if it is incomplete, the number of pairs.
  public var summary: String {
    (isWholeCelebAMaskHQ ? "CelebAMask-HQ, whole" : "CelebAMask-HQ, \(ids.count) of its pairs")
      + (reading.maskThreshold.map { ", masks from \($0) on" } ?? "")
      + (listedCount.map { ", a subset of \($0)" } ?? "")
  }

  /// Whether the numbers of the photographs are exactly 0 … 29 999.
  public var isWholeCelebAMaskHQ: Bool {
    entries.count == Self.wholeCount && entries.last?.number == Self.wholeCount - 1
  }

  /// A fingerprint of every photograph and mask.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    fingerprint.add(reading.identity)
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
    let masks = try PaintedMasks(entry.masks, of: entry.image, threshold: reading.maskThreshold)
    return SourcePair(
      imageSide: photograph.side, rgb: photograph.rgb, labelSide: masks.side, parts: masks.parts,
      decisions: LabelDecisions(between: masks.between))
  }

  private static func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// The entries and faults that were found so far.
  private struct Listing {
    var entries: [Int: Entry] = [:]
    private var found: [(fault: DatasetError, number: Int?)] = []
    /// The numbers of a subset; nil without a subset.
    private var chosen: Set<Int>?

    /// The faults; of a subset, only those of files with its numbers.
    var faults: [DatasetError] {
      found.filter { fault in
        chosen.map { chosen in fault.number.map(chosen.contains) ?? false } ?? true
      }.map(\.fault)
    }

    /// Appends a fault of a file, with the number in its name.
    mutating func add(_ fault: DatasetError, of number: Int?) { found.append((fault, number)) }

    /// Keeps the photographs of a subset.
    mutating func choose(_ names: [String], in folder: URL) throws(DatasetError) {
      let numbers = names.map { Self.number(Subset.base($0)) }
      let unknown = zip(names, numbers).filter { $0.1.flatMap { entries[$0] } == nil }
      try Subset.requireNone(unknown.map(\.0), in: folder)
      let chosen = Set(numbers.compactMap(\.self))
      entries = entries.filter { chosen.contains($0.key) }
      self.chosen = chosen
    }

    mutating func addImages(_ folder: URL) throws(DatasetError) {
      for name in try FileListing.names(folder) {
        let file = folder.appendingPathComponent(name)
        let (base, kind) = FileListing.split(name)
        guard kind == "jpg", let number = Self.number(base), String(number) == base else {
          add(
            DatasetError(file.path, "is not named N.jpg", "remove it, or rename it to its number"),
            of: Self.number(base))
          continue
        }
        if let other = entries.updateValue(Entry(number: number, image: file), forKey: number) {
          add(
            DatasetError(
              file.path, "has the same number as \(other.image.lastPathComponent)",
              "remove one of the two"), of: number)
        }
      }
      if entries.isEmpty {
        add(DatasetError(folder.path, "contains no photograph N.jpg", "check the path"), of: nil)
      }
    }

    mutating func addMasks(_ folder: URL) throws(DatasetError) {
      for group in try FileListing.names(folder) {
        let inner = folder.appendingPathComponent(group)
        guard Folder.exists(inner) else {
          // The distribution has a table of names next to the folders.
          let (base, kind) = FileListing.split(group)
          if kind == "png" {
            add(
              DatasetError(
                inner.path, "lies outside the numbered folders", "move it into one of them"),
              of: Self.number(String(base.prefix { $0 != "_" })))
          }
          continue
        }
        for name in try FileListing.names(inner) { addMask(inner.appendingPathComponent(name)) }
      }
    }

    private mutating func addMask(_ file: URL) {
      let (base, kind) = FileListing.split(file.lastPathComponent)
      let words = base.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
      let named = Self.number(String(words.first ?? ""))
      guard kind == "png", words.count == 2, let number = named else {
        add(
          DatasetError(file.path, "is not named NNNNN_part.png", "remove it or rename it"),
          of: named)
        return
      }
      guard let label = SourceLabel.allCases.first(where: { $0.fileName == String(words[1]) })
      else {
        let known = SourceLabel.allCases.compactMap(\.fileName).joined(separator: ", ")
        add(
          DatasetError(file.path, "names the unknown part \(words[1])", "expected one of \(known)"),
          of: number)
        return
      }
      guard entries[number] != nil else {
        add(
          DatasetError(
            file.path, "has no photograph \(number).jpg in \(AnnotatedFolder.imageFolder)",
            "copy the photograph, or remove its masks"), of: number)
        return
      }
      if let other = entries[number]?.masks.updateValue(file, forKey: label) {
        add(
          DatasetError(file.path, "shows the same part as \(other.path)", "remove one of the two"),
          of: number)
      }
    }

    /// Returns the number that a text of at most nine digits represents, or nil for any other text.
    private static func number(_ text: String) -> Int? {
      text.utf8.allSatisfy { (48...57).contains($0) } && text.utf8.count <= 9 ? Int(text) : nil
    }
  }
}
