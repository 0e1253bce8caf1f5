import Messages
import PortraitClasses

/// A judgment whether label maps, read in one numbering, can show upright portraits.
///
/// Maps of another numbering hold no impossible label, but their parts lie in impossible places: a
/// nose above the eyes, a mouth as large as the hair. The bounds are wide. The 4 993 maps of
/// CelebAMask-HQ that they were tried on raise no objection in their own numbering, and neither do
/// procedural portraits.
struct PortraitPlausibility: Sendable {
  /// What speaks against the numbering, one clause each; empty if nothing does.
  let objections: [String]

  /// A part of a portrait, or a lip.
  private enum Region: Hashable {
    case part(PartClass)
    case upperLip, lowerLip

    var name: String {
      switch self {
      case .part(let part): "\(part)"
      case .upperLip: "upper lip"
      case .lowerLip: "lower lip"
      }
    }
    /// Whether the name is a plural, for example "eyes".
    var isPlural: Bool {
      [.part(.eyes), .part(.brows), .part(.ears), .part(.earrings), .part(.glasses)].contains(self)
    }
  }

  /// Regions of which the first lies above the second, by the means of their rows.
  private static let order: [(Region, Region)] = [
    (.part(.brows), .part(.eyes)), (.part(.eyes), .part(.nose)), (.part(.eyes), .part(.mouth)),
    (.part(.nose), .part(.mouth)), (.part(.glasses), .part(.mouth)), (.upperLip, .lowerLip),
    (.part(.hair), .part(.mouth)), (.part(.hat), .part(.nose)), (.part(.face), .part(.neck)),
    (.part(.mouth), .part(.neck)), (.part(.mouth), .part(.cloth)),
    (.part(.eyes), .part(.earrings)), (.part(.ears), .part(.neck)),
  ]

  /// The largest area of a part, as a multiple of the face's.
  private static let largest: [(PartClass, Double)] = [
    (.eyes, 0.35), (.brows, 0.35), (.nose, 0.5), (.mouth, 0.6), (.ears, 0.6), (.earrings, 0.6),
    (.glasses, 1.2),
  ]

  /// The number of pairs from which on it is remarkable that a class is in all or in none of them.
  private static let manyPairs = 8

  /// Judges maps.
  ///
  /// - Parameters:
  ///   - surveys: the maps.
  ///   - scheme: the numbering in which they are read.
  init(_ surveys: [LabelSurvey], _ scheme: LabelScheme) {
    let maps = surveys.map { Self.regions($0, scheme) }
    objections =
      Self.order.compactMap { Self.reversal(of: $0, in: maps) }
      + Self.largest.compactMap { Self.excess(of: $0, in: maps) }
      + Self.presence(in: maps)
  }

  private static func regions(
    _ survey: LabelSurvey, _ scheme: LabelScheme
  ) -> [Region: LabelSurvey.Region] {
    let (parts, labels) = (scheme.partOfLabel, scheme.sourceLabels)
    var regions: [Region: LabelSurvey.Region] = [:]
    for (label, found) in survey.regions where Int(label) < parts.count {
      guard let part = PartClass(rawValue: Int(parts[Int(label)])) else { continue }
      regions[.part(part), default: .init()].add(found)
      switch labels?[Int(label)] {
      case .upperLip: regions[.upperLip, default: .init()].add(found)
      case .lowerLip: regions[.lowerLip, default: .init()].add(found)
      default: break
      }
    }
    return regions
  }

  /// Returns an objection if two regions lie in the wrong order in most pairs that show both.
  private static func reversal(
    of pair: (upper: Region, lower: Region), in maps: [[Region: LabelSurvey.Region]]
  ) -> String? {
    let both = maps.compactMap { map -> Bool? in
      guard let upper = map[pair.upper], let lower = map[pair.lower] else { return nil }
      return upper.meanRow > lower.meanRow
    }
    let reversed = both.count { $0 }
    guard 2 * reversed > both.count else { return nil }
    return
      "\(pair.upper.name) \(pair.upper.isPlural ? "lie" : "lies") below \(pair.lower.name) in \(reversed) of "
      + counted(both.count, "pair")
  }

  /// Returns an objection if a part is too large, on average over the pairs that show it.
  private static func excess(
    of bound: (part: PartClass, share: Double), in maps: [[Region: LabelSurvey.Region]]
  ) -> String? {
    let shares = maps.compactMap { map -> Double? in
      guard let part = map[.part(bound.part)], let face = map[.part(.face)] else { return nil }
      return Double(part.pixels) / Double(face.pixels)
    }
    let mean = shares.reduce(0, +) / Double(max(1, shares.count))
    guard mean > bound.share else { return nil }
    return
      "\(bound.part) \(Region.part(bound.part).isPlural ? "have" : "has") \(Int((100 * mean).rounded())) % of the area of the face"
  }

  /// Returns objections to parts that are in no pair or, of many pairs, in every one.
  private static func presence(in maps: [[Region: LabelSurvey.Region]]) -> [String] {
    func count(_ parts: PartClass...) -> Int {
      maps.count { map in parts.contains { map[.part($0)] != nil } }
    }
    guard !maps.isEmpty else { return [] }
    let isMany = maps.count >= manyPairs
    var found = [PartClass.nose, .mouth].filter { count($0) == 0 }.map { "no pair shows \($0)" }
    if count(.eyes, .glasses) == 0 { found.append("no pair shows eyes or glasses") }
    if isMany {
      found += [PartClass.brows, .hair].filter { count($0) == 0 }.map { "no pair shows \($0)" }
      found += [PartClass.glasses, .hat, .earrings].filter { count($0) == maps.count }
        .map { "every pair shows \($0)" }
    }
    return found
  }
}

extension LabelScheme {
  /// Returns a warning if label maps read in this scheme can hardly show portraits.
  ///
  /// - Parameters:
  ///   - surveys: the labels of the maps as they are in the files.
  ///   - isNamed: whether the user named this scheme and could name another.
  /// - Returns: one line that names the objections and, if there is one, a likelier scheme; nil if
  ///   nothing speaks against this scheme.
  func warning(about surveys: [LabelSurvey], isNamed: Bool = true) -> String? {
    let objections = PortraitPlausibility(surveys, self).objections
    guard !objections.isEmpty else { return nil }
    let named = objections.prefix(3).joined(separator: ", ")
    let more = objections.count > 3 ? " and \(objections.count - 3) more" : ""
    let look = "look at overlay.png of ssgan3d dataset check"
    guard isNamed else {
      return "the classes look unlikely for portraits: \(named)\(more); \(look)"
    }
    let advice =
      likelier(for: surveys, than: objections.count).map { "--classes \($0.rawValue) is likelier" }
      ?? "check --classes, and \(look)"
    return "the classes look unlikely for portraits with --classes \(rawValue): \(named)\(more); "
      + advice
  }

  /// Returns the scheme with the fewest objections; nil if none has fewer than `count`.
  private func likelier(for surveys: [LabelSurvey], than count: Int) -> LabelScheme? {
    let others = Self.allCases.filter { $0 != self && $0.hasColors == hasColors }
    return others.compactMap { other -> (scheme: LabelScheme, objections: Int)? in
      guard let read = surveys.map({ other.reading($0, of: self) }) as? [LabelSurvey] else {
        return nil
      }
      return (other, PortraitPlausibility(read, other).objections.count)
    }.filter { $0.objections < count }.min { $0.objections < $1.objections }?.scheme
  }

  /// Returns a survey as this scheme would make it of the same file; nil if it lacks a label.
  private func reading(_ survey: LabelSurvey, of other: LabelScheme) -> LabelSurvey? {
    guard let mine = colorTable, let theirs = other.colorTable else {
      return survey.regions.keys.allSatisfy { Int($0) < partOfLabel.count } ? survey : nil
    }
    // The labels of a colored map are positions in its table: only the colors are in the file.
    return survey.relabeled { label in
      label == 0 ? 0 : theirs.color(of: label).flatMap(mine.label)
    }
  }
}
