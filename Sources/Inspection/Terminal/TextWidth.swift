extension Character {
  /// The number of columns that the character takes in a terminal: 0, 1 or 2.
  var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    // U+FE0F asks for the colored form of a symbol, which is wide.
    if unicodeScalars.dropFirst().contains("\u{FE0F}") { return 2 }
    return first.columns
  }
}

extension StringProtocol {
  /// The number of columns that the text takes in a terminal; it must not contain escape sequences.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// Returns the text followed by spaces up to a number of columns.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - columns))
  }
}

extension Unicode.Scalar {
  fileprivate var columns: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: 0
    default: properties.isEmojiPresentation || Self.isWide(value) ? 2 : 1
    }
  }

  /// The blocks of Unicode whose characters have the East Asian width W or F (UAX #11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
  ]

  private static func isWide(_ value: UInt32) -> Bool {
    value >= 0x1100 && wide.contains { $0.contains(value) }
  }
}
