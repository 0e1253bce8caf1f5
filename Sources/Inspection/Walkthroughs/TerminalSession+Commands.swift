import Foundation

// The commands.
extension TerminalSession {
  /// Executes one line; returns false if the reader quits.
  mutating func obey(_ line: String) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    // Among piped commands, empty lines and comments only separate others.
    if isPiped && line.first == "#" { return true }
    guard let word = words.first else {
      if !isPiped { goOn() }
      return true
    }
    let arguments = Array(words.dropFirst())
    guard let command = SessionCommand(named: word) else {
      refuse("`\(word.visible)` is not a command; `help` lists the commands.")
      return true
    }
    switch command {
    case .next: goOn()
    case .back: goBack()
    case .goto: goTo(arguments.joined(separator: " "))
    case .show: show(arguments.first)
    case .pictures: pictures(arguments.first)
    case .set: set(arguments)
    case .dump: dump()
    case .why: explain()
    case .code: showCode()
    case .test: showTests()
    case .list: list()
    case .help: help()
    case .quit: return false
    }
    return true
  }

  /// Shows what readers ask about an equation: its line, its notes, its tests and its exercise.
  private func showTests() {
    guard let box = chapter.steps[place.step].answers else {
      console.wrapped("The claims above are the tests of this step; `make test` runs them all.")
      return
    }
    if let lines = try? box.line.lines() {
      console.wrapped("\(box.equation) is computed in \(box.line.file):\(lines.number)")
    }
    for file in box.proofs { console.wrapped("held by \(file)", indent: "  ") }
    let notes = box.notes.map(String.init).joined(separator: ", ")
    if !notes.isEmpty { console.wrapped("notes \(notes) in \(AnswerBox.notesFile)", indent: "  ") }
    if let command = box.exerciseCommand { console.wrapped("exercise: \(command)", indent: "  ") }
  }

  private mutating func goOn() {
    guard let target = following() else {
      console.wrapped("This was the last step; `back` returns, `quit` ends the program.")
      return
    }
    advance(to: target)
  }

  private mutating func goBack() {
    if !retreat() { console.wrapped("This is the first step; `next` continues.") }
  }

  private mutating func goTo(_ text: String) {
    guard !text.isEmpty else {
      refuse(
        "`goto` needs a destination: `goto eq7`, `goto \(place.spot.number)`, "
          + "`goto \(chapter.name)` or words of a title; `list` shows all. \(StepIndex.hint)")
      return
    }
    let index = index
    switch index.find(text, from: place.spot) {
    case .found(let spot, let others):
      advance(to: spot)
      guard !others.isEmpty else { return }
      console.wrapped("`\(text.visible)` also fits:", indent: "  ", .faint)
      for other in others.prefix(4) {
        console.wrapped(index.line(other), indent: "    ", hanging: "      ", .faint)
      }
      if others.count > 4 {
        console.wrapped("and \(others.count - 4) more", indent: "    ", .faint)
      }
    case .missing(let message, let nearest):
      refuse(message)
      guard !nearest.isEmpty else { return }
      console.wrapped("Nearest:")
      for spot in nearest { console.wrapped(index.line(spot), indent: "  ", hanging: "    ") }
    }
  }

  private mutating func show(_ name: String?) {
    let views = outcome?.page.views ?? []
    guard let name else {
      console.wrapped(
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
      refuse("This step has no picture `\(name.visible)`; `show` lists them.")
      return
    }
    console.write(
      view.terminalText(columns: min(console.columns, 96), hasColor: console.hasColor))
    console.wrapped(view.alternativeText)
    if !view.caption.isEmpty { console.paragraph(view.caption) }
  }

  private mutating func pictures(_ word: String?) {
    switch word {
    case "on": showsPictures = true
    case "off": showsPictures = false
    case nil: break
    case let word?:
      refuse("`pictures \(word.visible)` is neither `pictures on` nor `pictures off`.")
      return
    }
    console.wrapped(
      showsPictures
        ? "The first picture of each step is drawn; `pictures off` stops that."
        : "Pictures are drawn by `show` only; `pictures on` draws the first of each step.")
  }

  private mutating func set(_ words: [String]) {
    guard !chapter.parameters.isEmpty else {
      refuse("This chapter has no parameters to set.")
      return
    }
    // The name of a choice may have several words.
    guard words.count >= 2, words.count == 2 || hasChoices(words[0]) else {
      listParameters()
      if !words.isEmpty {
        refuse("`set` needs a name and a value, as in `set \(chapter.parameters[0].name) 1`.")
      }
      return
    }
    guard let parameter = chapter.parameters.first(where: { $0.name == words[0] }) else {
      let names = chapter.parameters.map(\.name).joined(separator: ", ")
      refuse("No parameter `\(words[0].visible)` in this chapter; it has: \(names).")
      return
    }
    do {
      change(parameter, to: try parameter.value(of: words.dropFirst().joined(separator: " ")))
    } catch {
      refuse("\(error).")
    }
  }

  private func hasChoices(_ name: String) -> Bool {
    chapter.parameters.contains { $0.name == name && $0.choices != nil }
  }

  private func listParameters() {
    for parameter in chapter.parameters {
      let now = parameter.label(of: place.settings[parameter.name] ?? parameter.value)
      console.wrapped(
        "\(parameter.name) = \(now) (\(parameter.span)) \(parameter.explanation)",
        indent: "  ", hanging: "      ")
    }
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
      console.wrapped("Wrote \(outcome.page.views.count) pictures with their numbers to \(step)")
    } catch {
      refuse("\(error)")
    }
  }

  private func explain() {
    let notes = outcome?.page.notes ?? []
    if notes.isEmpty { console.wrapped("This step has no explanation; `code` shows its code.") }
    for note in notes { console.paragraph(note, indent: "  ") }
  }

  private func showCode() {
    let excerpts = chapter.steps[place.step].code
    if excerpts.isEmpty { console.line("This step shows no code.") }
    for excerpt in excerpts {
      do {
        let lines = try excerpt.lines()
        console.wrapped("\(excerpt.file):\(lines.first)", .faint)
        for line in lines.text.split(separator: "\n", omittingEmptySubsequences: false) {
          let margin = String(line.prefix { $0 == " " })
          let code = line.dropFirst(margin.count)
          let slashes = code.prefix { $0 == "/" }
          console.wrapped(
            String(code), indent: margin,
            hanging: margin + (slashes.count > 1 ? slashes + " " : "    "))
        }
      } catch {
        console.wrapped("\(error)")
      }
    }
  }

  private func list() {
    for (chapterIndex, chapter) in chapters.enumerated() {
      console.wrapped(
        "\(chapterIndex + 1)  \(chapter.equations)  \(chapter.title)  [\(chapter.name)]",
        hanging: "   ", .bold)
      for index in chapter.steps.indices {
        let spot = Spot(chapter: chapterIndex, step: index)
        console.wrapped(
          self.index.line(spot), indent: spot == place.spot ? "  > " : "    ", hanging: "        ")
      }
    }
  }

  private func help() {
    console.table(SessionCommand.table, indent: "  ")
    guard !isPiped else { return }
    console.line()
    console.table(SessionCommand.keys, indent: "  ")
  }
}
