/// A parameter's new value as somebody wrote it: `alpha=0.25`, or `gaussian-lifting.alpha=0.25`.
struct ParameterSetting {
  /// The chapter that is meant; nil for every chapter that can take the value.
  let chapter: String?
  let name: String
  let value: Double

  /// Reads `NAME=VALUE` or `CHAPTER.NAME=VALUE`.
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

  /// Reads a number in plain decimal notation: a sign, digits, a point, nothing else.
  ///
  /// Swift's own reading takes `nan`, `inf` and hexadecimal digits as well, which nobody means here.
  static func number(_ text: String) throws(WalkthroughMistake) -> Double {
    let isSpecial = ["nan", "inf", "infinity"].contains(
      text.lowercased().trimmingPrefix { "+-".contains($0) })
    if isSpecial { throw WalkthroughMistake("got \(text), expected a number such as 0.25") }
    guard let value = Double(text) else {
      let shown = text.isEmpty ? "nothing" : text
      throw WalkthroughMistake("\(shown) is not a number; write it as in 0.25")
    }
    guard text.allSatisfy({ "+-.0123456789".contains($0) }) else {
      throw WalkthroughMistake("\(text) is not in plain decimal notation; write it as in 0.25")
    }
    return value
  }

  /// The names of the chapters that take the value.
  ///
  /// - Throws: a mistake that names the ranges when there is no such chapter.
  func takers(among chapters: [Chapter]) throws(WalkthroughMistake) -> [String] {
    if let chapter, !chapters.contains(where: { $0.name == chapter }) {
      let names = chapters.map(\.name).joined(separator: ", ")
      throw WalkthroughMistake("--set \(chapter).\(name): no such chapter; there are \(names)")
    }
    let meant = chapters.filter { chapter == nil || $0.name == chapter }
    let owners = meant.compactMap { owner in
      owner.parameters.first { $0.name == name }.map { (chapter: owner.name, parameter: $0) }
    }
    guard !owners.isEmpty else {
      let names = Set(meant.flatMap(\.parameters).map(\.name)).sorted().joined(separator: ", ")
      throw WalkthroughMistake(
        "--set \(name): no such parameter; "
          + (names.isEmpty ? "there are none here" : "there are \(names)"))
    }
    let takers = owners.filter { $0.parameter.objection(to: value) == nil }
    if takers.isEmpty {
      let ranges = owners.map { owner in
        "\(owner.chapter).\(name) takes \(owner.parameter.domain)"
      }
      throw WalkthroughMistake(
        "--set \(name): \(ranges.joined(separator: ", ")), not \(value.brief)")
    }
    return takers.map(\.chapter)
  }
}

/// A mistake of whoever wrote a command: what is wrong and how to mend it, in one line.
struct WalkthroughMistake: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description.visible }
}

extension String {
  /// The text with control and formatting characters spelled out, so that it cannot steer a terminal.
  var visible: String {
    unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: String(scalar)
      }
    }.joined()
  }
}
