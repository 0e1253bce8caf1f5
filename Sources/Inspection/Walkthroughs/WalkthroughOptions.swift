import Foundation

/// The command-line options of a walkthrough.
struct WalkthroughOptions {
  var isUnattended = false
  var wantsHelp = false
  var isPlain = false
  var folder = URL(fileURLWithPath: "Output/walkthrough")
  /// The values that differ from the defaults: by chapter, then by parameter.
  var settings: [String: [String: Double]] = [:]

  init(_ arguments: some Sequence<String>, chapters: [Chapter]) throws(WalkthroughMistake) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      // `--output=DIR` is the same as `--output DIR`.
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
        for (chapter, value) in try setting.values(among: chapters) {
          settings[chapter, default: [:]][setting.name] = value
        }
      case "--all" where !isJoined: isUnattended = true
      case "--help" where !isJoined, "-h" where !isJoined: wantsHelp = true
      case "--no-color" where !isJoined: isPlain = true
      default:
        throw WalkthroughMistake("unknown argument \(argument); --help lists the options")
      }
    }
  }

  static func help(title: String, chapters: [Chapter]) -> String {
    let text = """
      \(title)

      On a terminal the program steps through the questions; the command `help` lists the commands.
      Commands may also come from a pipe or a file, one a line: printf 'goto eq7\\nset alpha 2\\n' | walk
        --all            run all chapters unattended and write pages, pictures, numbers and verdicts
        --output FOLDER  the folder to write (default: Output/walkthrough)
        --set NAME=VALUE change a parameter in every chapter that accepts the value; may be repeated
        --set CHAPTER.NAME=VALUE
                         change a parameter in one chapter only
        --no-color       print text without color
        --help           print this text
      If standard input is closed or /dev/null the program behaves as with --all.
      Exit status: 0 all claims hold, 1 a claim fails or a file cannot be written, 2 usage error, a
      wrong command from a pipe, or FOLDER holds files that this program did not write.

      """
    return text + list(chapters)
  }

  /// Returns one line for each parameter of each chapter: name, default value, range and meaning.
  static func list(_ chapters: [Chapter]) -> String {
    var text = ""
    for chapter in chapters {
      text += "\n\(chapter.equations)  \(chapter.title)  [\(chapter.name)]\n"
      for parameter in chapter.parameters {
        text +=
          "  \(parameter.name) = \(parameter.label(of: parameter.value))"
          + "  (\(parameter.span))  \(parameter.explanation)\n"
      }
    }
    return text
  }
}
