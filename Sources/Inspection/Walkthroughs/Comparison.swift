/// What a change of a parameter does to the findings of a step.
struct Comparison {
  /// A changed finding, as a line for the terminal.
  struct Line: Equatable {
    let text: String
    /// The verdict of a claim; nil for everything else.
    let holds: Bool?
  }

  /// The numbers, claims and tables that changed, and the claims that fail, in the order of the page.
  private(set) var lines: [Line] = []
  /// The pictures that changed, as they are now.
  private(set) var views: [View] = []
  /// The number of pictures of the step.
  private(set) var viewCount = 0

  /// Compares the findings before and after a change.
  init(before: [Finding], after: [Finding]) {
    for (old, new) in Self.pairs(before, after) { compare(old, new) }
    viewCount = after.reduce(0) { if case .view = $1 { $0 + 1 } else { $0 } }
  }

  /// Returns each new finding with the old one that it replaces.
  ///
  /// A step usually reports the same findings in the same order, and a label may hold a value. If the
  /// order changed, findings belong together by what they are about.
  private static func pairs(
    _ before: [Finding], _ after: [Finding]
  ) -> [(old: Finding?, new: Finding)] {
    if before.map(\.kind) == after.map(\.kind) {
      return zip(before, after).map { (old: $0, new: $1) }
    }
    var waiting = Dictionary(grouping: before, by: \.key)
    return after.map { new in
      guard let old = waiting[new.key]?.first else { return (nil, new) }
      waiting[new.key]?.removeFirst()
      return (old, new)
    }
  }

  private mutating func compare(_ old: Finding?, _ new: Finding) {
    switch (old, new) {
    case (.line(let same, let value, _)?, .line(let label, let other, let unit)) where same == label:
      if value != other { add("\(label) = \(value) → \(other.withUnit(unit))") }
    case (_, .line(let label, let value, let unit)):
      add("\(label) = \(value.withUnit(unit))\(Self.earlier(old))")
    case (.claim(let before)?, .claim(let after)): compare(before, after)
    case (_, .claim(let claim)): add(claim.line, holds: claim.holds)
    case (.table(let before)?, .table(let after)): compare(before, after)
    case (_, .table(let table)): add("\(table.title): a new table")
    case (.view(let before)?, .view(let after)):
      let isSame =
        before.rendering.picture == after.rendering.picture
        && before.alternativeText == after.alternativeText && before.caption == after.caption
      if !isSame { views.append(after) }
    case (_, .view(let view)): views.append(view)
    case (_, .note): break
    }
  }

  private mutating func compare(_ before: Claim, _ after: Claim) {
    guard before != after else {
      if !after.holds { add(after.line, holds: false) }
      return
    }
    let verdict = before.holds == after.holds ? "" : (before.holds ? "✓ → " : "✗ → ")
    let isSame = before.text == after.text && before.measurement != after.measurement
    guard isSame, !before.measurement.isEmpty else {
      let earlier = before.text == after.text ? "" : "  (before: \(before.text))"
      return add(verdict + after.line + earlier, holds: after.holds)
    }
    let symbol = after.holds ? "✓ holds" : "✗ FAILS"
    add(
      "\(verdict)\(symbol)  \(after.text)  (\(before.measurement) → \(after.measurement))",
      holds: after.holds)
  }

  private mutating func compare(_ before: Table, _ after: Table) {
    guard before.columns == after.columns, before.rows.count == after.rows.count else {
      return add("\(after.title): \(before.rows.count) → \(after.rows.count) rows")
    }
    for (old, new) in zip(before.rows, after.rows) {
      let cells = zip(after.columns, zip(old, new)).filter { $1.0 != $1.1 }
      if cells.isEmpty { continue }
      let changes = cells.map { column, cell in
        "\(column.isEmpty ? "" : column + " ")\(cell.0) → \(cell.1)"
      }
      // The first cell names the row, unless it changed itself.
      let name = new.first.map { old.first == $0 ? ", \($0)" : "" } ?? ""
      add("\(after.title)\(name): \(changes.joined(separator: ", "))")
    }
  }

  /// Returns what an old line with another label said, in parentheses.
  private static func earlier(_ old: Finding?) -> String {
    guard case .line(let label, let value, let unit)? = old else { return "  (new)" }
    return "  (before: \(label) = \(value.withUnit(unit)))"
  }

  private mutating func add(_ text: String, holds: Bool? = nil) {
    lines.append(Line(text: text, holds: holds))
  }
}
