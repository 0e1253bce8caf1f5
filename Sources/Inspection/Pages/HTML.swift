import Foundation

/// The elements of the pages, valid both as HTML and as well-formed XML.
enum HTML {
  static func document(
    title: String, style: String = "", body: String, script: String = ""
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(escaped(title))</title>
    <style>
    \(StyleSheet.text)\(style.isEmpty ? "" : "\n" + style)
    </style>
    </head>
    <body>
    \(body)\(script.isEmpty ? "" : "\n" + script)
    </body>
    </html>

    """
  }

  /// Returns a page with a headline, an introduction and sections.
  static func page(title: String, introduction: String, sections: [String]) -> String {
    document(
      title: title,
      body: """
        <header>
        <h1>\(escaped(title))</h1>
        \(paragraphs(introduction))
        </header>
        <main>
        \(sections.joined(separator: "\n"))
        </main>
        """)
  }

  /// Returns the text as paragraphs, which are separated by blank lines.
  static func paragraphs(_ text: String) -> String {
    text.paragraphs.map { "<p>\(inline($0))</p>" }.joined(separator: "\n")
  }

  /// Returns a line of text in which text between backticks is code.
  static func inline(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    // An unpaired backtick is kept as a character.
    let pairs = (parts.count - 1) / 2
    return parts.enumerated().map { index, part in
      if index > 2 * pairs { return "`" + Self.text(String(part)) }
      return index.isMultiple(of: 2)
        ? Self.text(String(part)) : "<code>\(escaped(String(part)))</code>"
    }.joined()
  }

  /// Returns a text in which a letter with an index, such as `D_mean` or `w_i`, has its index below the line.
  static func text(_ text: String) -> String {
    escaped(text).replacing(/(^|[^\p{L}\p{N}_])(\p{L})_(\p{L}{1,6})(?![\p{L}\p{N}_])/) {
      "\($0.1)\($0.2)<sub>\($0.3)</sub>"
    }
  }

  /// Returns a claim with its verdict as a symbol, a word and a color.
  static func claim(_ claim: Claim) -> String {
    "<li class=\"\(claim.holds ? "holds" : "fails")\">\(verdict(claim))</li>"
  }

  /// Returns the content of a claim: its verdict, its text and its measurement.
  static func verdict(_ claim: Claim) -> String {
    let measurement =
      claim.measurement.isEmpty
      ? "" : " <span class=\"measured\">\(escaped(claim.measurement))</span>"
    return """
      <b>\(claim.holds ? "✓ holds" : "✗ fails")</b>\
      <span>\(text(claim.text))\(measurement)</span>
      """
  }

  /// Returns a sentence on how many claims hold.
  static func verdict(of claims: [Claim]) -> String {
    let bad = claims.filter { !$0.holds }.count
    if claims.isEmpty { return "<span>no claims</span>" }
    if bad > 0 { return "<span class=\"bad\">✗ \(bad) of \(claims.count) claims fail</span>" }
    return
      "<span class=\"good\">✓ \(claims.count == 1 ? "1 claim holds" : "all \(claims.count) claims hold")</span>"
  }

  /// Returns an embedded picture of a view with its caption.
  static func figure(_ view: View) throws -> String {
    let numbers = view.statistics.map { statistics in
      let unit = view.unit.isEmpty ? "" : " · \(view.unit)"
      let shape = view.tensor.map { "\($0.shape)" } ?? ""
      let axes = view.axes.isEmpty ? "" : "\(view.axes) = "
      return "\(axes)\(shape) · \(statistics.line)\(unit)"
    }
    if let chart = view.rendering.chart {
      return try figure(chart, of: view, numbers: numbers ?? "")
    }
    if let gallery = view.rendering.gallery {
      return try figure(gallery, of: view, numbers: numbers ?? "")
    }
    return figure(
      EmbeddedPicture(
        name: view.name, caption: view.caption, numbers: numbers ?? "",
        alternativeText: view.alternativeText, width: view.rendering.picture.width,
        height: view.rendering.picture.height, data: try view.rendering.base64(),
        legend: view.rendering.palette.map(legend) ?? ""))
  }

  /// A picture embedded in a page, with its caption and alternative text.
  struct EmbeddedPicture {
    var name: String
    var caption: String
    var numbers: String
    var alternativeText: String
    var width: Int
    var height: Int
    /// The file in base64.
    var data: String
    /// The names of the classes as HTML; empty without classes.
    var legend = ""
    /// The tooltip of the picture; none if empty.
    var hint = ""
  }

  /// Returns an embedded picture with its caption.
  static func figure(_ picture: EmbeddedPicture) -> String {
    let caption = picture.caption.isEmpty ? "" : " \(inline(picture.caption))"
    let numbers = picture.numbers.isEmpty ? "" : "<small>\(escaped(picture.numbers))</small>"
    let factor = Picture.legibleFactor(width: picture.width, height: picture.height)
    // As wide as the picture, so that small ones fit side by side, but wide enough for the caption.
    let width = max(320, picture.width * factor)
    let isWide = picture.width > 640
    let hint = picture.hint.isEmpty ? "" : " title=\"\(escaped(picture.hint))\""
    let image = """
      <img\(factor > 1 ? " class=\"pixels\"" : "") \
      alt="\(escaped(picture.alternativeText))"\(hint) width="\(picture.width * factor)" \
      height="\(picture.height * factor)" src="data:image/png;base64,\(picture.data)"/>
      """
    let framed =
      isWide
      ? "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        + "aria-label=\"Picture \(escaped(picture.name))\">\(image)</div>"
      : image
    return """
      <figure\(isWide ? " class=\"wide\"" : "") style="width: \(width)px">\(framed)\(picture.legend)
      <figcaption><code>\(escaped(picture.name))</code>\(caption) \(numbers)</figcaption></figure>
      """
  }

  /// Returns a table whose cells are HTML; the title and the column names are plain text.
  static func table(title: String, columns: [String], rows: [[String]]) -> String {
    let head = columns.map { "<th>\(text($0))</th>" }.joined()
    let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(escaped(title))"><table>
      <caption>\(text(title))</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
      """
  }
}
