import Foundation
import TensorFiles

/// A dump as one self-contained page, with all pictures in the order of the paper's figure 2.
///
/// Tensors of the same kind are shown side by side for all parts. A tooltip on each picture shows its
/// name, shape, unit and range.
public struct DumpPage {
  private let title: String
  private let introduction: String
  /// What made the dump, as names and values.
  public var facts: [(name: String, value: String)] = []
  /// What a reader should know before trusting the pictures, for example an empty volume.
  public var warnings: [String] = []
  /// The configuration of the model as JSON; the page shows it folded.
  public var configuration = ""

  /// Creates a page with a headline and an introduction.
  public init(title: String, introduction: String) {
    self.title = title
    self.introduction = introduction
  }

  /// Returns the kinds of a numbered kind, such as `layer`, that occur, from first to last.
  private static func numbered(_ kind: String, in kinds: Set<String>) -> [String] {
    kinds.compactMap { $0.hasPrefix(kind) ? Int($0.dropFirst(kind.count)) : nil }.sorted()
      .map { "\(kind)\($0)" }
  }

  /// Writes `index.html` into the folder of a dump writer.
  public func write(_ writer: DumpWriter) throws {
    let html = try html(writer.entries) { entry in
      let file = writer.folder.appendingPathComponent(entry.picture)
      do { return try Data(contentsOf: file) } catch {
        throw InspectionError.cannotRead(file.path)
      }
    }
    try writer.writeFile(DumpWriter.pageName) { try AtomicFile.write(html, to: $0) }
  }

  /// Returns the text of the file.
  func html(_ entries: [DumpEntry], picture: (DumpEntry) throws -> Data) throws -> String {
    let kinds = Set(entries.map { DumpName($0.name).kind })
    func expanded(_ listed: [String]) -> [String] {
      listed.flatMap { kind in
        DumpStation.numberedKinds.contains(kind) ? Self.numbered(kind, in: kinds) : [kind]
      }
    }
    let known = Set(expanded(DumpStation.all.flatMap(\.kinds)))
    let others = DumpStation(
      headline: "Other tensors", explanation: "", kinds: kinds.subtracting(known).sorted())
    let sections = try (DumpStation.all + [others]).compactMap { station in
      let rows = try expanded(station.kinds).compactMap { kind in
        try Self.row(entries.filter { DumpName($0.name).kind == kind }, picture)
      }
      return rows.isEmpty
        ? nil : Self.section(station.headline, station.explanation, rows.joined(separator: "\n"))
    }
    let reading = Self.section("How to read the pictures", DumpStation.reading(kinds), "")
    return HTML.page(
      title: title, introduction: introduction,
      sections: [origin, entries.isEmpty ? "" : reading].filter { !$0.isEmpty } + sections)
  }

  private static func section(_ headline: String, _ text: String, _ content: String) -> String {
    """
    <section><h2>\(escaped(headline))</h2>
    \(HTML.paragraphs(text))
    \(content)
    </section>
    """
  }

  /// The section on what made the dump; empty if nothing is known.
  private var origin: String {
    guard !facts.isEmpty || !warnings.isEmpty else { return "" }
    let list = warnings.map { "<li class=\"bad\">\(escaped($0))</li>" }
    let table = HTML.table(
      title: "Origin", columns: ["What", "Value"],
      rows: facts.map { [escaped($0.name), HTML.inline($0.value)] })
    let folded =
      configuration.isEmpty
      ? ""
      : "<details class=\"code\"><summary>The configuration of the model, <code>config.json</code>"
        + "</summary><pre tabindex=\"0\"><code>\(escaped(configuration))</code></pre></details>"
    return Self.section(
      "What made this dump", "",
      (list.isEmpty ? "" : "<ul class=\"warnings\">\(list.joined())</ul>\n") + table + folded)
  }

  /// Returns the pictures of one kind; nil if there are none.
  ///
  /// If the tensors of all parts are equal, the picture is shown once. A caption that all pictures have
  /// is shown above them.
  private static func row(
    _ entries: [DumpEntry], _ picture: (DumpEntry) throws -> Data
  ) throws -> String? {
    let isSame = entries.dropFirst().allSatisfy { $0.sameAs == entries.first?.name }
    let shown = isSame ? Array(entries.prefix(1)) : entries
    let captions = Set(shown.map(\.caption))
    let common = shown.count > 1 && captions.count == 1 ? captions.first ?? "" : ""
    let pictures = try shown.map { entry in
      try embedded(
        entry, hasCaption: common.isEmpty, equals: isSame ? entries.count : 1,
        data: picture(entry))
    }
    guard let first = pictures.first else { return nil }
    // Pictures of several parts are arranged for comparison: maps small, larger ones two in a row.
    let arrangement = pictures.count < 2 ? "" : first.width <= 640 ? " parts" : " sheets"
    let above = common.isEmpty ? "" : "<p class=\"kind\">\(HTML.inline(common))</p>\n"
    return above + "<div class=\"figures\(arrangement)\">"
      + "\(pictures.map(HTML.figure).joined(separator: "\n"))</div>"
  }

  private static func embedded(
    _ entry: DumpEntry, hasCaption: Bool, equals: Int, data: Data
  ) -> HTML.EmbeddedPicture {
    let shape = entry.shape.map { $0.map(String.init).joined(separator: " × ") } ?? ""
    var facts = entry.axes.isEmpty ? [shape] : ["\(entry.axes) = \(shape)"]
    if let least = entry.min, let greatest = entry.max {
      facts.append("\(least.brief) … \(greatest.brief)")
    }
    if !entry.unit.isEmpty { facts.append(entry.unit) }
    if let bad = entry.notFinite, bad > 0 { facts.append("\(bad) not finite") }
    if let range = entry.colorRange, range.count == 2 {
      facts.append("colors \(range[0].brief) … \(range[1].brief)")
    }
    if let meaning = entry.colorMeaning { facts.append(meaning) }
    let numbers = facts.joined(separator: " · ")
    var words = [equals > 1 ? "" : entry.part ?? "", entry.equation]
    if hasCaption { words.append(entry.caption) }
    if equals > 1 { words.append("Equal for all \(equals) parts and shown once.") }
    let size = Self.size(ofPNG: data)
    return HTML.EmbeddedPicture(
      name: entry.name, caption: words.filter { !$0.isEmpty }.joined(separator: " · "),
      numbers: numbers, alternativeText: "\(entry.name), \(numbers)", width: size.width,
      height: size.height, data: data.base64EncodedString(), hint: "\(entry.name) \(numbers)")
  }

  /// Returns the width and height from the header of a PNG file, where they are big-endian numbers.
  private static func size(ofPNG data: Data) -> (width: Int, height: Int) {
    func number(at start: Int) -> Int {
      data.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    return (number(at: 16), number(at: 20))
  }
}
