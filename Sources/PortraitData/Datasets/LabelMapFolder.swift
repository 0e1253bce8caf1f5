import Foundation
import TensorFiles

/// A folder with `images/` and `labels/`: photographs and, under the same base name, label maps.
///
/// Photographs are JPEG or PNG, label maps PNG (palette or grey). The number of their labels is
/// told, never guessed: both schemes use small numbers, and a mix-up would still look like a map.
public struct LabelMapFolder: PortraitSource {
  /// Where the photographs are, below the folder.
  public static let imageFolder = "images"
  /// Where the label maps are, below the folder.
  public static let labelFolder = "labels"

  /// The base names, in order.
  public let ids: [String]
  /// How label maps are read.
  public let scheme: LabelScheme
  /// What is wrong with the folder, a line each; empty for one that can be trained on.
  public let faults: [DatasetError]

  private let entries: [(image: URL, labels: URL)]

  /// Lists the folder.
  ///
  /// - Parameters:
  ///   - folder: what holds `images` and `labels`.
  ///   - scheme: how label maps are read.
  /// - Throws: `DatasetError` when a folder cannot be listed.
  public init(listing folder: URL, scheme: LabelScheme) throws(DatasetError) {
    var faults: [DatasetError] = []
    let images = try Self.files(
      folder.appendingPathComponent(Self.imageFolder), kinds: PictureFile.kinds, &faults)
    let labels = try Self.files(
      folder.appendingPathComponent(Self.labelFolder), kinds: ["png"], &faults)
    if images.isEmpty {
      faults.append(DatasetError(folder.path, "images holds no photograph", "check the path"))
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

  /// How many pairs of which kind.
  public var summary: String { "\(ids.count) pictures with maps of \(scheme.rawValue) labels" }

  /// Over every photograph and label map, and the scheme.
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

  /// The files of a folder by base name.
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
            file.path, "has the base name of \(other.lastPathComponent)", "remove one of the two"))
      }
    }
    return files
  }
}
