/// The index page of a tour: the map, paths through the chapters, and a card for each chapter.
struct IndexPage {
  var title: String
  var introduction: String
  var chapters: [ChapterSummary]
  var map: TourMap?
  /// Whether nothing has been computed yet, so that there are neither verdicts nor times to read.
  var isLive = false

  /// The text of the file.
  var html: String {
    HTML.document(
      title: title, style: IndexStyle.text,
      body: """
        <header>
        <h1>\(escaped(title))</h1>
        \(HTML.paragraphs(introduction))
        \(isLive ? "" : "<p class=\"summary\">\(HTML.verdict(of: chapters.flatMap(\.claims)))</p>")
        </header>
        <main>
        \(map.map(drawing) ?? "")
        \(map.map(paths) ?? "")
        <section aria-labelledby="chapters">
        <h2 id="chapters">Chapters</h2>
        <ol class="cards">
        \(chapters.map(card).joined(separator: "\n"))
        </ol>
        </section>
        </main>
        """)
  }

  private func drawing(_ map: TourMap) -> String {
    let drawings = [MapDrawing.Layout.wide, .narrow].map { layout in
      MapDrawing(map: map, layout: layout, chapters: chapters.map(\.chapter)).svg
    }
    return """
      <section class="overview" aria-labelledby="map">
      <h2 id="map">\(escaped(map.title))</h2>
      \(HTML.paragraphs(map.caption))
      \(drawings.joined(separator: "\n"))
      </section>
      """
  }

  // MARK: - Paths

  private func paths(_ map: TourMap) -> String {
    let items = map.paths.map { path in
      let minutes = path.targets.reduce(0) { $0 + self.minutes(of: $1) }
      return """
        <div>
        <h3>\(escaped(path.title))\(isLive ? "" : " <small>\(Self.duration(minutes))</small>")</h3>
        \(HTML.paragraphs(path.text))
        <ol>\(path.targets.map(item).joined(separator: "\n"))</ol>
        </div>
        """
    }
    return """
      <section aria-labelledby="paths">
      <h2 id="paths">Paths</h2>
      <div class="paths">\(items.joined(separator: "\n"))</div>
      </section>
      """
  }

  private func item(_ target: TourMap.Target) -> String {
    guard let summary = summary(target) else { return "" }
    let (chapter, step) = (summary.chapter, target.step)
    let question = chapter.steps.first { $0.title == step }?.question
    return """
      <li><a href="\(target.address(among: [chapter]) ?? "")"><span class="equations">\
      \(escaped(step ?? chapter.equations))</span> \(escaped(question ?? chapter.title))</a></li>
      """
  }

  private func summary(_ target: TourMap.Target) -> ChapterSummary? {
    chapters.first { $0.chapter.name == target.chapter }
  }

  private func minutes(of target: TourMap.Target) -> Double {
    guard let summary = summary(target) else { return 0 }
    guard let step = target.step else { return summary.time.total }
    let index = summary.chapter.steps.firstIndex { $0.title == step } ?? 0
    return summary.time.sections["step\(index + 1)"] ?? 0
  }

  private static func duration(_ minutes: Double) -> String {
    let whole = ReadingTime.rounded(minutes)
    return whole == 1 ? "1 minute" : "\(whole) minutes"
  }

  // MARK: - Cards

  private func card(_ summary: ChapterSummary) -> String {
    let (chapter, time) = (summary.chapter, Self.duration(summary.time.total))
    let picture = summary.picture ?? (isLive ? "" : "<span class=\"thumbnail\"></span>")
    return """
      <li>\(picture)
      <div><p class="equations">\(escaped(chapter.equations))\(isLive ? "" : " · \(time)")</p>
      <h3><a href="\(chapter.name).html">\(escaped(chapter.title))</a></h3>
      \(isLive ? "" : "<p>\(HTML.verdict(of: summary.claims))</p>")</div></li>
      """
  }
}

/// The entry of a chapter in the index.
struct ChapterSummary {
  var chapter: Chapter
  var claims: [Claim]
  var time: ReadingTime
  /// The picture of the card, as an `img` element; nil if the chapter has none.
  var picture: String?

  /// The longest sides of the picture of a card.
  static let pictureSize = (width: 320, height: 200)

  /// Summarizes a chapter from the text of its page and the view that it chose for its card.
  init(chapter: Chapter, claims: [Claim], html: String, cover: View?) throws {
    self.chapter = chapter
    self.claims = claims
    time = ReadingTime(html: html)
    picture = try cover.map { view in
      let small = view.rendering.picture.shrunk(
        toWidth: Self.pictureSize.width, height: Self.pictureSize.height)
      let text = view.caption.isEmpty ? view.name : view.caption
      return """
        <span class="thumbnail"><img alt="\(escaped(text))" width="\(small.width)" \
        height="\(small.height)" \
        src="data:image/png;base64,\(try small.pngData().base64EncodedString())"/></span>
        """
    }
  }
}
