import Foundation
import Messages

/// A session in which a reader steps through chapters by commands, typed on a terminal or piped.
struct TerminalSession {
  /// Chapter, step and parameters: everything needed to restore a state.
  struct Place: Equatable {
    var chapter: Int
    var step: Int
    var settings: [String: Double]
    var spot: Spot { Spot(chapter: chapter, step: step) }
  }

  let chapters: [Chapter]
  /// The initial values that differ from the defaults: by chapter, then by parameter.
  let settings: [String: [String: Double]]
  let folder: URL
  let console: Console
  /// Whether the first picture of each step is drawn.
  var showsPictures: Bool

  var place: Place
  private var visited: [Place] = []
  private var memory = Memory()
  private(set) var outcome: StepOutcome?
  var dumps: [String: DumpWriter] = [:]
  private var sawFailure = false
  private var sawMistake = false
  /// The number of the current line of piped commands; nil on a terminal.
  private var pipedLine: Int?
  /// Whether the commands come from a file or a pipe.
  var isPiped: Bool { pipedLine != nil }

  init(
    chapters: [Chapter], settings: [String: [String: Double]], folder: URL, console: Console
  ) {
    self.chapters = chapters
    self.settings = settings
    self.folder = folder
    self.console = console
    showsPictures = console.hasColor
    place = Place(chapter: 0, step: 0, settings: [:])
    place.settings = usualSettings(ofChapter: 0)
  }

  private func usualSettings(ofChapter index: Int) -> [String: Double] {
    chapters.indices.contains(index) ? chapters[index].settings(changedBy: settings) : [:]
  }

  /// The current chapter.
  var chapter: Chapter { chapters[place.chapter] }

  /// The steps as destinations of `goto`.
  var index: StepIndex { StepIndex(chapters: chapters) }

  /// Executes commands until `quit` or the end of the input.
  ///
  /// - Parameter input: the source of the commands.
  /// - Returns: 1 if a claim that was shown fails, 2 if a piped command is wrong, otherwise 0.
  mutating func run(reading input: FileHandle) -> Int32 {
    guard chapters.contains(where: { !$0.steps.isEmpty }) else { return 0 }
    var reader = CommandReader(input, console: console)
    if !reader.isTerminal { pipedLine = 0 }
    if chapter.steps.isEmpty { _ = following().map { place = $0 } }
    introduce()
    arrive()
    while true {
      let arguments = commandArguments
      let line = reader.next(prompt: prompt) { text in
        SessionCommand.completions(of: text, arguments: arguments)
      }
      guard let line else { break }
      pipedLine = pipedLine.map { $0 + 1 }
      if !obey(line) { break }
    }
    return sawFailure ? 1 : sawMistake ? 2 : 0
  }

  private var prompt: String { "\(place.spot.number) \(chapter.steps[place.step].title) > " }

  /// The words that Tab knows after each command.
  private var commandArguments: [SessionCommand: [String]] {
    let equations = Set(
      chapters.flatMap(\.steps).flatMap { Citation.all(in: $0.title) }
        .compactMap { if case .equation(let number) = $0 { number } else { nil } })
    return [
      .set: chapter.parameters.map(\.name),
      .show: outcome?.page.views.map(\.name) ?? [],
      .pictures: ["on", "off"],
      .goto: equations.sorted().map { "eq\($0)" } + chapters.map(\.name),
    ]
  }

  private var stepText: StepText? {
    outcome.map {
      StepText(
        outcome: $0, number: place.spot.number, count: chapter.steps.count, console: console,
        drawsPicture: showsPictures)
    }
  }

  private mutating func runStep() {
    let outcome = chapter.run(step: place.step, settings: place.settings, memory: memory)
    self.outcome = outcome
    if outcome.claims.contains(where: { !$0.holds }) { sawFailure = true }
  }

  private mutating func arrive() {
    runStep()
    stepText?.write()
  }

  private func introduce() {
    console.line()
    console.wrapped("\(chapter.equations)  \(chapter.title)", hanging: "  ", .bold)
    console.paragraph(chapter.introduction)
    if !isPiped {
      console.wrapped("`next` continues, `help` lists the other commands.", .faint)
    }
  }

  /// Returns the next position; nil at the end.
  func following() -> Place? {
    if place.step + 1 < chapter.steps.count {
      return Place(chapter: place.chapter, step: place.step + 1, settings: place.settings)
    }
    let later = chapters.indices.first { $0 > place.chapter && !chapters[$0].steps.isEmpty }
    return later.map { Place(chapter: $0, step: 0, settings: usualSettings(ofChapter: $0)) }
  }

  /// Goes to a step and remembers the current one for `back`.
  mutating func advance(to target: Place) {
    visited.append(place)
    move(to: target)
  }

  /// Goes to a step; inside a chapter, the parameters stay as they are.
  mutating func advance(to spot: Spot) {
    let isHere = spot.chapter == place.chapter
    advance(
      to: Place(
        chapter: spot.chapter, step: spot.step,
        settings: isHere ? place.settings : usualSettings(ofChapter: spot.chapter)))
  }

  /// Returns to the step before; false at the first one.
  mutating func retreat() -> Bool {
    guard let target = visited.popLast() else { return false }
    // Only the inputs of the step are stored; the same code runs on them again.
    move(to: target)
    return true
  }

  private mutating func move(to target: Place) {
    let isNewChapter = target.chapter != place.chapter
    place = target
    if isNewChapter {
      memory = Memory()
      introduce()
    }
    arrive()
  }

  /// Runs the step with a new value of a parameter and writes what changed.
  mutating func change(_ parameter: Parameter, to value: Double) {
    let before = outcome?.page.findings ?? []
    let old = place.settings[parameter.name] ?? parameter.value
    place.settings[parameter.name] = value
    runStep()
    console.wrapped(
      "set \(parameter.name): \(parameter.choices == nil ? old.brief : parameter.label(of: old)) → \(parameter.label(of: value))",
      hanging: "    ", .bold)
    guard let stepText else { return }
    write(Comparison(before: before, after: stepText.outcome.page.findings), stepText)
  }

  private func write(_ comparison: Comparison, _ text: StepText) {
    for line in comparison.lines {
      console.wrapped(
        line.text, indent: "  ", hanging: "      ", line.holds.map { $0 ? .good : .bad })
    }
    if comparison.lines.isEmpty && comparison.views.isEmpty {
      console.wrapped("No number, claim or picture of this step changed.", indent: "  ")
    }
    guard let first = comparison.views.first else { return }
    let names = comparison.views.map(\.name).joined(separator: " · ")
    let count = "\(comparison.views.count) of \(counted(comparison.viewCount, "picture"))"
    console.wrapped("▣ changed (\(count)): \(names)", indent: "  ", hanging: "    ", .faint)
    guard showsPictures else { return }
    console.wrapped("▣ \(first.alternativeText)", indent: "  ", hanging: "    ", .faint)
    text.draw(first)
  }

  /// Reports a command that cannot be executed.
  ///
  /// On a terminal the reader sees it and goes on. Among piped commands it is an error with the number
  /// of its line, and the exit status is 2.
  mutating func refuse(_ message: String) {
    guard let pipedLine else { return console.wrapped(message) }
    sawMistake = true
    StandardError.say("line \(pipedLine): \(message)")
  }
}
