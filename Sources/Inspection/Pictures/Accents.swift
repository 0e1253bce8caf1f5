import Foundation

// Combining marks above letters, for example the hat of d̂.
extension Lettering {
  /// The drawings of combining marks by their scalar: hat, bar, overline, tilde, dot and two dots.
  private static let marks: [Unicode.Scalar: [String]] = [
    "\u{302}": [".#.", "#.#"],
    "\u{304}": ["###"],
    "\u{305}": ["###"],
    "\u{303}": [".#.#", "#.#."],
    "\u{307}": ["#"],
    "\u{308}": ["#.#"],
  ]

  /// Returns a letter with the marks above it; nil if the letter or a mark is unknown.
  static func accented(_ character: Character) -> Glyph? {
    let scalars = String(character).decomposedStringWithCanonicalMapping.unicodeScalars
    guard let first = scalars.first, scalars.count > 1, var glyph = glyphs[Character(first)] else {
      return nil
    }
    // A mark takes the place of the dot of i and j.
    if "ij".unicodeScalars.contains(first) { glyph.clear(rows: 0..<2) }
    for scalar in scalars.dropFirst() {
      guard let mark = marks[scalar] else { return nil }
      glyph.put(mark.map { $0.map { $0 == "#" } })
    }
    return glyph
  }
}

extension Glyph {
  fileprivate mutating func clear(rows cleared: Range<Int>) {
    for row in cleared { rows[row] = rows[row].map { _ in false } }
  }

  /// Puts a mark above the ink, as low as one free row allows, and beside an ascender if there is room.
  fileprivate mutating func put(_ mark: [[Bool]]) {
    let markWidth = mark[0].count
    if width < markWidth { widen(to: markWidth) }
    // The first row with ink near a column, counted from the top of the drawing.
    func top(_ column: Int) -> Int {
      rows.firstIndex { row in
        row.indices.contains { $0 >= column - 1 && $0 <= column + markWidth && row[$0] }
      } ?? rows.count
    }
    let middle = (width - markWidth) / 2
    let places = (0...width - markWidth).sorted { abs($0 - middle) < abs($1 - middle) }
    let deepest = places.map(top).max() ?? 0
    guard let column = places.first(where: { top($0) == deepest }) else { return }
    let first = deepest - 1 - mark.count
    if first < 0 {
      rows.insert(
        contentsOf: repeatElement([Bool](repeating: false, count: width), count: -first), at: 0)
      rise -= first
    }
    for (offset, dots) in mark.enumerated() {
      for (x, isInk) in dots.enumerated() where isInk {
        rows[max(0, first) + offset][column + x] = true
      }
    }
  }

  private mutating func widen(to wide: Int) {
    let before = (wide - width) / 2
    let after = wide - width - before
    rows = rows.map {
      [Bool](repeating: false, count: before) + $0 + [Bool](repeating: false, count: after)
    }
    width = wide
  }
}
