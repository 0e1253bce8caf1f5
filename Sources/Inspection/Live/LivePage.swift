/// The page of a chapter whose sections are empty until a script asks for them.
struct LivePage {
  let chapter: Chapter
  let previous: Chapter?
  let next: Chapter?
  let dressing: LiveTour.Dressing

  /// The text of the page.
  var html: String {
    let page = ChapterPage(
      chapter: chapter, settings: chapter.defaults, previous: previous, next: next, hasIndex: true)
    return HTML.document(
      title: "\(chapter.equations) · \(chapter.title)", style: dressing.style,
      body: """
        <header>
        \(page.navigation)
        <p class="equations">\(escaped(chapter.equations))</p>
        <h1>\(escaped(chapter.title))</h1>
        \(HTML.paragraphs(chapter.introduction))
        \(dressing.notice)
        \(page.contents)
        </header>
        <main data-chapter="\(escaped(chapter.name))">
        \(chapter.steps.enumerated().map(section).joined(separator: "\n"))
        </main>
        <footer>\(page.navigation)</footer>
        """,
      script: dressing.script)
  }

  private func section(_ index: Int, _ step: Step) -> String {
    """
    <section id="step\(index + 1)" class="live-step" data-step="\(index + 1)">
    <p class="equations">\(index + 1) · \(HTML.text(step.title))</p>
    <h2>\(HTML.text(step.question))</h2>
    <form class="controls" autocomplete="off"></form>
    <p class="state"><span role="status"></span> <span class="clock" aria-hidden="true"></span></p>
    <div class="outcome"></div>
    </section>
    """
  }
}
