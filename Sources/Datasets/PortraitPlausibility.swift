import Messages
import PortraitClasses

/// A judgment whether label maps, read in one numbering, can show upright portraits.
///
/// Maps of another numbering hold no impossible label, but their parts lie in impossible places: a
/// nose above the eyes, a mouth as large as the hair. The bounds are wide. 4 993 maps of CelebAMask-HQ,
/// judged together, raise no objection in their own numbering, and neither do procedural portraits.
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

  /// The parts that lie inside a face.
  static let innerParts: [PartClass] = [.eyes, .brows, .mouth, .nose]

  /// The number of pairs from which on it is remarkable that a class is in all or in none of them.
  private static let manyPairs = 8
  /// The number of pairs that an objection names.
  private static let namedPairs = 3

  /// One map in the terms of a portrait.
  private struct Map {
    let name: String
    var regions: [Region: LabelSurvey.Region] = [:]
    var isFaceMissingAroundParts = false

    subscript(region: Region) -> LabelSurvey.Region? { regions[region] }
    subscript(part: PartClass) -> LabelSurvey.Region? { regions[.part(part)] }

    init(_ survey: LabelSurvey, _ scheme: LabelScheme) {
      let (parts, labels) = (scheme.partOfLabel, scheme.sourceLabels)
      func part(_ label: UInt8) -> UInt8? { Int(label) < parts.count ? parts[Int(label)] : nil }
      name = survey.name
      for (label, found) in survey.regions {
        guard let part = part(label).flatMap({ PartClass(rawValue: Int($0)) }) else { continue }
        regions[.part(part), default: .init()].add(found)
        switch labels?[Int(label)] {
        case .upperLip: regions[.upperLip, default: .init()].add(found)
        case .lowerLip: regions[.lowerLip, default: .init()].add(found)
        default: break
        }
      }
      isFaceMissingAroundParts = survey.relabeled(part)?.isFaceMissingAroundParts ?? false
    }
  }

  /// Judges maps.
  ///
  /// - Parameters:
  ///   - surveys: the maps.
  ///   - scheme: the numbering in which they are read.
  init(_ surveys: [LabelSurvey], _ scheme: LabelScheme) {
    let maps = surveys.map { Map($0, scheme) }
    objections =
      Self.order.compactMap { Self.reversal(of: $0, in: maps) }
      + Self.largest.compactMap { Self.excess(of: $0, in: maps) }
      + Self.presence(in: maps) + Self.exchange(in: maps)
  }

  /// Returns " in 2 of 6 pairs (a, b)"; the names are left out if it is every pair.
  private static func place(_ found: [Map], of count: Int, in maps: [Map]) -> String {
    let names = found.prefix(namedPairs).map(\.name) + (found.count > namedPairs ? ["…"] : [])
    return " in \(found.count) of \(counted(count, "pair"))"
      + (found.count < maps.count ? " (\(names.joined(separator: ", ")))" : "")
  }

  /// Returns an objection if two regions lie in the wrong order in most pairs that show both.
  private static func reversal(
    of pair: (upper: Region, lower: Region), in maps: [Map]
  ) -> String? {
    let both = maps.filter { $0[pair.upper] != nil && $0[pair.lower] != nil }
    let reversed = both.filter { map in
      guard let upper = map[pair.upper], let lower = map[pair.lower] else { return false }
      return upper.meanRow > lower.meanRow
    }
    guard 2 * reversed.count > both.count else { return nil }
    return "\(pair.upper.name) \(pair.upper.isPlural ? "lie" : "lies") below \(pair.lower.name)"
      + place(reversed, of: both.count, in: maps)
  }

  /// Returns an objection if a part is too large, on average over the pairs that show it.
  private static func excess(
    of bound: (part: PartClass, share: Double), in maps: [Map]
  ) -> String? {
    let shares = maps.compactMap { map -> Double? in
      guard let part = map[bound.part], let face = map[.face] else { return nil }
      return Double(part.pixels) / Double(face.pixels)
    }
    let mean = shares.reduce(0, +) / Double(max(1, shares.count))
    guard mean > bound.share else { return nil }
    return "\(bound.part) \(Region.part(bound.part).isPlural ? "have" : "has") "
      + "\(Int((100 * mean).rounded())) % of the area of the face"
  }

  /// Returns objections to parts that are in no pair or, of many pairs, in every one.
  private static func presence(in maps: [Map]) -> [String] {
    func count(_ parts: PartClass...) -> Int {
      maps.count { map in parts.contains { map[$0] != nil } }
    }
    guard !maps.isEmpty else { return [] }
    let isMany = maps.count >= manyPairs
    var found = [PartClass.nose, .mouth].filter { count($0) == 0 }.map { "no pair shows \($0)" }
    if count(.eyes, .glasses) == 0 { found.append("no pair shows eyes or glasses") }
    if isMany {
      found += [PartClass.background, .brows, .hair].filter { count($0) == 0 }
        .map { "no pair shows \($0)" }
      found += [PartClass.glasses, .hat, .earrings].filter { count($0) == maps.count }
        .map { "every pair shows \($0)" }
    }
    return found
  }

  /// Returns objections to a face where the background belongs, and the other way around, in any pair.
  private static func exchange(in maps: [Map]) -> [String] {
    let filling = maps.filter { $0[.face]?.corners == 4 }
    let missing = maps.filter(\.isFaceMissingAroundParts)
    return [
      (filling, "the face reaches all four corners"),
      (missing, "eyes, nose and mouth lie in the background"),
    ].filter { !$0.0.isEmpty }.map { $0.1 + place($0.0, of: maps.count, in: maps) }
  }
}

extension LabelSurvey {
  /// Whether the inner parts of a face border on the background and hardly on the face; the labels
  /// are the thirteen parts.
  ///
  /// In 4 993 maps of CelebAMask-HQ, at most 44 % of such borders are with the background.
  var isFaceMissingAroundParts: Bool {
    func border(with other: PartClass) -> Int {
      PortraitPlausibility.innerParts.reduce(0) { sum, part in
        sum + (borders[Border(UInt8(part.rawValue), UInt8(other.rawValue))] ?? 0)
      }
    }
    return border(with: .background) > 2 * border(with: .face)
  }
}
