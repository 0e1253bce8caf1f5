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
  ///   - reading: what the files do not say; the scheme is required for `images/` with `labels/`, and
  ///     nothing may be said that does not apply to the layout.
  ///   - camera: the camera of procedural portraits, with the distribution of its poses.
  ///   - verifies: whether every byte of a pack is checked.
  /// - Throws: a one-line error if there are no data, or if the reading does not fit their layout.
  public init(
    _ text: String, _ reading: DataReading = DataReading(), camera: Camera = Camera(),
    verifies: Bool = true
  ) throws {
    let layout = try Self.layout(of: text)
    if let complaint = Self.complaint(layout, reading) {
      throw DatasetError(text, complaint.problem, complaint.remedy)
    }
    let folder = URL(fileURLWithPath: text)
    switch (layout, reading.scheme) {
    case (.labelMaps, let scheme?):
      let source = try LabelMapFolder(listing: folder, scheme: scheme, reading)
      self = .source(source, faults: source.faults)
    case (.procedural, _): self = .source(try ProceduralSource(text, camera: camera), faults: [])
    case (.pack, _): self = .pack(try PortraitPack.open(folder, verifies: verifies))
    default:
      let source = try AnnotatedFolder(listing: folder, reading)
      self = .source(source, faults: source.faults)
    }
  }

  /// Returns the problem with a reading for a layout: what is missing, or what does not apply.
  ///
  /// - Parameters:
  ///   - layout: the layout of the data.
  ///   - reading: what the user said about them.
  /// - Returns: the problem and its remedy, or nil if there is none.
  public static func complaint(
    _ layout: Layout, _ reading: DataReading
  ) -> (problem: String, remedy: String)? {
    let isFolder = layout == .labelMaps || layout == .annotated
    switch true {
    case layout == .labelMaps && reading.scheme == nil:
      return (
        "contains label maps whose numbering is not given", "add --classes \(LabelScheme.choices)"
      )
    case layout != .labelMaps && reading.scheme != nil:
      return ("contains no label maps, so no numbering applies", "leave --classes out")
    case layout != .labelMaps && reading.ignored != nil:
      return ("contains no label maps, so no label is ignored", "leave --ignore out")
    case layout != .annotated && reading.maskThreshold != nil:
      return (
        "contains no masks of single parts, so no threshold applies",
        "leave --mask-threshold out"
      )
    case !isFolder && reading.subset != nil:
      return (
        layout == .pack ? "is a pack, which has its pairs" : "is procedural, without names",
        layout == .pack ? "give --subset when you prepare it" : "leave --subset out"
      )
    default: return nil
    }
  }

  /// The number of pairs by which ``warning()`` judges.
  private static let judgedPairs = 64

  /// Returns a warning if the classes can hardly be those of portraits, in one line; otherwise nil.
  ///
  /// Pairs spread evenly over the data are read; those that cannot be read are left out.
  public func warning() -> String? {
    // Procedural portraits have the right classes by construction, and casting them takes time.
    if case .source(is ProceduralSource, _) = self { return nil }
    let count = min(ids.count, Self.judgedPairs)
    let surveys = Concurrent.results(0..<count) { place in
      let index = place * ids.count / count
      return try stored(index).survey.named(ids[index])
    }
    return warning(about: surveys.compactMap { try? $0.get() })
  }

  /// Returns a warning about pairs that were read from these data.
  func warning(about surveys: [LabelSurvey]) -> String? {
    switch self {
    case .pack: LabelScheme.parts.warning(about: surveys, isNamed: false)
    case .source(let source, _): source.warning(about: surveys)
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
