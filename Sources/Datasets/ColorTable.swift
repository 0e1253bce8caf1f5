import PortraitClasses
import TensorFiles

/// The colors in which a known program shows its labels.
///
/// Label maps are numbers. A colored picture of them has the same information only if the table of
/// its colors is known; the order of the colors in a palette file means nothing.
struct ColorTable: Sendable {
  /// The scheme that reads maps in these colors.
  let scheme: LabelScheme
  /// The program or data set whose colors they are.
  let owner: String
  /// The label of every color.
  private let labels: [PaletteColor: UInt8]
  /// The color of every label.
  private let colors: [PaletteColor]

  private init(_ scheme: LabelScheme, owner: String, _ colors: [Int], backgrounds: [Int] = []) {
    self.scheme = scheme
    self.owner = owner
    self.colors = colors.map(Self.color)
    var labels: [PaletteColor: UInt8] = [:]
    for (label, color) in self.colors.enumerated() { labels[color] = UInt8(label) }
    // Programs differ in the color of the background, which they leave black or white.
    for hex in backgrounds { labels[Self.color(hex)] = 0 }
    self.labels = labels
  }

  private init(_ scheme: LabelScheme, exchanging table: ColorTable) {
    self.scheme = scheme
    owner = "\(table.owner), red and blue exchanged"
    func exchanged(_ color: PaletteColor) -> PaletteColor {
      PaletteColor(color.blue, color.green, color.red)
    }
    colors = table.colors.map(exchanged)
    labels = Dictionary(
      uniqueKeysWithValues: table.labels.map { (exchanged($0.key), $0.value) })
  }

  private static func color(_ hex: Int) -> PaletteColor {
    PaletteColor(
      UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(truncatingIfNeeded: hex & 255))
  }

  /// Returns the label of a color; nil if the table does not have it.
  func label(of color: PaletteColor) -> UInt8? { labels[color] }

  /// Returns the color of a label; nil if the table does not have it.
  func color(of label: UInt8) -> PaletteColor? {
    Int(label) < colors.count ? colors[Int(label)] : nil
  }

  /// The colors in the order of CelebAMask-HQ's labels, from its script `g_color.py`.
  private static let celebAMaskHQ = ColorTable(
    .celebAMaskHQColors, owner: "CelebAMask-HQ",
    [
      0x000000, 0xCC0000, 0x4C9900, 0xCCCC00, 0x3333FF, 0xCC00CC, 0x00FFFF, 0xFFCCCC, 0x663300,
      0xFF0000, 0x66CC00, 0xFFFF00, 0x000099, 0x0000CC, 0xFF3399, 0x00CCCC, 0x003300, 0xFF9933,
      0x00CC00,
    ], backgrounds: [0xFFFFFF])

  /// The colors in the order of face-parsing.PyTorch's labels, from `part_colors` in its `test.py`,
  /// which leaves the background white; descendants leave it black.
  private static let faceParsing = ColorTable(
    .faceParsingColors, owner: "face-parsing.PyTorch",
    [
      0xFF0000, 0xFF5500, 0xFFAA00, 0xFF0055, 0xFF00AA, 0x00FF00, 0x55FF00, 0xAAFF00, 0x00FF55,
      0x00FFAA, 0x0000FF, 0x5500FF, 0xAA00FF, 0x0055FF, 0x00AAFF, 0xFFFF00, 0xFFFF55, 0xFFFFAA,
      0xFF00FF,
    ], backgrounds: [0x000000, 0xFFFFFF])

  private static let parts = ColorTable(
    .partColors, owner: "this project",
    PartClass.palette.map { Int($0.red) << 16 | Int($0.green) << 8 | Int($0.blue) })

  /// All tables.
  static let all = [
    celebAMaskHQ, faceParsing, parts,
    ColorTable(.celebAMaskHQColorsExchanged, exchanging: celebAMaskHQ),
    ColorTable(.faceParsingColorsExchanged, exchanging: faceParsing),
  ]

  /// Finds the table that the colors of a picture come from.
  ///
  /// At least three classes must occur and nine tenths of the pixels must agree, which smoothed edges
  /// do not change. Of tables that fit equally well, the more plausible portrait decides.
  ///
  /// - Parameters:
  ///   - counts: the number of pixels of every color.
  ///   - colors: returns the color of every pixel; called if several tables fit equally well.
  ///   - side: the number of rows and columns.
  /// - Returns: the table; nil if the colors come from none.
  static func recognized(
    in counts: [PaletteColor: Int], _ colors: () -> [PaletteColor], side: Int
  ) -> ColorTable? {
    let total = counts.values.reduce(0, +)
    let fitting = all.compactMap { table -> (table: ColorTable, pixels: Int)? in
      let known = counts.filter { table.label(of: $0.key) != nil }
      let classes = Set(known.keys.compactMap(table.label))
      let pixels = known.values.reduce(0, +)
      return classes.count >= 3 && 10 * pixels >= 9 * total ? (table, pixels) : nil
    }
    let most = fitting.map(\.pixels).max()
    let best = fitting.filter { $0.pixels == most }.map(\.table)
    guard best.count > 1 else { return best.first }
    let pixels = colors()
    return best.min { $0.objections(pixels, side) < $1.objections(pixels, side) }
  }

  private func objections(_ colors: [PaletteColor], _ side: Int) -> Int {
    let labels = colors.map { label(of: $0) ?? 0 }
    return PortraitPlausibility([LabelSurvey(labels, side: side)], scheme).objections.count
  }
}
