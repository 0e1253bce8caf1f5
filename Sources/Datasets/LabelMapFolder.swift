import Foundation
import TensorFiles

/// A folder with `images/` and `labels/`: photographs, and label maps with the same base names.
///
/// Photographs are JPEG or PNG files; label maps are PNG files (palette or gray). The label scheme
/// must be given and is never guessed: all schemes use small numbers, so a wrong scheme would still
/// give a plausible map.
public struct LabelMapFolder: PortraitSource {
  /// The subfolder of the photographs.
  public static let imageFolder = "images"
  /// The subfolder of the label maps.
  public static let labelFolder = "labels"

  /// The base names, in order.
  public let ids: [String]
  /// The numbering of the label maps.
  public let scheme: LabelScheme
  /// The faults of the folder, one line each; empty if the folder can be used for training.
  public let faults: [DatasetError]

  private let entries: [(image: URL, labels: URL)]

  /// Lists the folder.
  ///
  /// - Parameters:
  ///   - folder: the folder that contains `images` and `labels`.
  ///   - scheme: the numbering of the label maps.
  /// - Throws: `DatasetError` if a folder cannot be listed.
  public init(listing folder: URL, scheme: LabelScheme) throws(DatasetError) {
    var faults: [DatasetError] = []
    let images = try Self.files(
      folder.appendingPathComponent(Self.imageFolder), kinds: PictureFile.kinds, &faults)
    let labels = try Self.files(
      folder.appendingPathComponent(Self.labelFolder), kinds: ["png"], &faults)
    if images.isEmpty {
      faults.append(DatasetError(folder.path, "images contains no photographs", "check the path"))
    }
    for (base, file) in images.sorted(by: { $0.key < $1.key }) where labels[base] == nil {
      faults.append(
        DatasetError(
          file.path, "has no label map labels/\(base).png", "add it, or remove the photograph"))
    }
    for (base, file) in labels.sorted(by: { $0.key < $1.key }) where images[base] == nil {
      faults.append(
        DatasetError(file.path, "has no photograph in images", "add it, or remove the label map"))
    }
    let pairs = images.compactMap { base, image in labels[base].map { (base, image, $0) } }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    self.faults = faults
    self.scheme = scheme
    ids = pairs.map(\.0)
    entries = pairs.map { ($0.1, $0.2) }
  }

  /// The number of pairs and the label scheme, in words.
  public var summary: String { "\(ids.count) pictures with maps of \(scheme.rawValue) labels" }

  /// A fingerprint of every photograph, every label map and the label scheme.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    fingerprint.add(scheme.rawValue)
    for entry in entries {
      fingerprint.add(entry.image)
      fingerprint.add(entry.labels)
    }
    return fingerprint.text
  }

  /// Reads a photograph and its label map.
  public func stored(_ index: Int) throws -> SourcePair {
    let entry = entries[index]
    let photograph = try PictureFile.photograph(entry.image)
    let (side, labels) = try PictureFile.labels(entry.labels)
    return SourcePair(
      imageSide: photograph.side, rgb: photograph.rgb, labelSide: side,
      parts: try scheme.parts(of: labels, name: entry.labels.path))
  }

  /// Returns the files of a folder by base name, and appends the faults of other files.
  private static func files(
    _ folder: URL, kinds: [String], _ faults: inout [DatasetError]
  ) throws(DatasetError) -> [String: URL] {
    var files: [String: URL] = [:]
    for name in try FileListing.names(folder) {
      let file = folder.appendingPathComponent(name)
      let (base, kind) = FileListing.split(name)
      guard kinds.contains(kind) else {
        faults.append(
          DatasetError(
            file.path, "does not end in .\(kinds.joined(separator: ", ."))", "convert or remove it")
        )
        continue
      }
      if let other = files.updateValue(file, forKey: base) {
        faults.append(
          DatasetError(
            file.path, "has the same base name as \(other.lastPathComponent)",
            "remove one of the two"))
      }
    }
    return files
  }
}
