/// A character as dots: which pixels of each row are ink.
struct Glyph: Sendable {
  var width: Int
  var rows: [[Bool]]

  private func isInk(_ row: Int, _ column: Int) -> Bool {
    rows.indices.contains(row) && rows[row].indices.contains(column) && rows[row][column]
  }

  /// Steps (down, right) from a dot to the dots that a stroke joins it with, each pair once.
  ///
  /// Dots that touch at a corner are joined only where no dot beside them joins them already.
  func neighbours(_ row: Int, _ column: Int) -> [(Int, Int)] {
    var steps = [(0, 1), (1, 0)].filter { isInk(row + $0.0, column + $0.1) }
    for side in [-1, 1] where isInk(row + 1, column + side) {
      if !isInk(row, column + side) && !isInk(row + 1, column) { steps.append((1, side)) }
    }
    return steps
  }
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
      draw(glyph, row: row, column: pen, color, scale: scale)
      pen += (glyph.width + Lettering.spacing) * scale
    }
  }

  /// Draws a character as strokes as wide as a dot from every dot to its neighbours, which makes
  /// slanted strokes smooth and leaves upright and level ones sharp.
  private mutating func draw(
    _ glyph: Glyph, row: Int, column: Int, _ color: Color, scale: Int
  ) {
    let centre = Double(scale - 1) / 2
    for (y, dots) in glyph.rows.enumerated() {
      for (x, isInk) in dots.enumerated() where isInk {
        let (top, left) = (Double(row + y * scale) + centre, Double(column + x * scale) + centre)
        let steps = scale > 1 ? glyph.neighbours(y, x) : []
        for step in steps.isEmpty ? [(0, 0)] : steps {
          line(
            fromRow: top, column: left, toRow: top + Double(step.0 * scale),
            column: left + Double(step.1 * scale), color, width: Double(scale))
        }
      }
    }
  }
}
