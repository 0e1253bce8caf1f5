/// The index page of a tour, with links to its chapters.
struct IndexPage {
  var title: String
  var introduction: String
  var chapters: [ChapterSummary]

  /// The text of the file.
  var html: String {
    let cards = chapters.map { summary in
      """
      <li><a href="\(summary.chapter.name).html"><span class="equations">\
      \(escaped(summary.chapter.equations))</span> <b>\(escaped(summary.chapter.title))</b></a>
      \(HTML.verdict(of: summary.claims))</li>
      """
    }
    return HTML.document(
      title: title,
      body: """
        <header>
        <h1>\(escaped(title))</h1>
        \(HTML.paragraphs(introduction))
        <p class="summary">\(HTML.verdict(of: chapters.flatMap(\.claims)))</p>
        </header>
        <main>
        <ol class="chapters">
        \(cards.joined(separator: "\n"))
        </ol>
        </main>
        """)
  }
}
