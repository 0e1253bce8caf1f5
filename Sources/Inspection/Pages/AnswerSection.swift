import Foundation

/// The answers to the questions about an equation as a box on a page.
struct AnswerSection {
  let box: AnswerBox
  let page: Page
  let links: PackageLinks
  /// The claim on doubling as HTML; it may move with the slider.
  let doubling: String

  /// The HTML of the box.
  var html: String {
    var rows = [
      ("Which line computes it?", line),
      ("What does doubling do?", doubling),
      ("Where does the code depart from the paper, or choose between readings?", notes),
      ("What holds it?", list(box.proofs.map { links.link($0, in: box.line.package) })),
    ]
    if let golden = box.golden {
      rows.append(("Which golden value can be calculated by hand?", byHand(golden)))
    }
    if let file = box.exerciseFile, let command = box.exerciseCommand {
      rows.append(
        (
          "Can you write it yourself?",
          "Fill in \(links.link(file, in: box.line.package)), then "
            + "<code>\(escaped(command))</code> marks it."
        ))
    }
    let items = rows.map { "<dt>\(escaped($0.0))</dt><dd>\($0.1)</dd>" }
    return """
      <aside class="answers" aria-label="\(escaped(box.equation)) in short">
      <h3>\(escaped(box.equation)) in short</h3>
      <dl>\(items.joined(separator: "\n"))</dl></aside>
      """
  }

  private var line: String {
    guard let lines = try? box.line.lines(), let marked = lines.marked else {
      return escaped(box.line.file)
    }
    let text = lines.text.split(separator: "\n", omittingEmptySubsequences: false)[marked]
    return links.link(box.line.file, in: box.line.package, line: lines.number)
      + "<br/><code>\(escaped(text.trimmingCharacters(in: .whitespaces)))</code>"
  }

  private var notes: String {
    guard !box.notes.isEmpty else { return "Nowhere: the code is the printed equation." }
    let file = AnswerBox.notesFile
    let items = box.notes.map { number in
      guard let note = PaperNote(number, in: box.line.package) else {
        return links.link(file, in: box.line.package, text: "note \(number)")
      }
      let link = links.link(
        file, in: box.line.package, anchor: note.anchor, text: "note \(number): \(note.title)")
      return link + (note.summary.isEmpty ? "" : "<br/><small>\(HTML.inline(note.summary))</small>")
    }
    return list(items)
  }

  private func byHand(_ golden: GoldenValue) -> String {
    let inputs = golden.inputs.map { entry in
      "<li>\(entry.symbol.mathML(display: false)) is \(escaped(entry.value.brief)): "
        + "<code>\(escaped(entry.place))</code></li>"
    }
    return "In \(links.link(golden.folder, in: box.line.package))"
      + "<ul>\(inputs.joined())</ul>"
      + "<div class=\"formula live\" tabindex=\"0\" role=\"group\" "
      + "aria-label=\"Golden value by hand\">\(golden.equality.mathML)</div>"
      + "This is <code>\(escaped(golden.place))</code>."
  }

  private func list(_ items: [String]) -> String {
    "<ul>\(items.map { "<li>\($0)</li>" }.joined())</ul>"
  }
}

/// A note on the paper, from the text of Docs/PaperNotes.md.
struct PaperNote {
  /// The title, from the heading `### 7. Title`.
  let title: String
  /// The first sentence of what is done here; empty if the note has none.
  let summary: String
  /// The anchor of the heading, by the rule of GitHub.
  let anchor: String

  /// Reads a note; nil if there is no such note.
  init?(_ number: Int, in package: URL) {
    let file = package.appendingPathComponent(AnswerBox.notesFile)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let head = "### \(number). "
    guard let start = lines.firstIndex(where: { $0.hasPrefix(head) }) else { return nil }
    title = String(lines[start].dropFirst(head.count))
    let rest = lines[(start + 1)...].prefix { !$0.hasPrefix("#") }
    let here = rest.first { $0.hasPrefix("- **Here**: ") }?.dropFirst("- **Here**: ".count)
    summary = Self.firstSentence(String(here ?? ""))
    anchor = lines[start].dropFirst(4).lowercased().compactMap { character -> String? in
      if character == " " { return "-" }
      return character.isLetter || character.isNumber || "-_".contains(character)
        ? String(character) : nil
    }.joined()
  }

  /// Returns the first sentence of Markdown text, with links as plain text; a word begins with a capital letter.
  static func firstSentence(_ text: String) -> String {
    let plain = text.replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.output.1) }
    let end = plain.firstRange(of: ". ")?.lowerBound ?? plain.endIndex
    var sentence = String(plain[..<end])
    while let last = sentence.last, ":. ".contains(last) { sentence.removeLast() }
    guard let first = sentence.first else { return "" }
    // A symbol such as w_i or δ_N keeps its letter.
    let isWord = sentence.prefix { $0 != " " }.allSatisfy { $0.isASCII && $0.isLetter }
    return (isWord ? first.uppercased() : "\(first)") + sentence.dropFirst() + "."
  }
}
