import Foundation
import Messages

/// A step of a chapter, by the indices of both.
struct Spot: Hashable {
  var chapter: Int
  var step: Int

  /// The numbers that `list` shows and `goto` takes: `4.1`.
  var number: String { "\(chapter + 1).\(step + 1)" }
}

/// A word of `goto`, understood.
///
/// A number alone is always an equation; chapters and steps have a dot or a word before them.
enum Destination: Equatable {
  /// `eq7`, `7`, `fig2`, `§3.2`, `note 5`
  case citation(Citation)
  /// `ch7`
  case chapter(Int)
  /// `7.3`
  case step(chapter: Int, step: Int)
  /// `step 3` or `.3`, in the current chapter
  case stepHere(Int)
  /// The name of a chapter, or words of a title.
  case words(String)

  /// Understands the words after `goto`.
  init(_ text: String) {
    let plain = text.lowercased().filter { $0 != " " }
    let letters = String(plain.prefix { !$0.isNumber }).trimmingCharacters(in: ["."])
    let rest = plain.drop { !$0.isNumber }
    let isDotted = plain.hasPrefix(".")
    self = .words(text)
    if let number = Int(rest) {
      switch letters {
      case "" where isDotted, "step": self = .stepHere(number)
      case "", "eq", "eqn", "equation", "eqs", "equations": self = .citation(.equation(number))
      case "fig", "figure": self = .citation(.figure(number))
      case "note": self = .citation(.note(number))
      case "ch", "chapter": self = .chapter(number)
      case "§", "sec", "section": self = .citation(.section(String(number)))
      default: break
      }
      return
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let first = parts[0], let second = parts[1] else { return }
    switch letters {
    case "" where !isDotted, "ch", "chapter": self = .step(chapter: first, step: second)
    case "§", "sec", "section": self = .citation(.section("\(first).\(second)"))
    default: break
    }
  }
}

/// The steps of several chapters as destinations of `goto`.
struct StepIndex {
  let chapters: [Chapter]

  /// The result of a search.
  enum Result: Equatable {
    /// The best step, and the others that fit.
    case found(Spot, others: [Spot])
    /// A message that says what is missing and what is near.
    case missing(String, nearest: [Spot])
  }

  private var spots: [Spot] {
    chapters.enumerated().flatMap { index, chapter in
      chapter.steps.indices.map { Spot(chapter: index, step: $0) }
    }
  }

  private func step(_ spot: Spot) -> Step { chapters[spot.chapter].steps[spot.step] }

  /// Returns a step as one line: its numbers, title and question.
  func line(_ spot: Spot) -> String {
    "\(spot.number)  \(step(spot).title)  \(step(spot).question)"
  }

  /// Finds the step that the words after `goto` mean.
  ///
  /// - Parameters:
  ///   - text: the words.
  ///   - here: the current step.
  /// - Returns: the best step, or what is nearest.
  func find(_ text: String, from here: Spot) -> Result {
    switch Destination(text) {
    case .citation(let citation): find(citation)
    case .chapter(let number): find(chapter: number)
    case .step(let chapter, let step): find(chapter: chapter, step: step)
    case .stepHere(let number): find(chapter: here.chapter + 1, step: number)
    case .words(let words): find(words: words)
    }
  }

  private func find(chapter number: Int, step: Int? = nil) -> Result {
    guard chapters.indices.contains(number - 1), !chapters[number - 1].steps.isEmpty else {
      let last = "\(chapters.count)"
      return .missing(
        "There is no chapter \(number); the chapters are 1 … \(last). \(Self.hint)", nearest: [])
    }
    let chapter = number - 1
    guard let step else { return .found(Spot(chapter: chapter, step: 0), others: []) }
    let count = chapters[chapter].steps.count
    guard (1...count).contains(step) else {
      return .missing(
        "Chapter \(number) has the steps \(number).1 … \(number).\(count). \(Self.hint)",
        nearest: [Spot(chapter: chapter, step: max(0, min(count, step) - 1))])
    }
    return .found(Spot(chapter: chapter, step: step - 1), others: [])
  }

  /// How numbers are read.
  static let hint =
    "A number alone is an equation (7 is Eq. 7), ch7 is chapter 7, and 7.3 is its third step."
}

// Equations, figures, sections and notes.
extension StepIndex {
  /// Finds the step that explains a place of the paper.
  ///
  /// Of all chapters that name it, the one that names least else explains it best. A step of that
  /// chapter follows, or its beginning if the whole chapter is about nothing else.
  private func find(_ citation: Citation) -> Result {
    let citing = spots.filter { Citation.all(in: step($0).title).contains(citation) }
    let scopes = chapters.map { Citation.all(in: $0.equations) }
    let best = chapters.indices
      .filter { scopes[$0].contains(citation) && !chapters[$0].steps.isEmpty }
      .min { (scopes[$0].count, $0) < (scopes[$1].count, $1) }
    if let best {
      let inside = citing.filter { $0.chapter == best }
      let isAlone = scopes[best].count == 1
      let first = isAlone ? nil : inside.first
      let spot = first ?? Spot(chapter: best, step: 0)
      return .found(spot, others: citing.filter { $0 != spot })
    }
    if let first = citing.first { return .found(first, others: Array(citing.dropFirst())) }
    return missing(citation)
  }

  private func missing(_ citation: Citation) -> Result {
    var near: [Spot] = []
    if case .equation(let number) = citation {
      let known = Set(spots.flatMap { Citation.all(in: step($0).title) }).compactMap { other in
        if case .equation(let known) = other { known } else { nil }
      }
      let nearest = known.sorted { (abs($0 - number), $0) < (abs($1 - number), $1) }.first
      if let nearest, case .found(let spot, _) = find(.equation(nearest)) { near = [spot] }
    }
    let hint: String
    if case .equation = citation { hint = " " + Self.hint } else { hint = "" }
    return .missing("No step here is about \(citation).\(hint)", nearest: near)
  }
}

// Names and words.
extension StepIndex {
  private func find(words text: String) -> Result {
    let wanted = Self.words(text)
    guard !wanted.isEmpty else { return .missing("`goto` needs a destination.", nearest: []) }
    if let spots = firstMatch(text, wanted) {
      return .found(spots[0], others: Array(spots.dropFirst()))
    }
    return .missing("No step here is called `\(text.visible)`.", nearest: nearest(to: wanted))
  }

  /// Returns the steps of the best kind of match; nil if nothing fits.
  private func firstMatch(_ text: String, _ wanted: [String]) -> [Spot]? {
    let name = Self.folded(text).replacing(" ", with: "-")
    let starts = chapters.indices.filter { !chapters[$0].steps.isEmpty }
      .map { Spot(chapter: $0, step: 0) }
    func title(_ spot: Spot) -> String {
      chapters[spot.chapter].name + " " + chapters[spot.chapter].title
    }
    let kinds: [[Spot]] = [
      starts.filter { chapters[$0.chapter].name == name },
      starts.filter { chapters[$0.chapter].name.hasPrefix(name) },
      starts.filter { Self.contains(title($0), wanted) },
      spots.filter { Self.contains(step($0).title, wanted) },
      spots.filter { Self.contains(step($0).title + " " + step($0).question, wanted) },
      spots.filter {
        Self.contains(title($0) + " " + step($0).title + " " + step($0).question, wanted)
      },
    ]
    return kinds.first { !$0.isEmpty }
  }

  /// Returns at most three steps whose titles have the most similar words.
  private func nearest(to wanted: [String]) -> [Spot] {
    func text(_ spot: Spot) -> String {
      let chapter = chapters[spot.chapter]
      return [chapter.name, chapter.title, step(spot).title, step(spot).question]
        .joined(separator: " ")
    }
    let vocabulary = Set(spots.flatMap { Self.words(text($0)) }.filter { $0.count > 2 })
    let similar = wanted.flatMap { nearestNames(to: $0, in: vocabulary.sorted(), count: 1) }
    let ranked = spots.map { spot in
      (spot: spot, count: similar.filter { Self.contains(text(spot), [$0]) }.count)
    }
    guard let most = ranked.map(\.count).max(), most > 0 else { return [] }
    return ranked.filter { $0.count == most }.prefix(3).map(\.spot)
  }

  /// Returns the words of a text in lower case and without accents.
  private static func words(_ text: String) -> [String] {
    folded(text).split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func folded(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }

  private static func contains(_ text: String, _ wanted: [String]) -> Bool {
    let words = words(text)
    return wanted.allSatisfy { word in words.contains { $0.hasPrefix(word) } }
  }
}
