import Camera
import Foundation
import Messages
import TensorFiles

/// The data that a user names: a folder, a pack, or `procedural:COUNT[,SEED]`.
public enum DatasetInput: Sendable {
  /// The layout of the data.
  public enum Layout: String, Sendable {
    /// A prepared pack.
    case pack
    /// CelebAMask-HQ as it is distributed.
    case annotated
    /// A folder with `images/` and `labels/`.
    case labelMaps
    /// Procedural portraits.
    case procedural
  }

  /// A prepared pack.
  case pack(PortraitPack)
  /// Any other data, with the faults of the listing.
  case source(any PortraitSource, faults: [DatasetError])

  /// Returns the layout of the data that a text names.
  ///
  /// - Parameter text: the path of a folder, or `procedural:COUNT[,SEED]`.
  /// - Returns: the layout.
  /// - Throws: `DatasetError` if the folder has none of the layouts, or more than one.
  public static func layout(of text: String) throws(DatasetError) -> Layout {
    if text.hasPrefix(ProceduralSource.prefix) { return .procedural }
    let folder = URL(fileURLWithPath: text)
    guard Folder.exists(folder) else {
      throw DatasetError(
        text, "is not a folder",
        "name a folder, or procedural:COUNT[,SEED] for procedural portraits")
    }
    func has(_ names: String...) -> Bool {
      names.allSatisfy { Folder.exists(folder.appendingPathComponent($0)) }
    }
    let found: [Layout] = [
      PortraitPack.isPack(folder) ? .pack : nil,
      has(AnnotatedFolder.imageFolder, AnnotatedFolder.maskFolder) ? .annotated : nil,
      has(LabelMapFolder.imageFolder, LabelMapFolder.labelFolder) ? .labelMaps : nil,
    ].compactMap(\.self)
    guard let layout = found.first, found.count == 1 else {
      throw DatasetError(
        text,
        found.isEmpty
          ? "contains no data set: neither CelebA-HQ-img with CelebAMask-HQ-mask-anno, nor images "
            + "with labels, nor pack.json"
          : "contains more than one data set",
        "name the folder that directly contains one of these")
    }
    return layout
  }

  /// Finds data and lists them.
  ///
  /// - Parameters:
  ///   - text: the path of a folder, or `procedural:COUNT[,SEED]`.
  ///   - scheme: the numbering of the label maps; required for `images/` with `labels/`, and not
  ///     allowed for other layouts.
  ///   - camera: the camera of procedural portraits, with the distribution of its poses.
  ///   - verifies: whether every byte of a pack is checked.
  /// - Throws: a one-line error if there are no data, or if the scheme is missing or not allowed.
  public init(
    _ text: String, scheme: LabelScheme? = nil, camera: Camera = Camera(), verifies: Bool = true
  ) throws {
    let layout = try Self.layout(of: text)
    if let complaint = Self.complaint(layout, scheme) {
      throw DatasetError(text, complaint.problem, complaint.remedy)
    }
    let folder = URL(fileURLWithPath: text)
    switch (layout, scheme) {
    case (.labelMaps, let scheme?):
      let source = try LabelMapFolder(listing: folder, scheme: scheme)
      self = .source(source, faults: source.faults)
    case (.procedural, _): self = .source(try ProceduralSource(text, camera: camera), faults: [])
    case (.pack, _): self = .pack(try PortraitPack.open(folder, verifies: verifies))
    default:
      let source = try AnnotatedFolder(listing: folder)
      self = .source(source, faults: source.faults)
    }
  }

  /// Returns the problem with this label scheme, or with its absence, for a layout.
  ///
  /// - Parameters:
  ///   - layout: the layout of the data.
  ///   - scheme: the numbering of the label maps, or nil if none was given.
  /// - Returns: the problem and its remedy, or nil if there is none.
  public static func complaint(
    _ layout: Layout, _ scheme: LabelScheme?
  ) -> (problem: String, remedy: String)? {
    switch (layout, scheme) {
    case (.labelMaps, nil):
      (
        "contains label maps whose numbering is not given",
        "add --classes 19 (CelebAMask-HQ's labels), bisenet (face-parsing.PyTorch's) or 13 (this "
          + "project's)"
      )
    case (.labelMaps, _?), (_, nil): nil
    default: ("contains no label maps, so no numbering applies", "leave --classes out")
    }
  }

  /// Returns the source if its listing has no faults.
  ///
  /// - Returns: the source.
  /// - Throws: the first fault with the number of other faults, or an error if the data are a pack.
  public func usableSource() throws(DatasetError) -> any PortraitSource {
    switch self {
    case .pack(let pack):
      throw DatasetError(
        pack.summary, "is already a pack of \(pack.size) × \(pack.size)",
        "prepare the original files")
    case .source(let source, let faults):
      guard let first = faults.first else { return source }
      let others = faults.count == 1 ? "" : " (and \(counted(faults.count - 1, "more fault")))"
      throw DatasetError(
        first.place, first.problem + others,
        "\(first.remedy); ssgan3d dataset check lists everything")
    }
  }
}
