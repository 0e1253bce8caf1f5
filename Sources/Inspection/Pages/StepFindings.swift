/// The findings of a step as HTML: those that move with its slider hold one frame for each value.
struct StepFindings {
  /// An entry of a page with its HTML at every value of the slider.
  private struct Item {
    let entry: Page.Entry
    /// The HTML at the current settings.
    let html: String
    /// The HTML of every frame; empty if the entry does not move.
    let frames: [String]
  }

  /// Whether anything moves.
  var moves: Bool { items.contains { !$0.frames.isEmpty } }

  private let outcome: StepOutcome
  private let parameter: Parameter?
  private let items: [Item]
  private let current: Int
  private let lead: Int?

  init(_ outcome: StepOutcome, parameters: [Parameter]) throws {
    self.outcome = outcome
    parameter = parameters.first { $0.name == outcome.step.sweep?.parameter }
    let pages = parameter == nil ? [] : outcome.frames.map(\.page)
    current = pages.firstIndex { $0.settings == outcome.page.settings } ?? 0
    let moving = outcome.step.sweep?.views
    var items: [Item] = []
    for entry in outcome.page.entries {
      var html = try Self.html(entry)
      var frames: [String] = []
      if let parameter, !Self.isMovable(entry, moving), Self.changes(entry, on: pages) {
        let value = outcome.page.settings[parameter.name] ?? parameter.value
        let place = "shown for \(parameter.name) = \(parameter.label(of: value))"
        html = try Self.html(entry.captioned(place))
      } else if Self.isMovable(entry, moving) {
        let entries = pages.map { page in page.entries.first { $0.key == entry.key } }
        let charts = entries.compactMap { $0?.chart }
        frames = try entries.map {
          try $0.map { try Self.html($0.sharingAxes(with: charts)) } ?? ""
        }
      }
      items.append(
        Item(entry: entry, html: html, frames: frames.allSatisfy { $0 == html } ? [] : frames))
    }
    self.items = items
    lead = Self.lead(items, moving)
  }

  private static func isMovable(_ entry: Page.Entry, _ views: [String]?) -> Bool {
    guard case .view(let view) = entry, let views else { return true }
    return views.contains(DumpName.ofAnyPart(view.name))
  }

  /// Returns whether a picture is another one at some value of the slider.
  private static func changes(_ entry: Page.Entry, on pages: [Page]) -> Bool {
    guard !pages.isEmpty, let shown = entry.pixels else { return false }
    return pages.contains { page in
      page.entries.first { $0.key == entry.key }?.pixels != shown
    }
  }

  /// Returns the index of the picture beside formula and code: the first that is named, else the first
  /// that moves, else the first.
  private static func lead(_ items: [Item], _ views: [String]?) -> Int? {
    func isView(_ item: Item) -> View? {
      if case .view(let view) = item.entry { view } else { nil }
    }
    return items.firstIndex {
      isView($0).map { DumpName.ofAnyPart($0.name) } == views?.first && views != nil
    }
      ?? items.firstIndex { isView($0) != nil && !$0.frames.isEmpty }
      ?? items.firstIndex { isView($0) != nil }
  }

  // MARK: - Frames

  private static func html(_ entry: Page.Entry) throws -> String {
    switch entry {
    case .number(let reading): return escaped(reading.value.brief.withUnit(reading.unit))
    case .equality(let equality):
      let unit = equality.unit.isEmpty ? "" : " <small>\(escaped(equality.unit))</small>"
      let failure =
        equality.claim.holds ? "" : "<ul class=\"claims\">\(HTML.claim(equality.claim))</ul>"
      return "\(equality.mathML)\(unit)\(failure)"
    case .view(let view): return try HTML.figure(view)
    case .table(let table):
      return HTML.table(
        title: table.title, columns: table.columns, rows: table.rows.map { $0.map(escaped) })
    case .note(let note): return "<aside class=\"why\">\(HTML.paragraphs(note))</aside>"
    case .claim(let claim):
      return "<div class=\"\(claim.holds ? "holds" : "fails")\">\(HTML.verdict(claim))</div>"
    }
  }

  /// Returns the HTML of an item, with all its frames if it moves.
  private func framed(_ item: Item, as tag: String = "div") -> String {
    guard !item.frames.isEmpty else { return item.html }
    return item.frames.enumerated().map { index, html in
      let hidden = index == current ? "" : " hidden=\"hidden\""
      return "<\(tag) data-frame=\"\(index)\"\(hidden)>\(html)</\(tag)>"
    }.joined()
  }

  // MARK: - The stage

  /// The slider and the picture beside formula and code; empty if the step has neither.
  var stage: String {
    [slider, lead.map { framed(items[$0]) } ?? ""].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var slider: String {
    guard moves, let parameter else { return "" }
    let labels = outcome.frames.map { parameter.label(of: $0.value) }
    let id = "slider\(outcome.number)"
    return """
      <div class="slider"><label for="\(id)"><b>\(escaped(parameter.name))</b> \
      <output for="\(id)">\(escaped(labels[current]))</output></label>
      <input type="range" id="\(id)" min="0" max="\(labels.count - 1)" step="1" \
      value="\(current)" aria-valuetext="\(escaped(labels[current]))" aria-describedby="\(id)-meaning" \
      data-labels="\(escaped(labels.joined(separator: "|")))"/>
      <small id="\(id)-meaning">\(escaped(parameter.meaning))</small></div>
      """
  }

  /// The formulas with numbers.
  var equalities: String {
    items.filter { if case .equality = $0.entry { true } else { false } }.map { item in
      "<div class=\"formula live\" tabindex=\"0\" role=\"group\" "
        + "aria-label=\"Formula with numbers\">\(framed(item))</div>"
    }.joined(separator: "\n")
  }

  /// Returns the claim that begins with a text, with its frames; empty if there is none.
  func claim(beginning text: String) -> String {
    items.first { item in
      if case .claim(let claim) = item.entry { claim.text.hasPrefix(text) } else { false }
    }.map { framed($0) } ?? ""
  }

  // MARK: - The rest

  /// All other findings in reading order, and the numbers of all frames.
  var rest: String {
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
    for (index, item) in items.enumerated() where index != lead {
      switch item.entry {
      case .equality: break
      case .number(let reading):
        append(
          "<div><dt>\(HTML.text(reading.label))</dt><dd>\(framed(item, as: "span"))</dd></div>",
          to: "numbers")
      case .claim: append("<li>\(framed(item))</li>", to: "claims")
      case .view:
        append(item.frames.isEmpty ? item.html : "<div>\(framed(item))</div>", to: "figures")
      case .table, .note:
        close()
        parts.append(framed(item))
      }
    }
    close()
    return (parts + [everyFrame]).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The numbers of all frames as a table, which can be read without scripts.
  private var everyFrame: String {
    guard moves, let parameter else { return "" }
    let columns = items.filter { !$0.frames.isEmpty }.compactMap { item -> (String, Page.Entry)? in
      switch item.entry {
      case .number(let reading): (reading.label, item.entry)
      case .equality(let equality): (equality.symbol.text, item.entry)
      default: nil
      }
    }
    guard !columns.isEmpty else { return "" }
    let rows = outcome.frames.map { frame in
      [escaped(parameter.choices == nil ? frame.value.brief : parameter.label(of: frame.value))]
        + columns.map { _, entry in
          frame.page.entries.first { $0.key == entry.key }?.value.map { escaped($0.brief) } ?? ""
        }
    }
    return """
      <details class="every-frame"><summary>The numbers at every value of \
      \(escaped(parameter.name))</summary>
      \(HTML.table(title: "Every value of \(parameter.name)", columns: [parameter.name] + columns.map(\.0), rows: rows))
      </details>
      """
  }
}

extension Page.Entry {
  /// What identifies an entry on the pages of all frames.
  fileprivate var key: [String] {
    switch self {
    case .number(let reading): ["number", reading.label]
    case .equality(let equality): ["equality", equality.symbol.source]
    case .view(let view): ["view", DumpName.ofAnyPart(view.name)]
    case .table(let table): ["table", table.title]
    case .note(let note): ["note", note]
    case .claim(let claim): ["claim", claim.text]
    }
  }

  /// The pictures of a view; nil for other entries.
  fileprivate var pixels: [Picture]? {
    guard case .view(let view) = self else { return nil }
    return view.rendering.gallery?.tiles.flatMap(\.pictures) ?? [view.rendering.picture]
  }

  /// Returns the entry with a remark at the end of its caption.
  fileprivate func captioned(_ remark: String) -> Page.Entry {
    guard case .view(var view) = self else { return self }
    view.caption += view.caption.isEmpty ? remark : "; \(remark)"
    return .view(view)
  }

  /// The chart of a view; nil for other entries.
  fileprivate var chart: Chart? {
    if case .view(let view) = self { view.rendering.chart } else { nil }
  }

  /// Returns the entry with a chart whose axes cover all frames, so that a slider moves bars and not axes.
  fileprivate func sharingAxes(with charts: [Chart]) -> Page.Entry {
    guard case .view(var view) = self, let chart = view.rendering.chart else { return self }
    view.rendering.chart = chart.sharingAxes(with: charts)
    return .view(view)
  }

  /// The number of a reading or an equality; nil for other entries.
  fileprivate var value: Double? {
    switch self {
    case .number(let reading): reading.value
    case .equality(let equality): equality.result
    case .view, .table, .note, .claim: nil
    }
  }
}
