import Foundation
import PortraitClasses
import ProceduralPortraits
import Testing

@testable import Datasets

@Suite("Plausibility of classes")
struct PlausibilityTests {
  /// The label maps of procedural portraits.
  private static let maps = (0..<12).map { seed in
    PortraitScene(.random(seed: seed)).render(size: 64, samplesPerPixel: 1).labels
  }

  /// A label of each scheme for every part; of the lips, the mouth's own.
  private static let labels: [LabelScheme: [UInt8]] = [
    .parts: Array(0..<13),
    .celebAMaskHQ: [0, 1, 4, 6, 10, 2, 8, 13, 17, 18, 3, 14, 15],
    .faceParsing: [0, 1, 4, 2, 11, 10, 7, 17, 14, 16, 6, 18, 9],
  ]

  /// Returns the surveys of maps that are written in a scheme.
  private func surveys(_ scheme: LabelScheme, _ seeds: Range<Int> = 0..<12) -> [LabelSurvey] {
    seeds.map { seed in
      LabelSurvey(
        Self.maps[seed].map { Self.labels[scheme]?[Int($0)] ?? 0 }, side: 64)
    }
  }

  @Test(arguments: [LabelScheme.parts, .celebAMaskHQ, .faceParsing])
  func theRightNumberingRaisesNoWarning(scheme: LabelScheme) {
    #expect(scheme.warning(about: surveys(scheme)) == nil)
    for seed in 0..<12 {
      #expect(scheme.warning(about: surveys(scheme, seed..<seed + 1)) == nil, "seed \(seed)")
    }
  }

  /// Maps in one numbering, read in another, are recognized, all together and each alone.
  @Test(arguments: [
    (LabelScheme.parts, LabelScheme.celebAMaskHQ), (.parts, .faceParsing),
    (.celebAMaskHQ, .faceParsing), (.faceParsing, .celebAMaskHQ),
  ])
  func anotherNumberingIsNamed(written: LabelScheme, read: LabelScheme) {
    let warning = read.warning(about: surveys(written))
    #expect(warning?.contains("--classes \(read.rawValue):") == true, "\(warning ?? "none")")
    #expect(warning?.hasSuffix("--classes \(written.rawValue) is likelier") == true)
    #expect(warning?.contains("\n") == false)
    for seed in 0..<12 {
      let alone = read.warning(about: surveys(written, seed..<seed + 1))
      #expect(
        alone?.hasSuffix("--classes \(written.rawValue) is likelier") == true,
        "seed \(seed): \(alone ?? "none")")
    }
  }

  /// Every objection, by maps of 4 rows in which one label fills a row each.
  @Test func everyKindOfObjectionIsRaised() {
    func objections(_ rows: [UInt8], _ scheme: LabelScheme, count: Int = 1) -> [String] {
      let survey = LabelSurvey(
        rows.flatMap { [UInt8](repeating: $0, count: rows.count) }, side: rows.count)
      return PortraitPlausibility([LabelSurvey](repeating: survey, count: count), scheme).objections
    }
    // Skin, eyes, nose, mouth from the top; each is as large as the face.
    let sizes = objections([1, 2, 5, 4], .parts)
    #expect(
      sizes == [
        "eyes have 100 % of the area of the face", "nose has 100 % of the area of the face",
        "mouth has 100 % of the area of the face",
      ])
    let face = [UInt8](repeating: 1, count: 20)
    #expect(
      objections(face + [4, 5, 2], .parts) == [
        "eyes lie below nose in 1 of 1 pair", "eyes lie below mouth in 1 of 1 pair",
        "nose lies below mouth in 1 of 1 pair",
      ])
    #expect(
      objections(face + [2, 5, 4], .parts, count: 8) == [
        "no pair shows background", "no pair shows brows", "no pair shows hair",
      ])
    #expect(objections(face + [2, 5, 4], .parts, count: 7).isEmpty)
    #expect(
      objections([0, 7, 11, 3] + face + [2, 5, 4, 12], .parts, count: 8)
        == ["every pair shows hat", "every pair shows earrings"])
    #expect(
      objections([0] + face, .parts)
        == ["no pair shows nose", "no pair shows mouth", "no pair shows eyes or glasses"])
    #expect(
      objections(face + [2, 5, 4] + face, .parts)
        == ["the face reaches all four corners in 1 of 1 pair"])
    // Around the parts of the face there is background, and the face is elsewhere.
    #expect(
      objections([7] + face + [0, 2, 0, 5, 0, 4, 0], .parts)
        == ["eyes, nose and mouth lie in the background in 1 of 1 pair"])
    // In CelebAMask-HQ's numbering, 12 is the lower lip and 11 the upper one.
    #expect(
      objections(face + [4, 2, 12, 11], .celebAMaskHQ)
        == ["upper lip lies below lower lip in 1 of 1 pair"])
  }

  /// A few maps of another numbering among many are named, in either order.
  @Test(arguments: [
    (LabelScheme.parts, LabelScheme.celebAMaskHQ), (.celebAMaskHQ, .faceParsing),
    (.faceParsing, .celebAMaskHQ),
  ])
  func mixedNumberingsAreNamedByPair(few: LabelScheme, many: LabelScheme) throws {
    let mixed =
      surveys(few, 0..<2).enumerated().map { $1.named("f\($0)") }
      + surveys(many, 2..<12).enumerated().map { $1.named("x\($0)") }
    for maps in [mixed, mixed.reversed()] {
      let warning = try #require(many.warning(about: maps))
      #expect(
        warning.contains("f0") && warning.contains("f1") && !warning.contains("x"), "\(warning)")
      #expect(warning.hasPrefix("2 pairs of 12 ("), "\(warning)")
      #expect(
        warning.hasSuffix(
          "look like --classes \(few.rawValue), not --classes \(many.rawValue); keep label maps of "
            + "one kind in a folder"), "\(warning)")
    }
    let alone = try #require(many.warning(about: Array(mixed.dropFirst())))
    #expect(alone.hasPrefix("1 pair of 11 (f1) looks like --classes \(few.rawValue)"), "\(alone)")
  }

  /// Maps that are upside down are not blamed on their numbering, together and each alone.
  @Test(arguments: [LabelScheme.parts, .celebAMaskHQ, .faceParsing])
  func mapsUpsideDownAreRecognized(scheme: LabelScheme) throws {
    let maps = (0..<12).map { seed -> LabelSurvey in
      let labels = Self.maps[seed].map { Self.labels[scheme]?[Int($0)] ?? 0 }
      let rows = stride(from: 0, to: labels.count, by: 64).map { labels[$0..<$0 + 64] }
      return LabelSurvey(rows.reversed().flatMap(\.self), side: 64)
    }
    for chosen in [maps] + maps.map({ [$0] }) {
      let warning = try #require(scheme.warning(about: chosen))
      #expect(warning.contains("the maps look upside down"), "\(warning)")
      #expect(!warning.contains("likelier"), "\(warning)")
    }
    #expect(surveys(scheme, 3..<4)[0].upsideDown == maps[3])
  }

  /// Face and background exchanged in one of many maps: the pair is named.
  @Test func exchangedFaceAndBackgroundAreNamed() throws {
    let maps = (0..<6).map { seed -> LabelSurvey in
      let labels = Self.maps[seed].map { seed == 4 && $0 < 2 ? 1 - $0 : $0 }
      return LabelSurvey(labels, side: 64).named("p\(seed)")
    }
    let warning = try #require(LabelScheme.parts.warning(about: maps))
    #expect(warning.contains("in 1 of 6 pairs (p4)"), "\(warning)")
    #expect(warning.contains("lie in the background"), "\(warning)")
  }

  /// The layout of CelebAMask-HQ and packs have no numbering to choose.
  @Test func dataWithoutANumberingAreJudgedToo() throws {
    let folder = try DataFolder()
    try folder.writeAnnotated(1)
    let warning = try DatasetInput(folder.url.path).warning()
    #expect(warning?.contains("no pair shows nose") == true)
    #expect(warning?.contains("--classes") == false)
    #expect(try DatasetInput("procedural:9").warning() == nil)
  }
}
