/// The outcome of one step as text for a terminal.
struct StepText {
  var chapter: Chapter
  var outcome: StepOutcome
  var console: Console

  /// Writes the question, the formulas, the symbols and the findings.
  func write() {
    let step = outcome.step
    console.line()
    console.line(
      console.styled("\(outcome.number)/\(chapter.steps.count)  \(step.title)", .bold)
        + "  \(step.question)")
    for formula in step.formulas { console.line("\n    \(formula.text)") }
    if !step.formulas.isEmpty { console.line() }
    writeColumns(
      step.symbols.map { [$0.paper.text, $0.code, $0.shape, $0.unit] }, heads: nil)
    writeFindings()
  }

  /// Writes the findings of the step.
  func writeFindings() {
    for entry in outcome.page.entries { write(entry) }
    let names = outcome.page.views.map(\.name)
    if !names.isEmpty {
      console.line(console.styled("  show \(names.joined(separator: " · "))", .faint))
    }
  }

  private func write(_ entry: Page.Entry) {
    switch entry {
    case .number(let reading): console.line("  " + reading.line)
    case .equality(let equality):
      console.line("  \(equality.line)")
      if !equality.claim.holds { console.line(equality.claim) }
    case .view(let view): console.line(console.styled("  ▣ \(view.alternativeText)", .faint))
    case .table(let table):
      console.line("  \(table.title)")
      writeColumns(table.rows, heads: table.columns)
    case .note: break
    case .claim(let claim): console.line(claim)
    }
  }

  private func writeColumns(_ rows: [[String]], heads: [String]?) {
    let all = (heads.map { [$0] } ?? []) + rows
    guard let count = all.first?.count else { return }
    let widths = (0..<count).map { column in all.map { $0[column].count }.max() ?? 0 }
    for (index, row) in all.enumerated() {
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = "    " + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      console.line(heads != nil && index == 0 ? console.styled(line, .faint) : line)
    }
  }
}
