/// Text that is broken at spaces, so that it fits a terminal.
enum TextLayout {
  /// Returns a text as lines that are at most so wide.
  ///
  /// Lines break at spaces only. A word that is wider than a whole line (a path, for example) gets a
  /// line of its own and stays whole, so that it can still be copied.
  ///
  /// - Parameters:
  ///   - text: the text; its own line breaks are kept.
  ///   - width: the number of columns.
  ///   - indent: the text before the first line.
  ///   - hanging: the text before all other lines; by default `indent`.
  /// - Returns: at least one line.
  static func lines(
    _ text: String, width: Int, indent: String = "", hanging: String? = nil
  ) -> [String] {
    let hanging = hanging ?? indent
    var lines: [String] = []
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var (current, isEmpty) = (lines.isEmpty ? indent : hanging, true)
      var gap = ""
      for word in part.split(separator: " ", omittingEmptySubsequences: false) {
        if word.isEmpty {
          // Two spaces in a row are a piece of layout, which stays if the line does not end there.
          gap += " "
          continue
        }
        if !isEmpty && current.columns + gap.columns + word.columns > width {
          lines.append(current)
          (current, gap) = (hanging, "")
        }
        current += gap + word
        (gap, isEmpty) = (" ", false)
      }
      lines.append(isEmpty ? "" : current)
    }
    return lines
  }

  /// Returns a table as lines that are at most so wide: its cells are broken where it is too wide.
  ///
  /// If the columns would become too narrow, every row becomes a list of its cells.
  ///
  /// - Parameters:
  ///   - heads: the column headings; nil if there are none.
  ///   - rows: the rows, each with the same number of cells.
  ///   - width: the number of columns of the terminal.
  ///   - indent: the text before every line.
  /// - Returns: the lines of the headings and those of the rows.
  static func table(
    heads: [String]?, rows: [[String]], width: Int, indent: String
  ) -> (heads: [String], rows: [String]) {
    let all = (heads.map { [$0] } ?? []) + rows
    let count = all.first?.count ?? 0
    guard count > 0 else { return ([], []) }
    let space = width - indent.columns - 2 * (count - 1)
    guard let widths = columnWidths(all, count: count, space: space) else {
      return ([], rows.flatMap { list($0, heads: heads, width: width, indent: indent) })
    }
    let texts = all.map { row(zip($0, widths).map { ($0, $1) }, indent: indent) }
    return (
      heads == nil ? [] : texts[0], texts.dropFirst(heads == nil ? 0 : 1).flatMap(\.self)
    )
  }

  /// A column is not made narrower than this, because text of one word a line is hard to read.
  private static let narrowest = 12

  /// Returns the widths of the columns; nil if they do not fit beside each other.
  ///
  /// The widest columns give way first, down to their longest words.
  private static func columnWidths(_ rows: [[String]], count: Int, space: Int) -> [Int]? {
    var widths = (0..<count).map { column in rows.map { $0[column].columns }.max() ?? 0 }
    let least = (0..<count).map { column in
      let word = rows.flatMap { $0[column].split(separator: " ") }.map(\.columns).max() ?? 0
      return max(word, min(widths[column], narrowest))
    }
    guard least.reduce(0, +) <= space else { return nil }
    while widths.reduce(0, +) > space {
      let shrinkable = widths.indices.filter { widths[$0] > least[$0] }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  private static func row(_ cells: [(text: String, width: Int)], indent: String) -> [String] {
    let parts = cells.map { lines($0.text, width: $0.width) }
    return (0..<(parts.map(\.count).max() ?? 0)).map { index in
      let line = zip(parts, cells).map { part, cell in
        (index < part.count ? part[index] : "").padded(to: cell.width)
      }
      return indent + line.joined(separator: "  ").withoutTrailingSpaces
    }
  }

  private static func list(
    _ cells: [String], heads: [String]?, width: Int, indent: String
  ) -> [String] {
    cells.enumerated().filter { !$1.isEmpty }.flatMap { index, cell in
      let head = heads.map { $0[index].isEmpty ? "" : $0[index] + ": " } ?? ""
      let margin = index == 0 ? indent : indent + "  "
      return lines(head + cell, width: width, indent: margin, hanging: margin + "  ")
    }
  }
}

extension String {
  /// The text without the spaces at its end.
  var withoutTrailingSpaces: String {
    guard let end = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...end])
  }
}
