import Messages

/// The commands of a session.
enum SessionCommand: String, CaseIterable {
  case next, back, goto, set, show, pictures, why, code, test, dump, list, help, quit

  /// Other words for the command.
  private var aliases: [String] {
    switch self {
    case .next: ["n"]
    case .back: ["b"]
    case .goto: ["g", "go"]
    case .set: []
    case .show: ["s"]
    case .pictures: ["p"]
    case .why: ["w"]
    case .code: ["c"]
    case .test: ["t"]
    case .dump: ["d"]
    case .list: ["l"]
    case .help: ["h", "?"]
    case .quit: ["q", "exit"]
    }
  }

  /// Returns the command with a name; nil if there is none.
  init?(named word: String) {
    let word = word.lowercased()
    let command = Self.allCases.first { $0.rawValue == word || $0.aliases.contains(word) }
    guard let command else { return nil }
    self = command
  }

  /// The command with its arguments.
  private var usage: String {
    switch self {
    case .goto: "goto WHERE"
    case .set: "set NAME VALUE"
    case .show: "show [NAME]"
    case .pictures: "pictures on|off"
    default: rawValue
    }
  }

  private var meaning: String {
    switch self {
    case .next: "go to the next step (on a terminal, an empty line does the same)"
    case .back: "return to the step before, also from a goto, with the parameters it had"
    case .goto:
      "go to a step: eq7 or 7 is Eq. 7, fig2 is Fig. 2, ch7 is chapter 7, 7.3 is its third step, .3 is "
        + "the third step of this chapter; or the name of a chapter (gaussian-lifting), or words of a title"
    case .set:
      "change a parameter and run the step again: what changed is shown as before → after; without "
        + "arguments, list the parameters"
    case .show: "show a picture and its statistics; without NAME, list the pictures"
    case .pictures:
      "draw the first picture of each step, or do not (on where the terminal has color)"
    case .why: "explain this step"
    case .code: "show the code of this step"
    case .test:
      "show the line of the equation, the tests and golden cases that hold it, and its exercise"
    case .dump: "write the numbers and pictures of this step"
    case .list: "list all steps with the numbers that goto takes"
    case .help: "show this list"
    case .quit: "leave"
    }
  }

  /// The commands with their meanings, as rows of a table.
  static var table: [[String]] { allCases.map { [$0.usage, $0.meaning] } }

  /// The keys of the line editor, as rows of a table.
  static let keys = [
    ["← → Home End", "move; Ctrl or Alt with an arrow moves by words"],
    ["↑ ↓", "earlier lines"],
    ["Tab", "complete a command, a parameter, a picture or a chapter"],
    ["Ctrl-A E K U W Y", "as in a shell"],
    ["Ctrl-C", "give up the line, or stop a computation together with the program"],
    ["Ctrl-D", "quit, on an empty line"],
  ]

  /// Returns the words that may end a line, for Tab.
  ///
  /// - Parameters:
  ///   - text: the line up to the cursor.
  ///   - arguments: the words that a command takes first.
  /// - Returns: the words that begin like the last one.
  static func completions(
    of text: String, arguments: [SessionCommand: [String]]
  ) -> [String] {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let last = words.removeLast()
    words.removeAll(where: \.isEmpty)
    let candidates: [String]
    switch words.count {
    case 0: candidates = allCases.map(\.rawValue)
    case 1: candidates = SessionCommand(named: words[0]).flatMap { arguments[$0] } ?? []
    default: candidates = []
    }
    return candidates.filter { $0.hasPrefix(last) }
  }
}
