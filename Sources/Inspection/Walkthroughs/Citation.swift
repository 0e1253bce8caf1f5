/// A place of the paper, or a note of this project, that the title of a step names.
enum Citation: Hashable, CustomStringConvertible {
  case equation(Int)
  case figure(Int)
  /// A section by its number, for example `3.2`.
  case section(String)
  case note(Int)

  var description: String {
    switch self {
    case .equation(let number): "Eq. \(number)"
    case .figure(let number): "Fig. \(number)"
    case .section(let number): "§\(number)"
    case .note(let number): "note \(number)"
    }
  }

  /// Returns the citations of a title: `Eq. 4, 9–10, Fig. 8` cites equations 4, 9 and 10 and figure 8.
  static func all(in title: String) -> Set<Citation> {
    var found: Set<Citation> = []
    var make: ((Int) -> Citation)?
    for word in title.split(whereSeparator: { " ,".contains($0) }) {
      if word.hasSuffix("Eq.") {
        make = Citation.equation
      } else if word.hasSuffix("Fig.") {
        make = Citation.figure
      } else if word == "note" {
        make = Citation.note
      } else if word.hasPrefix("§") {
        found.insert(.section(String(word.dropFirst())))
        make = nil
      } else if let make, let range = range(word) {
        found.formUnion(range.map(make))
      } else {
        make = nil
      }
    }
    return found
  }

  /// Returns the numbers of `7` or `5–7`; nil for anything else.
  private static func range(_ word: Substring) -> ClosedRange<Int>? {
    let ends = word.split(separator: "–").map { Int($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
      first <= last, last - first < 1000
    else { return nil }
    return first...last
  }
}
