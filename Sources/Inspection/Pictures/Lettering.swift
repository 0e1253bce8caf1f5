/// A character as a bitmap: whether each dot of each row has ink.
struct Glyph: Sendable {
  var width: Int
  var rows: [[Bool]]
  /// The number of rows above the top of a capital letter, for a mark above the letter.
  var rise = 0

  private func isInk(_ row: Int, _ column: Int) -> Bool {
    rows.indices.contains(row) && rows[row].indices.contains(column) && rows[row][column]
  }

  /// Returns the steps (down, right) from a dot to the dots joined to it by a stroke, each pair once.
  ///
  /// Two dots that touch at a corner are joined only if no third dot already connects them.
  func neighbors(_ row: Int, _ column: Int) -> [(Int, Int)] {
    var steps = [(0, 1), (1, 0)].filter { isInk(row + $0.0, column + $0.1) }
    for side in [-1, 1] where isInk(row + 1, column + side) {
      if !isInk(row, column + side) && !isInk(row + 1, column) { steps.append((1, side)) }
    }
    return steps
  }
}

/// The built-in font, read once from its drawing.
enum Lettering {
  /// The height of a capital letter, in dots.
  static let capitalHeight = 7
  /// The distance between two lines of text, in dots.
  static let lineHeight = 10
  /// The gap between two characters, in dots.
  static let spacing = 1
  /// The width of a space, in dots.
  static let blankWidth = 3

  static let glyphs: [Character: Glyph] = read(GlyphSheet.drawing)

  /// Returns the bitmap of a character, also of a letter with a hat, bar, tilde, dot or two dots above
  /// it; an unknown character is a small box.
  static func glyph(_ character: Character) -> Glyph {
    if character == " " { return Glyph(width: blankWidth, rows: []) }
    return glyphs[character] ?? accented(character) ?? missing
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
  /// The horizontal alignment of text at its column.
  public enum Alignment: Sendable {
    /// The text starts at the column.
    case left
    /// The text is centered on the column.
    case center
    /// The text ends at the column.
    case right
  }

  /// Returns the width of a line of text in pixels.
  public static func width(of text: String, scale: Int = 2) -> Int {
    let dots = text.reduce(0) { $0 + Lettering.glyph($1).width + Lettering.spacing }
    return max(0, dots - Lettering.spacing) * scale
  }

  /// Returns the distance between two lines of text in pixels.
  public static func lineHeight(scale: Int = 2) -> Int { Lettering.lineHeight * scale }

  /// Writes one line of text; `row` is the top of its capital letters.
  ///
  /// - Parameters:
  ///   - text: ASCII and the Greek letters and symbols of the paper, with marks above them; others
  ///     appear as a small box.
  ///   - row: the top of the capital letters.
  ///   - column: where the text starts, is centered or ends.
  ///   - color: the color of the text.
  ///   - scale: pixels per dot; with 2, capital letters are 14 pixels high.
  ///   - alignment: the meaning of `column`.
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
      draw(glyph, row: row, column: pen, color, scale: scale)
      pen += (glyph.width + Lettering.spacing) * scale
    }
  }

  /// Draws a character by strokes of one dot's width from every dot to its neighbors.
  ///
  /// Slanted strokes become smooth, while vertical and horizontal ones stay sharp.
  private mutating func draw(
    _ glyph: Glyph, row: Int, column: Int, _ color: Color, scale: Int
  ) {
    let center = Double(scale - 1) / 2
    for (y, dots) in glyph.rows.enumerated() {
      let row = row - glyph.rise * scale
      for (x, isInk) in dots.enumerated() where isInk {
        let (top, left) = (Double(row + y * scale) + center, Double(column + x * scale) + center)
        let steps = scale > 1 ? glyph.neighbors(y, x) : []
        for step in steps.isEmpty ? [(0, 0)] : steps {
          line(
            fromRow: top, column: left, toRow: top + Double(step.0 * scale),
            column: left + Double(step.1 * scale), color, width: Double(scale))
        }
      }
    }
  }
}
