import Foundation

/// What the command line of a walkthrough asks for.
struct WalkthroughOptions {
  var isUnattended = false
  var wantsHelp = false
  var isPlain = false
  var folder = URL(fileURLWithPath: "Output/walkthrough")
  /// What differs from the usual values: by chapter, then by parameter.
  var settings: [String: [String: Double]] = [:]

  init(_ arguments: some Sequence<String>, chapters: [Chapter]) throws(WalkthroughMistake) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      // `--output=DIR` says the same as `--output DIR`.
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let isJoined = argument.hasPrefix("--") && parts.count == 2
      let name = isJoined ? String(parts[0]) : argument
      func value() -> String? { isJoined ? String(parts[1]) : rest.popFirst() }
      switch name {
      case "--output":
        guard let path = value(), !path.isEmpty else {
          throw WalkthroughMistake("--output needs a folder, as in --output Output/walkthrough")
        }
        folder = URL(fileURLWithPath: path)
      case "--set":
        let setting = try ParameterSetting(value() ?? "")
        for chapter in try setting.takers(among: chapters) {
          settings[chapter, default: [:]][setting.name] = setting.value
        }
      case "--all" where !isJoined: isUnattended = true
      case "--help" where !isJoined, "-h" where !isJoined: wantsHelp = true
      case "--no-color" where !isJoined: isPlain = true
      default:
        throw WalkthroughMistake("unknown argument \(argument); --help lists what there is")
      }
    }
  }

  static func help(title: String, chapters: [Chapter]) -> String {
    let text = """
      \(title)

      On a terminal it steps through the questions; `help` lists the commands.
        --all            run everything unattended: pages, pictures, numbers, verdicts
        --output FOLDER  where they are written (Output/walkthrough)
        --set NAME=VALUE change a parameter in every chapter that takes the value; may be repeated
        --set CHAPTER.NAME=VALUE
                         change it in that chapter alone
        --no-color       plain text only
        --help           this text
      Without a terminal on standard input it behaves as with --all.
      Exit status: 0 every claim holds, 1 one fails or a file cannot be written, 2 wrong use.

      """
    return text + list(chapters)
  }

  /// Every chapter's parameters: the name to set, usual value, range and meaning, a line each.
  static func list(_ chapters: [Chapter]) -> String {
    var text = ""
    for chapter in chapters {
      text += "\n\(chapter.equations)  \(chapter.title)  [\(chapter.name)]\n"
      for parameter in chapter.parameters {
        text +=
          "  \(parameter.name) = \(parameter.value.brief) \(parameter.unit)"
          + "  (\(parameter.span))  \(parameter.meaning)\n"
      }
    }
    return text
  }
}
