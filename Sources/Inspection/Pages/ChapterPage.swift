import Foundation

/// One chapter as a self-contained HTML file, without network access or other files.
///
/// Its only script turns the frames of the sliders; without scripts everything else can be read.
/// The text is well-formed XML as well as HTML. Each step is added when it has run, so that only its
/// text and its pictures remain in memory.
struct ChapterPage {
  let chapter: Chapter
  let settings: [String: Double]
  private let links: PackageLinks
  /// The excerpts that the steps so far have shown.
  private var shown: Set<CodeExcerpt> = []
  var previous: Chapter?
  var next: Chapter?
  var hasIndex: Bool
  private var sections: [String] = []
  private var claims: [Claim] = []
  private var hasSliders = false

  init(
    chapter: Chapter, settings: [String: Double], folder: URL? = nil,
    previous: Chapter? = nil, next: Chapter? = nil, hasIndex: Bool
  ) {
    self.chapter = chapter
    self.settings = settings
    links = PackageLinks(from: folder)
    self.previous = previous
    self.next = next
    self.hasIndex = hasIndex
  }

  /// Adds the outcome of a step.
  mutating func add(_ outcome: StepOutcome) throws {
    sections.append(
      try StepSection(outcome, parameters: chapter.parameters, links: links, shown: shown).html)
    shown.formUnion(outcome.step.code)
    claims += outcome.claims + outcome.failuresOfFrames
    if !outcome.frames.isEmpty { hasSliders = true }
  }

  /// The text of the file.
  var html: String {
    HTML.document(
      title: "\(chapter.equations) · \(chapter.title)",
      body: """
        <header>
        \(navigation)
        <p class="equations">\(escaped(chapter.equations))</p>
        <h1>\(escaped(chapter.title))</h1>
        \(HTML.paragraphs(chapter.introduction))
        <p class="summary">\(HTML.verdict(of: claims))</p>
        \(parameters)
        \(contents)
        </header>
        <main>
        \(sections.joined(separator: "\n"))
        </main>
        <footer>\(navigation)</footer>
        """,
      script: hasSliders ? PageScript.element : "")
  }

  /// The links to the index and to the chapters before and after this one.
  var navigation: String {
    var links: [String] = []
    if let previous {
      links.append(link(previous, "← \(previous.equations)", relation: "prev"))
    }
    if hasIndex { links.append("<a href=\"index.html\">All chapters</a>") }
    if let next { links.append(link(next, "\(next.equations) →", relation: "next")) }
    return links.isEmpty
      ? "" : "<nav aria-label=\"Chapters\">\(links.joined(separator: "\n"))</nav>"
  }

  private func link(_ chapter: Chapter, _ text: String, relation: String) -> String {
    "<a rel=\"\(relation)\" href=\"\(chapter.name).html\" title=\"\(escaped(chapter.title))\">"
      + "\(escaped(text))</a>"
  }

  /// The list of the steps.
  var contents: String {
    let items = chapter.steps.enumerated().map { index, step in
      "<li><a href=\"#step\(index + 1)\"><b>\(escaped(step.title))</b> "
        + "\(escaped(step.question))</a></li>"
    }
    return "<ol class=\"contents\">\(items.joined(separator: "\n"))</ol>"
  }

  private var parameters: String {
    guard !chapter.parameters.isEmpty else { return "" }
    let rows = chapter.parameters.map { parameter in
      let value = settings[parameter.name] ?? parameter.value
      return [
        "<code>\(escaped(parameter.name))</code>",
        escaped(parameter.label(of: value)), escaped(parameter.span),
        escaped(parameter.explanation),
      ]
    }
    let table = HTML.table(
      title: "Parameters of this page", columns: ["Parameter", "Value", "Range", "Meaning"],
      rows: rows)
    return """
      <details class="parameters"><summary>Parameters of this page</summary>
      \(table)
      <p><small>Sliders show values computed when the page was made. For any other value, type \
      <code>set NAME VALUE</code> in the terminal, or write the page again with \
      <code>--set \(escaped(chapter.name)).NAME=VALUE</code>.</small></p></details>
      """
  }
}
