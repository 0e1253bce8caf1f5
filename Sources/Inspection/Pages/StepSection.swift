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
    <p class="equations">\(outcome.number) · \(HTML.text(step.title))</p>
    <h2>\(HTML.text(step.question))</h2>
    \(content)
    </section>
    """
  }

  /// The section without its heading: the picture beside formula and code, then all findings.
  var content: String {
    let stage = findings.stage
    let text = [formulas, findings.equalities, reference, answers].filter { !$0.isEmpty }
    // A stage higher than the window scrolls; without a slider it has to be a stop of the keyboard itself.
    let stop = findings.moves ? "" : " tabindex=\"0\" role=\"region\" aria-label=\"Picture\""
    let columns =
      (stage.isEmpty ? "" : "<div class=\"stage\"\(stop)>\(stage)</div>\n")
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
    var anchors = SymbolAnchors(step: outcome.number)
    let excerpts = step.code.map { excerpt($0, &anchors) }
    let parts = [symbols(anchors)] + excerpts
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

  private func symbols(_ anchors: SymbolAnchors) -> String {
    guard !step.symbols.isEmpty else { return "" }
    let rows = step.symbols.enumerated().map { index, symbol in
      let name = "<code>\(escaped(symbol.code))</code>"
      let cell = anchors.place(of: index).map { "<a href=\"#\($0)\">\(name)</a>" } ?? name
      return """
        <tr tabindex="0" data-symbol="\(index)"><td>\(symbol.paper.mathML(display: false))</td>\
        <td>\(cell)</td><td>\(escaped(symbol.shape))</td>\
        <td>\(escaped(symbol.unit))</td></tr>
        """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Symbols"><table class="symbols">
      <thead><tr><th>Paper</th><th>Code</th><th>Shape</th><th>Unit or range</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private func excerpt(_ excerpt: CodeExcerpt, _ anchors: inout SymbolAnchors) -> String {
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
        \(SourceMarking.html(lines.text, names: names, marked: lines.marked, anchors: &anchors))\
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
