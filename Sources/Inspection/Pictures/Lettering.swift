/// A character as dots: which pixels of each row are ink.
struct Glyph: Sendable {
  var width: Int
  var rows: [[Bool]]
}

/// The built-in alphabet, read once from its drawing.
enum Lettering {
  /// Dots from the top of a capital letter to the baseline.
  static let capitalHeight = 7
  /// Dots from the top of one line of text to the top of the next.
  static let lineHeight = 10
  /// Dots between two characters.
  static let spacing = 1
  /// Dots that a blank takes.
  static let blankWidth = 3

  static let glyphs: [Character: Glyph] = read(GlyphSheet.drawing)

  /// The drawing of a character; one that has none is a small box.
  static func glyph(_ character: Character) -> Glyph {
    if character == " " { return Glyph(width: blankWidth, rows: []) }
    return glyphs[character] ?? missing
  }

  private static let missing = Glyph(
    width: 4,
    rows: (0..<capitalHeight).map { row in
      (0..<4).map { row == 0 || row == capitalHeight - 1 || $0 == 0 || $0 == 3 }
    })

  static func read(_ drawing: String) -> [Character: Glyph] {
    var glyphs: [Character: Glyph] = [:]
    let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false)
    for block in lines.split(whereSeparator: \.isEmpty) {
      guard let header = block.first else { continue }
      let characters = header.filter { $0 != " " }
      let rows = block.dropFirst().map { $0.split(separator: " ").map { $0.map { $0 == "#" } } }
      for (position, character) in characters.enumerated() {
        var art = rows.map { $0[position] }
        while let last = art.last, !last.contains(true) { art.removeLast() }
        glyphs[character] = Glyph(width: rows[0][position].count, rows: art)
      }
    }
    return glyphs
  }
}

extension Picture {
  /// How text is placed at its column.
  public enum Alignment: Sendable {
    /// The text starts at the column.
    case left
    /// The text is centred on the column.
    case center
    /// The text ends at the column.
    case right
  }

  /// The pixels that a line of text takes from left to right.
  public static func width(of text: String, scale: Int = 2) -> Int {
    let dots = text.reduce(0) { $0 + Lettering.glyph($1).width + Lettering.spacing }
    return max(0, dots - Lettering.spacing) * scale
  }

  /// The pixels from the top of one line of text to the top of the next.
  public static func lineHeight(scale: Int = 2) -> Int { Lettering.lineHeight * scale }

  /// Writes one line of text; `row` is the top of its capital letters.
  ///
  /// - Parameters:
  ///   - text: ASCII and the Greek letters and signs of the paper; others appear as a small box.
  ///   - row: the top of the capital letters.
  ///   - column: where the text starts, is centred or ends.
  ///   - color: the ink.
  ///   - scale: pixels per dot; 2 makes capitals 14 pixels high.
  ///   - alignment: what `column` means.
  public mutating func write(
    _ text: String, row: Int, column: Int, _ color: Color = .ink, scale: Int = 2,
    alignment: Alignment = .left
  ) {
    let width = Picture.width(of: text, scale: scale)
    var pen = column
    switch alignment {
    case .left: break
    case .center: pen -= width / 2
    case .right: pen -= width
    }
    for character in text {
      let glyph = Lettering.glyph(character)
      for (y, dots) in glyph.rows.enumerated() {
        for (x, isInk) in dots.enumerated() where isInk {
          fill(row: row + y * scale, column: pen + x * scale, height: scale, width: scale, color)
        }
      }
      pen += (glyph.width + Lettering.spacing) * scale
    }
  }
}
