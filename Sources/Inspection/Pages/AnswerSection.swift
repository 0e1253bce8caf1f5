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
    let items = box.notes.map { note in
      links.link(
        file, in: box.line.package,
        text: "note \(note)"
          + (NoteTitles.title(of: note, in: box.line.package).map { ": \($0)" } ?? ""))
    }
    return list(items)
  }

  private func list(_ items: [String]) -> String {
    "<ul>\(items.map { "<li>\($0)</li>" }.joined())</ul>"
  }
}

/// The titles of the notes on the paper.
enum NoteTitles {
  /// Returns the title of a note, from its heading `### 7. Title`; nil if there is no such note.
  static func title(of note: Int, in package: URL) -> String? {
    let file = package.appendingPathComponent(AnswerBox.notesFile)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let head = "### \(note). "
    return text.split(separator: "\n").first { $0.hasPrefix(head) }.map {
      String($0.dropFirst(head.count))
    }
  }
}
