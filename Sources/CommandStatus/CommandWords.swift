import Foundation

/// The words of the command line, checked and explained beyond what the argument parser does.
enum CommandWords {
  /// Returns a complaint about the first text that is not valid UTF-8; nil if there is none.
  ///
  /// Swift repairs such texts silently, so a file would be read or written under another name than the
  /// user gave. Relative paths also contain the current folder.
  static func flaw() -> String? {
    for index in 0..<Int(CommandLine.argc) {
      guard let word = CommandLine.unsafeArgv[index],
        let flaw = flaw(in: word, called: index == 0 ? "the program's path" : "argument \(index)")
      else { continue }
      return flaw
    }
    guard let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return flaw(in: folder, called: "the path of the current folder")
  }

  /// Returns the complaint about one text; nil if it is valid UTF-8.
  static func flaw(in word: UnsafePointer<CChar>, called name: String) -> String? {
    guard String(validatingCString: word) == nil else { return nil }
    let visible = UnsafeBufferPointer(start: word, count: strlen(word)).map { byte in
      let code = UInt8(bitPattern: byte)
      return (0x20..<0x7F).contains(code)
        ? String(UnicodeScalar(code)) : "\\x" + String(code, radix: 16, uppercase: true)
    }.joined()
    return "\(name) is not valid UTF-8: \(visible); rename the file or folder, or use another path"
  }

  /// Returns the argument parser's message, or a better one if a negative number was taken for an option.
  ///
  /// - Parameters:
  ///   - message: for example `Missing value for '--seed <seed> ...'`, or `Unknown option '-1'`.
  ///   - words: the arguments.
  /// - Returns: one line.
  static func explained(_ message: String, _ words: [String]) -> String {
    func isNegative(_ word: String) -> Bool {
      word.hasPrefix("-") && word.dropFirst().first?.isNumber == true
    }
    let isAboutIt = ["Missing value for '", "Unknown option '"].contains { message.hasPrefix($0) }
    guard isAboutIt, let place = words.firstIndex(where: isNegative),
      let option = words[..<place].last(where: { $0.hasPrefix("--") }),
      message.contains("'\(option)") || message.contains("'\(words[place].prefix(2))")
    else { return message }
    return "\(option) is \(words[place]), expected numbers from 0"
  }
}
