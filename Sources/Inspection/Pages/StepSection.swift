import Foundation

/// One step of a chapter as a section of a page.
struct StepSection {
  private let outcome: StepOutcome
  private var step: Step { outcome.step }

  init(_ outcome: StepOutcome) { self.outcome = outcome }

  /// The HTML of the section.
  var html: String {
    get throws {
      """
      <section id="step\(outcome.number)">
      <p class="equations">\(outcome.number) · \(escaped(step.title))</p>
      <h2>\(escaped(step.question))</h2>
      \(formulas)
      \(reference)
      \(try findings)
      </section>
      """
    }
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
    let shown = parts.filter { !$0.isEmpty }.joined(separator: "\n")
    return shown.isEmpty ? "" : "<div class=\"reference\">\(shown)</div>"
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
      return """
        <details class="code" open="open"><summary><code>\(escaped(excerpt.file)):\(lines.first)\
        </code></summary><pre tabindex="0"><code>\(SourceMarking.html(lines.text, names: names))\
        </code></pre></details>
        """
    } catch {
      return "<p class=\"missing\">\(escaped("\(error)"))</p>"
    }
  }

  private var findings: String {
    get throws {
      var parts: [String] = []
      var run: [String] = []
      var runKind = ""
      func close() {
        guard !run.isEmpty else { return }
        let tag = ["claims": "ul", "numbers": "dl"][runKind] ?? "div"
        parts.append("<\(tag) class=\"\(runKind)\">\(run.joined(separator: "\n"))</\(tag)>")
        run = []
      }
      // Consecutive numbers share a list, as do consecutive claims; consecutive pictures share rows.
      func append(_ item: String, to kind: String) {
        if kind != runKind { close() }
        runKind = kind
        run.append(item)
      }
      for entry in outcome.page.entries {
        switch entry {
        case .number(let reading):
          let unit = reading.unit.isEmpty ? "" : " <small>\(escaped(reading.unit))</small>"
          append(
            "<div><dt>\(escaped(reading.label))</dt><dd>\(reading.value.brief)\(unit)</dd></div>",
            to: "numbers")
        case .claim(let claim): append(HTML.claim(claim), to: "claims")
        case .view(let view): append(try HTML.figure(view), to: "figures")
        case .table(let table):
          close()
          parts.append(
            HTML.table(
              title: table.title, columns: table.columns, rows: table.rows.map { $0.map(escaped) }))
        case .note(let note):
          close()
          parts.append("<aside class=\"why\">\(HTML.paragraphs(note))</aside>")
        }
      }
      close()
      return parts.joined(separator: "\n")
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
  static func html(_ source: String, names: [(name: String, mark: Int)]) -> String {
    let marks = Dictionary(
      names.filter { $0.name.count > 1 }.map { ($0.name, $0.mark) },
      uniquingKeysWith: { first, _ in first })
    return source.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line(String($0), marks) }.joined(separator: "\n")
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
