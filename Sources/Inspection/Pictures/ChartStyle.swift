/// The style of charts and of small pictures on a page.
///
/// It uses the colors `--paper`, `--ink`, `--soft` and `--line` of the page, which follow the reader's
/// light or dark system.
enum ChartStyle {
  /// The width of the view box of every chart.
  static let width = 600.0
  /// The size of all text in units of the view box: 11 pixels or more if the chart is 367 pixels wide.
  static let textSize = 18.0
  /// The distance between two lines of text.
  static let lineHeight = 24.0

  static let text = """
    :root { \(properties(SeriesPalette.colors)) }
    @media (prefers-color-scheme: dark) { :root { \(properties(SeriesPalette.darkColors)) } }
    .chart { display: block; width: 100%; height: auto; overflow: visible; }
    .chart text { fill: var(--ink); font-size: \(SVG.number(textSize))px; }
    .chart .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
    .chart .spots text, .chart .bin text, .chart text.m { text-anchor: middle; }
    .chart text.s { text-anchor: start; } .chart text.e { text-anchor: end; }
    .chart path { fill: none; stroke: currentColor; stroke-linejoin: round; }
    .chart .grid { color: var(--line); }
    .chart .axis { color: var(--soft); stroke-width: 1.5; }
    .chart .curve { stroke-width: 2.5; }
    .chart .dots { stroke-width: 8; stroke-linecap: round; }
    .chart .marks, .chart .bar { fill: currentColor; stroke: none; }
    \(classes)
    /* A point reacts in a disc around it; its value is shown while it is pointed at. */
    .chart .hit { stroke: none; pointer-events: all; }
    .chart .spots path { stroke-width: 20; stroke-linecap: round; opacity: 0; pointer-events: all; }
    .chart .spots > :hover > path { opacity: .35; }
    .chart .spots text, .chart .bin > text {
      visibility: hidden; pointer-events: none; paint-order: stroke; stroke: var(--paper);
      stroke-width: 6px; stroke-linejoin: round; font-weight: 600;
    }
    .chart .spots > :hover > text, .chart .bin:hover > text, .chart .bin:focus-visible > text,
    .chart :focus-visible .key > text { visibility: visible; }
    .chart .spots:focus-visible path { opacity: .25; }
    .chart .bin:hover > .hit, .chart .bin:focus-visible > .hit { fill: currentColor; opacity: .12; }
    .chart .value:hover text, .chart .value:focus-visible text { font-weight: 700; }
    .chart .value:hover .bar { stroke: var(--ink); stroke-width: 2; }
    img.pixels { image-rendering: pixelated; }
    """

  private static func properties(_ colors: [Color]) -> String {
    colors.enumerated().map { "--series\($0): \($1.css);" }.joined(separator: " ")
  }

  /// The classes of colors and of dashes.
  private static let classes: String = {
    let colors = SeriesPalette.colors.indices.map {
      ".chart .c\($0) { color: var(--series\($0)); }"
    }
    let dashes = SeriesStyle.dashPatterns.enumerated().dropFirst().map { index, lengths in
      let list = lengths.map(SVG.number).joined(separator: " ")
      return ".chart .d\(index) { stroke-dasharray: \(list); }"
    }
    return (colors + dashes).joined(separator: "\n")
  }()
}

extension Color {
  /// The color as in a style sheet: `#0072b2`.
  var css: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
