/// One step of a chapter as a section of a page: the picture beside formula and code, then all findings.
struct StepSection {
  private let outcome: StepOutcome
  private let findings: StepFindings
  private let links: PackageLinks
  private let shown: Set<CodeExcerpt>
  private var step: Step { outcome.step }

  /// Creates the section of a step.
  ///
  /// - Parameters:
  ///   - outcome: the outcome of the step, with the frames of its slider.
  ///   - parameters: the parameters of the chapter.
  ///   - links: the links to files of the package.
  ///   - shown: the excerpts that earlier steps have shown; they are folded.
  /// - Throws: an error of one line if a picture cannot be encoded.
  init(
    _ outcome: StepOutcome, parameters: [Parameter] = [], links: PackageLinks,
    shown: Set<CodeExcerpt> = []
  ) throws {
    self.outcome = outcome
    self.links = links
    self.shown = shown
    findings = try StepFindings(outcome, parameters: parameters)
  }

  /// The HTML of the section.
  var html: String {
    """
    <section id="step\(outcome.number)"\(findings.moves ? " class=\"flipbook\"" : "")>
    <p class="equations">\(outcome.number) · \(escaped(step.title))</p>
    <h2>\(escaped(step.question))</h2>
    \(content)
    </section>
    """
  }

  /// The section without its heading: the picture beside formula and code, then all findings.
  var content: String {
    let stage = findings.stage
    let text = [formulas, findings.equalities, reference, answers].filter { !$0.isEmpty }
    let columns =
      (stage.isEmpty ? "" : "<div class=\"stage\">\(stage)</div>\n")
      + (text.isEmpty ? "" : "<div class=\"text\">\(text.joined(separator: "\n"))</div>")
    let isPair = !stage.isEmpty && !text.isEmpty
    return """
      <div class="lead\(isPair ? " pair" : "")">
      \(columns)
      </div>
      \(findings.rest)
      """
  }

  /// A number for every letter of the symbol table; hovering over a letter highlights its other
  /// occurrences.
  private var marks: [String: Int] {
    Dictionary(
      step.symbols.enumerated().map { ($1.paper.text, $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  private var formulas: String {
    guard !step.formulas.isEmpty else { return "" }
    let lines = step.formulas.map {
      "<div class=\"formula\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">"
        + "\($0.mathML(marks: marks))</div>"
    }
    return lines.joined(separator: "\n")
  }

  private var reference: String {
    let parts = [symbols] + step.code.map(excerpt)
    let filled = parts.filter { !$0.isEmpty }.joined(separator: "\n")
    return filled.isEmpty ? "" : "<div class=\"reference\">\(filled)</div>"
  }

  private var answers: String {
    guard let box = step.answers else { return "" }
    return AnswerSection(
      box: box, page: outcome.page, links: links,
      doubling: findings.claim(beginning: box.doubling)
    ).html
  }

  private var symbols: String {
    guard !step.symbols.isEmpty else { return "" }
    let rows = step.symbols.enumerated().map { index, symbol in
      """
      <tr tabindex="0" data-symbol="\(index)"><td>\(symbol.paper.mathML(display: false))</td>\
      <td><code>\(escaped(symbol.code))</code></td><td>\(escaped(symbol.shape))</td>\
      <td>\(escaped(symbol.unit))</td></tr>
      """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Symbols"><table class="symbols">
      <thead><tr><th>Paper</th><th>Code</th><th>Shape</th><th>Unit or range</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private func excerpt(_ excerpt: CodeExcerpt) -> String {
    do {
      let lines = try excerpt.lines()
      let names = step.symbols.enumerated().map { (name: $1.codeName, mark: $0) }
      let isRepeated = shown.contains(excerpt)
      let place = "<code>\(escaped(excerpt.file)):\(lines.number)</code>"
      let link = links.link(
        excerpt.file, in: excerpt.package, line: lines.number, text: "Open the file")
      return """
        <details class="code"\(isRepeated ? "" : " open=\"open\"")><summary>\(place)\
        \(isRepeated ? " <small>shown above</small>" : "")</summary>
        <p class="source">\(link)</p><pre tabindex="0"><code>\
        \(SourceMarking.html(lines.text, names: names, marked: lines.marked))\
        </code></pre></details>
        """
    } catch {
      return "<p class=\"missing\">\(escaped("\(error)"))</p>"
    }
  }
}

extension Symbol {
  /// The name to search for in the source: `weights(at:)` gives `weights`, `.shape[k]` gives `shape`.
  var codeName: String {
    let start = code.drop { !$0.isLetter }
    return String(start.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
  }
}

/// Source code as HTML, with comments and the names of the symbol table marked.
enum SourceMarking {
  static func html(
    _ source: String, names: [(name: String, mark: Int)], marked: Int? = nil
  ) -> String {
    let marks = Dictionary(
      names.filter { $0.name.count > 1 }.map { ($0.name, $0.mark) },
      uniquingKeysWith: { first, _ in first })
    return source.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated().map { index, text in
        let html = line(String(text), marks)
        return index == marked ? "<mark>\(html)</mark>" : html
      }.joined(separator: "\n")
  }

  private static func line(_ line: String, _ marks: [String: Int]) -> String {
    guard let comment = line.range(of: "//") else { return words(line, marks) }
    return words(String(line[..<comment.lowerBound]), marks)
      + "<span class=\"comment\">\(words(String(line[comment.lowerBound...]), marks))</span>"
  }

  private static func words(_ text: String, _ marks: [String: Int]) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      let isName = first.isLetter || first == "_"
      let piece = rest.prefix {
        isName ? $0.isLetter || $0.isNumber || $0 == "_" : !($0.isLetter || $0 == "_")
      }
      rest = rest.dropFirst(piece.count)
      if let mark = marks[String(piece)] {
        result += "<span data-symbol=\"\(mark)\">\(escaped(String(piece)))</span>"
      } else {
        result += escaped(String(piece))
      }
    }
    return result
  }
}
