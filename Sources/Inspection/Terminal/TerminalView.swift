extension View {
  /// Returns the view as lines of text: charts with axes and numbers, pictures as colored half blocks.
  ///
  /// - Parameters:
  ///   - columns: the largest number of characters per line.
  ///   - rows: the largest number of lines of a picture; nil for as many as it needs.
  ///   - hasColor: whether the terminal supports 24-bit colors; without it, brighter is denser.
  /// - Returns: the lines, each with its line break.
  func terminalText(columns: Int, rows: Int? = nil, hasColor: Bool) -> String {
    guard let chart = rendering.chart else {
      return rendering.compact.terminalText(columns: columns, rows: rows, hasColor: hasColor)
    }
    let text = TerminalChart(
      chart: chart, columns: min(columns, 80), rows: max(5, min(11, (rows ?? 16) - 4)),
      hasColor: hasColor)
    return text.lines.map { $0 + "\n" }.joined()
  }
}
