import Foundation

/// Where a walkthrough writes text for people, and whether it may use colour there.
public struct Console: Sendable {
  private let handle: FileHandle
  /// Whether 24-bit colours may be used.
  public let hasColor: Bool
  /// Characters per line.
  public let columns: Int

  /// A console on an open file.
  public init(_ handle: FileHandle, hasColor: Bool, columns: Int = 80) {
    self.handle = handle
    self.hasColor = hasColor
    self.columns = columns
  }

  /// The same console with or without colour.
  init(_ console: Console, hasColor: Bool) {
    self.init(console.handle, hasColor: hasColor, columns: console.columns)
  }

  /// Standard output; colour only on a terminal that has it and unless NO_COLOR is set.
  public static func standardOutput() -> Console {
    Console(
      .standardOutput,
      hasColor: isatty(STDOUT_FILENO) == 1
        && allowsColor(ProcessInfo.processInfo.environment),
      columns: terminalColumns(STDOUT_FILENO) ?? 80)
  }

  /// Whether the environment asks for colour: NO_COLOR is empty and TERM is neither empty nor dumb.
  static func allowsColor(_ environment: [String: String]) -> Bool {
    let terminal = environment["TERM"] ?? ""
    return (environment["NO_COLOR"] ?? "").isEmpty && !terminal.isEmpty && terminal != "dumb"
  }

  /// The width of a terminal in characters; nil where there is none.
  static func terminalColumns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes a line.
  public func line(_ text: String = "") { write(text + "\n") }

  /// Writes a text as it is.
  public func write(_ text: String) {
    // A reader that went away, such as `head`, is no reason to stop writing files.
    try? handle.write(contentsOf: Data(text.utf8))
  }

  /// Writes paragraphs, their lines broken at blanks, each after an indent.
  public func paragraph(_ text: String, indent: String = "") {
    for (index, part) in text.paragraphs.enumerated() {
      if index > 0 { line() }
      var current = ""
      for word in part.split(separator: " ") {
        if !current.isEmpty, indent.count + current.count + 1 + word.count > min(columns, 100) {
          line(indent + current)
          current = ""
        }
        current += current.isEmpty ? word : " " + word
      }
      line(indent + current)
    }
  }

  /// A text in bold or colour where the console has colour.
  func styled(_ text: String, _ style: Style) -> String {
    hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Ways to make text stand out.
  enum Style: String {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case bad = "1;31"
  }

  /// A claim in one line, its verdict as a word and, where there is colour, in colour.
  func line(_ claim: Claim) { line(styled("  " + claim.line, claim.holds ? .good : .bad)) }
}

extension String {
  /// The text cut at blank lines; lines of one paragraph are joined.
  var paragraphs: [String] {
    split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
  }
}
