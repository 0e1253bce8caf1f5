import Foundation

/// The text output of a walkthrough, with or without color.
public struct Console: Sendable {
  private let handle: FileHandle
  /// Whether 24-bit colors are used.
  public let hasColor: Bool
  /// The number of characters per line.
  public let columns: Int

  /// Creates a console that writes to an open file.
  public init(_ handle: FileHandle, hasColor: Bool, columns: Int = 80) {
    self.handle = handle
    self.hasColor = hasColor
    self.columns = columns
  }

  /// Creates a copy of a console with or without color.
  init(_ console: Console, hasColor: Bool) {
    self.init(console.handle, hasColor: hasColor, columns: console.columns)
  }

  /// Returns a console for standard output, with color on a terminal unless NO_COLOR is set.
  public static func standardOutput() -> Console {
    Console(
      .standardOutput,
      hasColor: isatty(STDOUT_FILENO) == 1
        && allowsColor(ProcessInfo.processInfo.environment),
      columns: terminalColumns(STDOUT_FILENO) ?? 80)
  }

  /// Returns whether color is allowed: NO_COLOR must be empty, and TERM neither empty nor dumb.
  static func allowsColor(_ environment: [String: String]) -> Bool {
    let terminal = environment["TERM"] ?? ""
    return (environment["NO_COLOR"] ?? "").isEmpty && !terminal.isEmpty && terminal != "dumb"
  }

  /// Returns the width of a terminal in characters; nil if the descriptor is not a terminal.
  static func terminalColumns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes a line.
  public func line(_ text: String = "") { write(text + "\n") }

  /// Writes a text unchanged.
  public func write(_ text: String) {
    // If the reader of a pipe has ended, as `head` does, the program continues to write its files.
    try? handle.write(contentsOf: Data(text.utf8))
  }

  /// Writes paragraphs with line breaks at spaces and an indent before every line.
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

  /// Returns a text in bold or color if the console has color, and unchanged otherwise.
  func styled(_ text: String, _ style: Style) -> String {
    hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The styles of text.
  enum Style: String {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case bad = "1;31"
  }

  /// Writes a claim as one line, colored by its verdict if the console has color.
  func line(_ claim: Claim) { line(styled("  " + claim.line, claim.holds ? .good : .bad)) }
}

extension String {
  /// The paragraphs of the text, which blank lines separate; the lines of a paragraph are joined.
  var paragraphs: [String] {
    split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
  }
}
