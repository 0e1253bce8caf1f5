import Camera
import Foundation
import Inspection
import TensorFiles

/// Data as somebody names them: a folder, a pack, or `procedural:COUNT[,SEED]`.
public enum DatasetInput: Sendable {
  /// How data can lie there.
  public enum Layout: String, Sendable {
    /// A prepared pack.
    case pack
    /// CelebAMask-HQ as it is distributed.
    case annotated
    /// `images/` and `labels/`.
    case labelMaps
    /// Portraits made from numbers.
    case procedural
  }

  /// A prepared pack.
  case pack(PortraitPack)
  /// Anything else, and what is wrong with its listing.
  case source(any PortraitSource, faults: [DatasetError])

  /// Which layout a text names.
  ///
  /// - Parameter text: a folder's path, or `procedural:COUNT[,SEED]`.
  /// - Returns: the layout.
  /// - Throws: `DatasetError` when the folder has none of them, or two.
  public static func layout(of text: String) throws(DatasetError) -> Layout {
    if text.hasPrefix(ProceduralPortraits.prefix) { return .procedural }
    let folder = URL(fileURLWithPath: text)
    guard Folder.exists(folder) else {
      throw DatasetError(
        text, "is no folder",
        "name a folder, or procedural:COUNT[,SEED] for portraits made from numbers")
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
          ? "holds no data set: neither CelebA-HQ-img with CelebAMask-HQ-mask-anno, nor images with "
            + "labels, nor pack.json"
          : "holds more than one data set",
        "name the folder right above them")
    }
    return layout
  }

  /// Finds data and lists them.
  ///
  /// - Parameters:
  ///   - text: a folder's path, or `procedural:COUNT[,SEED]`.
  ///   - scheme: how label maps are numbered; given for `images/` with `labels/` and for nothing
  ///     else.
  ///   - camera: what procedural portraits are seen with, and how far it turns.
  ///   - verifies: whether every byte of a pack is checked.
  /// - Throws: an error of one line when there are no data, or the scheme is missing or needless.
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
    case (.procedural, _): self = .source(try ProceduralPortraits(text, camera: camera), faults: [])
    case (.pack, _): self = .pack(try PortraitPack.open(folder, verifies: verifies))
    default:
      let source = try AnnotatedFolder(listing: folder)
      self = .source(source, faults: source.faults)
    }
  }

  /// What is wrong with giving this scheme, or none, for this layout.
  ///
  /// - Parameters:
  ///   - layout: how the data lie.
  ///   - scheme: how label maps are numbered, if that was said.
  /// - Returns: problem and remedy, or nil.
  public static func complaint(
    _ layout: Layout, _ scheme: LabelScheme?
  ) -> (problem: String, remedy: String)? {
    switch (layout, scheme) {
    case (.labelMaps, nil):
      (
        "has label maps, which do not say how they are numbered",
        "add --classes 19 (CelebAMask-HQ's labels), bisenet (face-parsing.PyTorch's) or 13 (this "
          + "project's)"
      )
    case (.labelMaps, _?), (_, nil): nil
    default: ("has no label maps whose numbers could be chosen", "leave --classes out")
    }
  }

  /// The source, when nothing is wrong with its listing.
  ///
  /// - Returns: the source.
  /// - Throws: the first fault, and how many there are; for a pack, that it is one.
  public func usableSource() throws(DatasetError) -> any PortraitSource {
    switch self {
    case .pack(let pack):
      throw DatasetError(
        pack.summary, "is a pack already, of \(pack.size) × \(pack.size)",
        "prepare from the original files")
    case .source(let source, let faults):
      guard let first = faults.first else { return source }
      let others = faults.count == 1 ? "" : " (and \(counted(faults.count - 1, "more fault")))"
      throw DatasetError(
        first.place, first.problem + others,
        "\(first.remedy); ssgan3d dataset check lists everything")
    }
  }
}
