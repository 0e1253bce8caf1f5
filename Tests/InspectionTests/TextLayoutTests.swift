import Testing

@testable import Inspection

@Suite("Text in a terminal")
struct TextLayoutTests {
  @Test func widthsAreThoseOfTerminals() {
    #expect("abc".columns == 3 && "日本".columns == 4 && "d\u{302}".columns == 1)
    #expect("é".columns == 1 && "👍".columns == 2 && "☺\u{FE0F}".columns == 2 && "ψ→▀".columns == 3)
    #expect("日".padded(to: 4) == "日  " && "abc".padded(to: 2) == "abc")
  }

  @Test func linesBreakAtSpacesOnly() {
    #expect(TextLayout.lines("one two three", width: 8) == ["one two", "three"])
    #expect(
      TextLayout.lines("one two three", width: 8, indent: "- ", hanging: "   ")
        == ["- one", "   two", "   three"])
    #expect(TextLayout.lines("a verylongword b", width: 6) == ["a", "verylongword", "b"])
    #expect(TextLayout.lines("✓ holds  it is", width: 80) == ["✓ holds  it is"])
    #expect(TextLayout.lines("✓ holds  it is", width: 8) == ["✓ holds", "it is"])
    #expect(TextLayout.lines("", width: 8) == [""])
    #expect(TextLayout.lines("a\n\nb", width: 8) == ["a", "", "b"])
    #expect(TextLayout.lines("d\u{302}d\u{302} d\u{302}d\u{302}", width: 5).count == 1)
  }

  private let heads = ["name", "what it does"]
  private let rows = [["alpha", "the width of the bell"], ["d", "depth"]]

  @Test func tablesKeepTheirColumns() {
    let text = TextLayout.table(heads: heads, rows: rows, width: 40, indent: "  ")
    #expect(text.heads == ["  name   what it does"])
    #expect(text.rows == ["  alpha  the width of the bell", "  d      depth"])
  }

  @Test func wideCellsBreak() {
    let text = TextLayout.table(heads: heads, rows: rows, width: 21, indent: "  ")
    #expect(text.heads == ["  name   what it does"])
    #expect(text.rows == ["  alpha  the width of", "         the bell", "  d      depth"])
  }

  @Test func aTableThatCannotFitIsAList() {
    let text = TextLayout.table(heads: heads, rows: rows, width: 12, indent: "")
    #expect(text.heads.isEmpty)
    #expect(
      text.rows == [
        "name: alpha", "  what it", "    does:", "    the", "    width of", "    the bell",
        "name: d", "  what it", "    does:", "    depth",
      ])
  }

  @Test func noTableIsNothing() {
    let text = TextLayout.table(heads: nil, rows: [], width: 12, indent: "")
    #expect(text.heads.isEmpty && text.rows.isEmpty)
  }
}

@Suite("Charts in a terminal")
struct TerminalChartTests {
  /// By hand: three rows of numbers, a falling line from 2 to 0 over 0 … 4.
  @Test func aLineHasAxesWithNumbers() {
    let chart = TerminalChart(
      chart: .lines([Series("", [2, 1.5, 1, 0.5, 0])], xLabel: "i", yLabel: "w"), columns: 14,
      rows: 5, hasColor: false)
    let lines = chart.lines
    #expect(lines[0] == "w")
    #expect(lines[1].hasPrefix("  2 ┤") && lines[5].hasPrefix("  0 ┤"))
    #expect(
      lines.dropFirst().prefix(5).map { $0.prefix(5) }.map(String.init)
        == ["  2 ┤", "1.5 ┤", "  1 ┤", "0.5 ┤", "  0 ┤"])
    #expect(lines[6].hasPrefix("    └┬"))
    #expect(lines[7].hasPrefix("     0") && lines[7].contains("4"))
    #expect(lines.last?.contains("i") == true)
    #expect(lines.allSatisfy { $0.columns <= 14 })
    // The first dot is at the top left, the last at the bottom right.
    #expect(lines[1].count > 5 && lines[1].dropFirst(5).first != " ")
    #expect(lines[5].dropFirst(5).first == " ")
  }

  @Test func linesWithoutColorDifferBySign() {
    let series = [Series("up", [0, 1]), Series("down", [1, 0])]
    let chart = TerminalChart(
      chart: .lines(series, xLabel: "", yLabel: ""), columns: 30, hasColor: false)
    #expect(chart.lines[0] == "• up  + down")
    #expect(chart.lines[1].contains("+") && chart.lines[1].contains("•"))
    let colored = TerminalChart(
      chart: .lines(series, xLabel: "", yLabel: ""), columns: 30, hasColor: true)
    #expect(colored.lines[1].contains("\u{1B}[38;2;"))
  }

  /// 8 columns remain for the bars: 2 of 4 is half of them.
  @Test func barsHaveLabelsAndValues() {
    let chart = TerminalChart(
      chart: .bars([4, 2, 0.25], labels: ["a", "b"], unit: "m"), columns: 18, hasColor: false)
    #expect(chart.lines == ["a │████████ 4 m", "b │████ 2 m", "2 │▌ 0.25 m"])
  }

  @Test func negativeBarsGoToTheLeft() {
    let chart = TerminalChart(
      chart: .bars([-1, 1], labels: [], unit: ""), columns: 14, hasColor: false)
    #expect(chart.lines == ["0 ████│ −1", "1     │████ 1"])
  }

  @Test func oddValuesAreDrawnAround() {
    let series = [Series("", x: [0, 1, .nan, 3], y: [.infinity, 1, 2, .nan]), Series("", [])]
    let chart = TerminalChart(
      chart: .lines(series, xLabel: "", yLabel: ""), columns: 30, hasColor: true)
    #expect(!chart.lines.isEmpty)
    let huge = TerminalChart(
      chart: .lines([Series("", [-1e308, 1e308])], xLabel: "", yLabel: ""), columns: 30,
      hasColor: true)
    #expect(!huge.lines.isEmpty)
    let bars = TerminalChart(
      chart: .bars([.nan, .infinity, 0], labels: [], unit: ""), columns: 30, hasColor: false)
    #expect(bars.lines == ["0 │ NaN", "1 │ ∞", "2 │ 0"])
  }

  @Test func aHistogramIsAnOutline() {
    let outline = Histogram([0, 0, 1], bins: 2).outline
    #expect(outline.x == [0, 0, 0.5, 0.5, 1, 1] && outline.y == [0, 2, 2, 1, 1, 0])
  }

  @Test func picturesFitTheirRows() {
    let tall = Picture(width: 40, height: 400)
    let lines = tall.terminalText(columns: 80, rows: 10, hasColor: false).split(separator: "\n")
    #expect(lines.count == 10)
  }
}
