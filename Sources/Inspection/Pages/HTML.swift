import Foundation

/// The pieces that pages are made of: HTML and well-formed XML at once.
enum HTML {
  static func document(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(escaped(title))</title>
    <style>
    \(StyleSheet.text)
    </style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  /// Text as paragraphs; a blank line separates two.
  static func paragraphs(_ text: String) -> String {
    text.paragraphs.map { "<p>\(inline($0))</p>" }.joined(separator: "\n")
  }

  /// A line of text; what stands between two backticks is code.
  static func inline(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    // A backtick without its partner stands for itself.
    let pairs = (parts.count - 1) / 2
    return parts.enumerated().map { index, part in
      let piece = escaped(String(part))
      if index > 2 * pairs { return "`" + piece }
      return index.isMultiple(of: 2) ? piece : "<code>\(piece)</code>"
    }.joined()
  }

  /// A claim with its verdict as sign, word and colour.
  static func claim(_ claim: Claim) -> String {
    let measurement =
      claim.measurement.isEmpty
      ? "" : " <span class=\"measured\">\(escaped(claim.measurement))</span>"
    return """
      <li class="\(claim.holds ? "holds" : "fails")"><b>\(claim.holds ? "✓ holds" : "✗ fails")</b>\
      <span>\(escaped(claim.text))\(measurement)</span></li>
      """
  }

  /// How many claims hold, in words.
  static func verdict(of claims: [Claim]) -> String {
    let bad = claims.filter { !$0.holds }.count
    if claims.isEmpty { return "<span>no claims</span>" }
    if bad > 0 { return "<span class=\"bad\">✗ \(bad) of \(claims.count) claims fail</span>" }
    return
      "<span class=\"good\">✓ \(claims.count == 1 ? "1 claim holds" : "all \(claims.count) claims hold")</span>"
  }

  /// A picture with its caption, embedded.
  static func figure(_ view: View) throws -> String {
    let data = try view.rendering.picture.pngData().base64EncodedString()
    let caption = view.caption.isEmpty ? "" : " \(escaped(view.caption))"
    let numbers = view.statistics.map { statistics in
      let unit = view.unit.isEmpty ? "" : " · \(view.unit)"
      let shape = view.tensor.map { "\($0.shape)" } ?? ""
      let axes = view.axes.isEmpty ? "" : "\(view.axes) = "
      return "<small>\(escaped("\(axes)\(shape) · \(statistics.line)\(unit)"))</small>"
    }
    // As wide as its picture, so that small ones stand side by side; captions need some room too.
    let width = max(320, view.rendering.picture.width)
    let isWide = view.rendering.picture.width > 640
    let image = """
      <img alt="\(escaped(view.alternativeText))" width="\(view.rendering.picture.width)" \
      height="\(view.rendering.picture.height)" src="data:image/png;base64,\(data)"/>
      """
    let framed =
      isWide
      ? "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        + "aria-label=\"Picture \(escaped(view.name))\">\(image)</div>"
      : image
    return """
      <figure\(isWide ? " class=\"wide\"" : "") style="width: \(width)px">\(framed)
      <figcaption><code>\(escaped(view.name))</code>\(caption) \(numbers ?? "")</figcaption></figure>
      """
  }

  /// A table whose cells are HTML already; title and heads are plain text.
  static func table(title: String, columns: [String], rows: [[String]]) -> String {
    let head = columns.map { "<th>\(escaped($0))</th>" }.joined()
    let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(escaped(title))"><table>
      <caption>\(escaped(title))</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
      """
  }
}
