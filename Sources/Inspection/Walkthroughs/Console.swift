import Foundation

/// The text output of a walkthrough, with or without color.
public struct Console: Sendable {
  private let handle: FileHandle
  private let fixedColumns: Int?
  /// Whether 24-bit colors are used.
  public let hasColor: Bool
  /// Whether the output is a terminal whose cursor moves, so that lines can be edited.
  let movesCursor: Bool

  /// Creates a console that writes to an open file.
  ///
  /// - Parameters:
  ///   - handle: the file.
  ///   - hasColor: whether 24-bit colors are used.
  ///   - columns: the number of characters per line; by default that of the terminal, or 80.
  public init(_ handle: FileHandle, hasColor: Bool, columns: Int? = nil) {
    self.init(handle, hasColor: hasColor, columns: columns, movesCursor: hasColor)
  }

  private init(_ handle: FileHandle, hasColor: Bool, columns: Int?, movesCursor: Bool) {
    self.handle = handle
    self.hasColor = hasColor
    fixedColumns = columns
    self.movesCursor = movesCursor
  }

  /// Creates a copy of a console with or without color.
  init(_ console: Console, hasColor: Bool) {
    self.init(
      console.handle, hasColor: hasColor, columns: console.fixedColumns,
      movesCursor: console.movesCursor)
  }

  /// Returns a console for standard output, with color on a terminal unless NO_COLOR is set.
  public static func standardOutput() -> Console {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return Console(
      .standardOutput, hasColor: isTerminal && allowsColor(environment), columns: nil,
      movesCursor: isTerminal && canMoveCursor(environment))
  }

  /// The number of characters per line; a terminal is asked each time, because its window may change.
  public var columns: Int {
    max(20, fixedColumns ?? Self.terminalSize(handle.fileDescriptor)?.columns ?? 80)
  }

  /// Whether the output is a terminal, or has a width as if it were one.
  private var isTerminal: Bool {
    fixedColumns != nil || Self.terminalSize(handle.fileDescriptor) != nil
  }

  /// The number of lines of the terminal; 24 if there is none.
  var rows: Int { max(8, Self.terminalSize(handle.fileDescriptor)?.rows ?? 24) }

  /// The number of columns of a text; longer lines are hard to read.
  var textColumns: Int { min(columns, 100) }

  /// Returns whether color is allowed: NO_COLOR must be empty, and TERM neither empty nor dumb.
  static func allowsColor(_ environment: [String: String]) -> Bool {
    (environment["NO_COLOR"] ?? "").isEmpty && canMoveCursor(environment)
  }

  /// Returns whether a terminal knows escape sequences: TERM must be neither empty nor dumb.
  static func canMoveCursor(_ environment: [String: String]) -> Bool {
    let terminal = environment["TERM"] ?? ""
    return !terminal.isEmpty && terminal != "dumb"
  }

  /// Returns the size of a terminal in characters; nil if the descriptor is not a terminal.
  static func terminalSize(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
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
      wrapped(part, indent: indent)
    }
  }

  /// Writes a text with line breaks at spaces.
  ///
  /// - Parameters:
  ///   - text: the text; its own line breaks are kept.
  ///   - indent: the text before the first line.
  ///   - hanging: the text before all other lines; by default `indent`.
  ///   - style: the style of all lines.
  func wrapped(
    _ text: String, indent: String = "", hanging: String? = nil, _ style: Style? = nil
  ) {
    for part in TextLayout.lines(text, width: textColumns, indent: indent, hanging: hanging) {
      line(style.map { styled(part, $0) } ?? part)
    }
  }

  /// Writes a table whose cells break where the terminal is too narrow.
  func table(_ rows: [[String]], heads: [String]? = nil, indent: String = "    ") {
    let text = TextLayout.table(heads: heads, rows: rows, width: columns, indent: indent)
    for head in text.heads { line(styled(head, .faint)) }
    for row in text.rows { line(row) }
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

  /// Writes a claim, colored by its verdict if the console has color; one line in a file or a pipe.
  func line(_ claim: Claim) {
    guard isTerminal else { return line("  " + claim.line) }
    wrapped(claim.line, indent: "  ", hanging: "           ", claim.holds ? .good : .bad)
  }
}

extension String {
  /// The paragraphs of the text, which blank lines separate; the lines of a paragraph are joined.
  var paragraphs: [String] {
    split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
  }
}
