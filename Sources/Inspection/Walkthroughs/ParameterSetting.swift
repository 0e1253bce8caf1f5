import Messages

/// A new value of a parameter, written as `alpha=0.25`, `part=hair` or `gaussian-lifting.alpha=0.25`.
struct ParameterSetting {
  /// The name of the chapter; nil for all chapters that accept the value.
  let chapter: String?
  let name: String
  /// The value as it was typed: each chapter reads it by its own parameter.
  private let text: String

  /// Parses `NAME=VALUE` or `CHAPTER.NAME=VALUE`.
  init(_ text: String) throws(WalkthroughMistake) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw WalkthroughMistake("--set needs NAME=VALUE, as in --set alpha=2")
    }
    let owner = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    chapter = owner.count == 2 ? String(owner[0]) : nil
    name = String(owner[owner.count - 1])
    self.text = String(parts[1])
  }

  /// Parses a number in plain decimal notation: only a sign, digits and a decimal point.
  ///
  /// Swift also accepts `nan`, `inf` and hexadecimal digits, which would be mistakes here.
  static func number(_ text: String) throws(WalkthroughMistake) -> Double {
    let isSpecial = ["nan", "inf", "infinity"].contains(
      text.lowercased().trimmingPrefix { "+-".contains($0) })
    if isSpecial { throw WalkthroughMistake("got \(text), expected a number such as 0.25") }
    guard let value = Double(text) else {
      let shown = text.isEmpty ? "an empty value" : text
      throw WalkthroughMistake("\(shown) is not a number; write, for example, 0.25")
    }
    guard text.allSatisfy({ "+-.0123456789".contains($0) }) else {
      throw WalkthroughMistake(
        "\(text) is not in plain decimal notation; write, for example, 0.25")
    }
    return value
  }

  /// Returns the value for each chapter that accepts it, by the name of the chapter.
  ///
  /// - Throws: a `WalkthroughMistake` if there is no such chapter or parameter, or if no chapter
  ///   allows the value; it lists the possible names or ranges.
  func values(among chapters: [Chapter]) throws(WalkthroughMistake) -> [String: Double] {
    if let chapter, !chapters.contains(where: { $0.name == chapter }) {
      let names = chapters.map(\.name).joined(separator: ", ")
      throw WalkthroughMistake(
        "--set \(chapter).\(name): no such chapter; the chapters are \(names)")
    }
    let meant = chapters.filter { chapter == nil || $0.name == chapter }
    let owners = meant.compactMap { owner in
      owner.parameters.first { $0.name == name }.map { (chapter: owner.name, parameter: $0) }
    }
    guard !owners.isEmpty else {
      let names = Set(meant.flatMap(\.parameters).map(\.name)).sorted().joined(separator: ", ")
      throw WalkthroughMistake(
        "--set \(name): no such parameter; "
          + (names.isEmpty ? "there are no parameters" : "the parameters are \(names)"))
    }
    var values: [String: Double] = [:]
    for owner in owners { values[owner.chapter] = try? owner.parameter.value(of: text) }
    guard values.isEmpty else { return values }
    var shown = text
    if owners.allSatisfy({ $0.parameter.choices == nil }) || Double(text) != nil {
      do { shown = try Self.number(text).brief } catch {
        throw WalkthroughMistake("--set \(chapter.map { "\($0)." } ?? "")\(name): \(error)")
      }
    }
    let ranges = owners.map { "\($0.chapter).\(name) accepts \($0.parameter.domain)" }
    throw WalkthroughMistake("--set \(name): \(ranges.joined(separator: ", ")), not \(shown)")
  }
}

/// A usage error: one line that states the problem and how to correct it.
struct WalkthroughMistake: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description.visible }
}
