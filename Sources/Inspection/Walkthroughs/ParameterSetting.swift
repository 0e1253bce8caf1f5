import Messages

/// A new value of a parameter, written as `alpha=0.25` or `gaussian-lifting.alpha=0.25`.
struct ParameterSetting {
  /// The name of the chapter; nil for all chapters that accept the value.
  let chapter: String?
  let name: String
  let value: Double

  /// Parses `NAME=VALUE` or `CHAPTER.NAME=VALUE`.
  init(_ text: String) throws(WalkthroughMistake) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw WalkthroughMistake("--set needs NAME=VALUE, as in --set alpha=2")
    }
    let owner = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    chapter = owner.count == 2 ? String(owner[0]) : nil
    name = String(owner[owner.count - 1])
    do {
      value = try Self.number(String(parts[1]))
    } catch {
      throw WalkthroughMistake("--set \(parts[0]): \(error)")
    }
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

  /// Returns the names of the chapters that accept the value.
  ///
  /// - Throws: a `WalkthroughMistake` if there is no such chapter or parameter, or if no chapter
  ///   allows the value; it lists the possible names or ranges.
  func takers(among chapters: [Chapter]) throws(WalkthroughMistake) -> [String] {
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
    let takers = owners.filter { $0.parameter.objection(to: value) == nil }
    if takers.isEmpty {
      let ranges = owners.map { owner in
        "\(owner.chapter).\(name) accepts \(owner.parameter.domain)"
      }
      throw WalkthroughMistake(
        "--set \(name): \(ranges.joined(separator: ", ")), not \(value.brief)")
    }
    return takers.map(\.chapter)
  }
}

/// A usage error: one line that states the problem and how to correct it.
struct WalkthroughMistake: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description.visible }
}
