import Foundation

/// A terminal session in which a reader steps through chapters by commands.
struct TerminalSession {
  /// Chapter, step and parameters: everything needed to restore a state.
  struct Place: Equatable {
    var chapter: Int
    var step: Int
    var settings: [String: Double]
  }

  let chapters: [Chapter]
  /// The initial values that differ from the defaults: by chapter, then by parameter.
  let settings: [String: [String: Double]]
  let folder: URL
  let console: Console

  private(set) var place: Place
  private var visited: [Place] = []
  private var memory = Memory()
  private(set) var outcome: StepOutcome?
  private var dumps: [String: DumpWriter] = [:]
  private var sawFailure = false

  init(
    chapters: [Chapter], settings: [String: [String: Double]], folder: URL, console: Console
  ) {
    self.chapters = chapters
    self.settings = settings
    self.folder = folder
    self.console = console
    place = Place(chapter: 0, step: 0, settings: [:])
    place.settings = usualSettings(ofChapter: 0)
  }

  private func usualSettings(ofChapter index: Int) -> [String: Double] {
    chapters.indices.contains(index) ? chapters[index].settings(changedBy: settings) : [:]
  }

  /// The current chapter.
  var chapter: Chapter { chapters[place.chapter] }

  /// Executes commands until `quit` or the end of the input.
  ///
  /// - Parameter input: the source of the commands.
  /// - Returns: 1 if a claim that was shown fails, otherwise 0.
  mutating func run(reading input: FileHandle) -> Int32 {
    guard chapters.contains(where: { !$0.steps.isEmpty }) else { return 0 }
    var lines = LineReader(input)
    if chapter.steps.isEmpty { _ = following().map { place = $0 } }
    introduce()
    arrive()
    while true {
      console.write(prompt)
      guard let line = lines.next() else {
        console.line()
        break
      }
      if !obey(line) { break }
    }
    return sawFailure ? 1 : 0
  }

  private var prompt: String {
    let step = chapter.steps[place.step]
    return console.styled("\(place.step + 1)/\(chapter.steps.count) \(step.title) > ", .bold)
  }

  private mutating func arrive(isNew: Bool = true) {
    let outcome = chapter.run(step: place.step, settings: place.settings, memory: memory)
    self.outcome = outcome
    if outcome.claims.contains(where: { !$0.holds }) { sawFailure = true }
    let text = StepText(chapter: chapter, outcome: outcome, console: console)
    if isNew { text.write() } else { text.writeFindings() }
  }

  private func introduce() {
    console.line()
    console.line(console.styled("\(chapter.equations)  \(chapter.title)", .bold))
    console.paragraph(chapter.introduction)
    console.line(console.styled("`next` continues, `help` lists the other commands.", .faint))
  }

  /// Returns the next position; nil at the end.
  private func following() -> Place? {
    if place.step + 1 < chapter.steps.count {
      return Place(chapter: place.chapter, step: place.step + 1, settings: place.settings)
    }
    let later = chapters.indices.first { $0 > place.chapter && !chapters[$0].steps.isEmpty }
    return later.map { Place(chapter: $0, step: 0, settings: usualSettings(ofChapter: $0)) }
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
}

// The commands.
extension TerminalSession {
  /// Executes one line; returns false if the reader quits.
  private mutating func obey(_ line: String) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    switch words.first?.lowercased() {
    case nil, "next", "n": goOn()
    case "back", "b": goBack()
    case "show", "s": show(words.dropFirst().first)
    case "set": set(Array(words.dropFirst()))
    case "dump", "d": dump()
    case "why", "w": explain()
    case "code", "c": showCode()
    case "list", "l": list()
    case "help", "h", "?": help()
    case "quit", "q", "exit": return false
    case let word?: console.line("`\(word.visible)` is not a command; `help` lists the commands.")
    }
    return true
  }

  private mutating func goOn() {
    guard let target = following() else {
      console.line("This was the last step; `back` returns, `quit` ends the program.")
      return
    }
    visited.append(place)
    move(to: target)
  }

  private mutating func goBack() {
    guard let target = visited.popLast() else {
      console.line("This is the first step; `next` continues.")
      return
    }
    // Only the inputs of the step are stored; the same code runs on them again.
    move(to: target)
  }

  private func show(_ name: String?) {
    let views = outcome?.page.views ?? []
    guard let name else {
      console.line(
        views.isEmpty
          ? "This step has no pictures."
          : "Pictures of this step: \(views.map(\.name).joined(separator: ", "))")
      return
    }
    let wanted = View.fileName(name)
    guard
      let view = views.first(where: { $0.name == wanted })
        ?? views.first(where: { $0.name.hasPrefix(wanted) })
    else {
      console.line("This step has no picture `\(name.visible)`; `show` lists them.")
      return
    }
    console.write(
      view.rendering.compact.terminalText(
        columns: min(console.columns, 96), hasColor: console.hasColor))
    console.line(view.alternativeText)
    if !view.caption.isEmpty { console.paragraph(view.caption) }
  }

  private mutating func set(_ words: [String]) {
    guard !chapter.parameters.isEmpty else {
      console.line("This chapter has no parameters to set.")
      return
    }
    guard words.count == 2 else {
      for parameter in chapter.parameters {
        let now = (place.settings[parameter.name] ?? parameter.value).brief
        console.line(
          "  \(parameter.name) = \(now) \(parameter.unit) (\(parameter.span)) \(parameter.meaning)")
      }
      if !words.isEmpty { console.line("Example: `set \(chapter.parameters[0].name) 1`.") }
      return
    }
    guard let parameter = chapter.parameters.first(where: { $0.name == words[0] }) else {
      let names = chapter.parameters.map(\.name).joined(separator: ", ")
      console.line("No parameter `\(words[0].visible)` in this chapter; it has: \(names).")
      return
    }
    let value: Double
    do {
      value = try ParameterSetting.number(words[1])
    } catch {
      console.line("\(parameter.name): \(error).")
      return
    }
    if let objection = parameter.objection(to: value) {
      console.line("\(objection).")
      return
    }
    place.settings[parameter.name] = value
    arrive(isNew: false)
  }

  private mutating func dump() {
    guard let outcome else { return }
    let target = folder.appendingPathComponent(chapter.name)
    do {
      let writer =
        try dumps[chapter.name]
        ?? DumpWriter(folder: target, origin: "walkthrough, chapter \(chapter.name)")
      dumps[chapter.name] = writer
      try writer.write(step: outcome)
      let step = target.appendingPathComponent(Chapter.folder(ofStep: outcome.number)).path
      console.line("Wrote \(outcome.page.views.count) pictures with their numbers to \(step)")
    } catch {
      console.line("\(error)")
    }
  }

  private func explain() {
    let notes = outcome?.page.notes ?? []
    if notes.isEmpty { console.line("This step has no explanation; `code` shows its code.") }
    for note in notes { console.paragraph(note, indent: "  ") }
  }

  private func showCode() {
    let excerpts = chapter.steps[place.step].code
    if excerpts.isEmpty { console.line("This step shows no code.") }
    for excerpt in excerpts {
      do {
        let lines = try excerpt.lines()
        console.line(console.styled("\(excerpt.file):\(lines.first)", .faint))
        console.line(lines.text)
      } catch {
        console.line("\(error)")
      }
    }
  }

  private func list() {
    for (chapterIndex, chapter) in chapters.enumerated() {
      console.line("\(chapter.equations)  \(chapter.title)")
      for (index, step) in chapter.steps.enumerated() {
        let isHere = chapterIndex == place.chapter && index == place.step
        console.line("\(isHere ? "  > " : "    ")\(index + 1) \(step.title)  \(step.question)")
      }
    }
  }

  private func help() {
    console.line(
      """
        next            go to the next step (an empty line does the same)
        back            return to the previous step with the parameters it had
        show [NAME]     show a picture and its statistics; without NAME, list the pictures
        set NAME VALUE  change a parameter and run the step again; without arguments, list them
        dump            write the numbers and pictures of this step
        why             explain this step
        code            show the code of this step
        list            list all steps
        quit            leave
      """)
  }
}
