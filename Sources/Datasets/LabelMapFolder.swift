import Foundation
import TensorFiles

/// A folder with `images/` and `labels/`: photographs, and label maps with the same base names.
///
/// Photographs are JPEG or PNG files; label maps are PNG files (see ``LabelMap``). The label scheme
/// must be given and is never guessed: all schemes use small numbers, so a wrong scheme would still
/// give a map.
public struct LabelMapFolder: PortraitSource {
  /// The subfolder of the photographs.
  public static let imageFolder = "images"
  /// The subfolder of the label maps.
  public static let labelFolder = "labels"

  /// The base names, in order.
  public let ids: [String]
  /// The meaning of the label maps' pixels.
  public let scheme: LabelScheme
  /// The reading that the user asked for.
  private let reading: DataReading
  /// The number of pairs before a subset was chosen; nil without a subset.
  private let wholeCount: Int?
  /// The faults of the folder, one line each; empty if the folder can be used for training.
  public let faults: [DatasetError]

  private let entries: [(image: URL, labels: URL)]

  /// Lists the folder.
  ///
  /// - Parameters:
  ///   - folder: the folder that contains `images` and `labels`.
  ///   - scheme: the meaning of the label maps' pixels.
  ///   - reading: the value without a label, and the names of a subset; faults of other files are then
  ///     left out.
  /// - Throws: `DatasetError` if a folder cannot be listed, or if the subset names unknown pairs.
  public init(
    listing folder: URL, scheme: LabelScheme, _ reading: DataReading = DataReading()
  ) throws(DatasetError) {
    var faults: [DatasetError] = []
    let chosen = reading.subset.map { Set($0.map(Subset.base)) }
    var images = try Self.files(
      folder.appendingPathComponent(Self.imageFolder), kinds: PictureFile.kinds, chosen, &faults)
    var labels = try Self.files(
      folder.appendingPathComponent(Self.labelFolder), kinds: ["png"], chosen, &faults)
    wholeCount = chosen == nil ? nil : images.count
    if let chosen {
      try Subset.requireNone(
        (reading.subset ?? []).filter { name in
          let base = Subset.base(name)
          return images[base] == nil && labels[base] == nil
        }, in: folder)
      images = images.filter { chosen.contains($0.key) }
      labels = labels.filter { chosen.contains($0.key) }
    }
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
    self.reading = reading
    ids = pairs.map(\.0)
    entries = pairs.map { ($0.1, $0.2) }
  }

  /// The number of pairs and the label scheme, in words.
  public var summary: String {
    let kind = scheme.hasColors ? "maps in \(scheme.rawValue)" : "maps of \(scheme.rawValue) labels"
    return "\(ids.count) pictures with \(kind)"
      + (reading.ignored.map { ", \(scheme.name(ofIgnored: $0)) not labeled" } ?? "")
      + (wholeCount.map { ", a subset of \($0)" } ?? "")
  }

  /// A fingerprint of every photograph, every label map and the label scheme.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    var identity = reading
    identity.scheme = scheme
    fingerprint.add(identity.identity)
    for entry in entries {
      fingerprint.add(entry.image)
      fingerprint.add(entry.labels)
    }
    return fingerprint.text
  }

  /// Judges the classes in their numbering, and names a likelier one.
  public func warning(about surveys: [LabelSurvey]) -> String? {
    scheme.warning(about: surveys)
  }

  /// Reads a photograph and its label map.
  public func stored(_ index: Int) throws -> SourcePair {
    let entry = entries[index]
    let photograph = try PictureFile.photograph(entry.image)
    let map = try LabelMap(entry.labels, scheme, ignored: reading.ignored)
    return SourcePair(
      imageSide: photograph.side, rgb: photograph.rgb, labelSide: map.side, parts: map.parts,
      decisions: LabelDecisions(ignored: map.ignored), survey: map.survey)
  }

  /// Returns the files of a folder by base name, and appends the faults of other files.
  ///
  /// If some base names are chosen, files with other base names have no faults.
  static func files(
    _ folder: URL, kinds: [String], _ chosen: Set<String>?, _ faults: inout [DatasetError]
  ) throws(DatasetError) -> [String: URL] {
    var files: [String: URL] = [:]
    for name in try FileListing.names(folder) {
      let file = folder.appendingPathComponent(name)
      let (base, kind) = FileListing.split(name)
      let matters = chosen?.contains(base) ?? true
      guard kinds.contains(kind) else {
        guard matters else { continue }
        faults.append(
          DatasetError(
            file.path, "does not end in .\(kinds.joined(separator: ", ."))", "convert or remove it")
        )
        continue
      }
      if let other = files.updateValue(file, forKey: base), matters {
        faults.append(
          DatasetError(
            file.path, "has the same base name as \(other.lastPathComponent)",
            "remove one of the two"))
      }
    }
    return files
  }
}
