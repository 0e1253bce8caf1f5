import Foundation

/// What the command line of a walkthrough asks for.
struct WalkthroughOptions {
  var isUnattended = false
  var wantsHelp = false
  var isPlain = false
  var folder = URL(fileURLWithPath: "Output/walkthrough")
  var settings: [String: Double] = [:]

  /// A mistake on the command line: what is wrong and how to mend it, in one line.
  struct Mistake: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: some Sequence<String>, chapters: [Chapter]) throws {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--all": isUnattended = true
      case "--help", "-h": wantsHelp = true
      case "--no-color": isPlain = true
      case "--output":
        guard let path = rest.popFirst(), !path.isEmpty else {
          throw Mistake(description: "--output needs a folder, as in --output Output/walkthrough")
        }
        folder = URL(fileURLWithPath: path)
      case "--set":
        let (name, value) = try Self.setting(rest.popFirst(), chapters)
        settings[name] = value
      default:
        throw Mistake(description: "unknown argument \(argument); --help lists what there is")
      }
    }
  }

  private static func setting(
    _ text: String?, _ chapters: [Chapter]
  ) throws -> (String, Double) {
    let parts = (text ?? "").split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let value = Double(parts[1]) else {
      throw Mistake(description: "--set needs NAME=VALUE, as in --set alpha=2")
    }
    let known = chapters.flatMap(\.parameters).filter { $0.name == parts[0] }
    guard !known.isEmpty else {
      let names = Set(chapters.flatMap(\.parameters).map(\.name)).sorted().joined(separator: ", ")
      throw Mistake(
        description: "--set \(parts[0]): no such parameter; "
          + (names.isEmpty ? "there are none here" : "there are \(names)"))
    }
    for parameter in known {
      if let objection = parameter.objection(to: value) {
        throw Mistake(description: "--set: \(objection)")
      }
    }
    return (parts[0], value)
  }

  static func help(title: String, chapters: [Chapter]) -> String {
    var text = """
      \(title)

      On a terminal it steps through the questions; `help` lists the commands.
        --all            run everything unattended: pages, pictures, numbers, verdicts
        --output FOLDER  where they are written (Output/walkthrough)
        --set NAME=VALUE change a parameter; may be repeated
        --no-color       plain text only
        --help           this text
      Without a terminal on standard input it behaves as with --all.
      Exit status: 0 every claim holds, 1 one fails or a file cannot be written, 2 wrong use.

      """
    for chapter in chapters {
      text += "\n\(chapter.equations)  \(chapter.title)\n"
      for parameter in chapter.parameters {
        let span = "\(parameter.range.lowerBound.brief) … \(parameter.range.upperBound.brief)"
        text +=
          "  \(parameter.name) = \(parameter.value.brief) \(parameter.unit)"
          + "  (\(span))  \(parameter.meaning)\n"
      }
    }
    return text
  }
}
