/// The outcome of one step as text for a terminal.
struct StepText {
  var outcome: StepOutcome
  /// The numbers of chapter and step that `goto` takes, for example `4.1`.
  var number: String
  /// The number of steps of the chapter.
  var count: Int
  var console: Console
  /// Whether the first picture is drawn.
  var drawsPicture: Bool

  /// Writes the question, the formulas, the symbols and the findings.
  func write() {
    let step = outcome.step
    console.line()
    let head = "\(number)  \(step.title)"
    console.wrapped(
      // No line ends between the words in parentheses.
      "\(head)  \(step.question)  (step\u{A0}\(outcome.number)\u{A0}of\u{A0}\(count))",
      hanging: "  ", .bold)
    for formula in step.formulas {
      console.line()
      console.wrapped(formula.text, indent: "    ", hanging: "        ")
    }
    if !step.formulas.isEmpty { console.line() }
    console.table(step.symbols.map { [$0.paper.text, $0.code, $0.shape, $0.unit] })
    writeFindings()
  }

  /// Writes the findings of the step.
  func writeFindings() {
    var isFirst = true
    for finding in outcome.page.findings {
      write(finding)
      guard case .view(let view) = finding else { continue }
      if isFirst && drawsPicture { draw(view) }
      isFirst = false
    }
    writeNames()
  }

  private func writeNames() {
    let names = outcome.page.views.map(\.name)
    guard !names.isEmpty else { return }
    console.wrapped(
      "show \(names.joined(separator: " · "))", indent: "  ", hanging: "       ", .faint)
  }

  /// Draws a picture in a size that leaves room for the text around it, with its caption.
  func draw(_ view: View) {
    let indent = "    "
    let text = view.terminalText(
      columns: min(console.columns - indent.count - 1, 72),
      rows: min(20, max(6, console.rows - 4)), hasColor: console.hasColor)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      console.line(indent + line)
    }
    guard !view.caption.isEmpty, view.tensor != nil else { return }
    console.wrapped(view.caption, indent: "    ", .faint)
  }

  private func write(_ finding: Finding) {
    switch finding {
    case .line(let label, let value, let unit):
      console.wrapped(
        "\(label) = \(value.withUnit(unit))", indent: "  ", hanging: "      ")
    case .view(let view):
      console.wrapped("▣ \(view.alternativeText)", indent: "  ", hanging: "    ", .faint)
    case .table(let table):
      console.wrapped(table.title, indent: "  ")
      console.table(table.rows, heads: table.columns)
    case .note: break
    case .claim(let claim): console.line(claim)
    }
  }
}
