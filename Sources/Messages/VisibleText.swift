extension String {
  /// The text with every character that could break a line or control a terminal written as an escape.
  ///
  /// Names, keys and values from files are untrusted: `\u{1B}[2J` clears a screen, U+202E turns the
  /// direction of what follows, and invisible characters make two different names look equal. Such
  /// characters appear as `\u{1B}` or `\u{202E}`; all others stay as they are.
  public var visible: String {
    guard unicodeScalars.contains(where: \.isHiddenOrControlling) else { return self }
    return unicodeScalars.map { scalar in
      scalar.isHiddenOrControlling
        ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }.joined()
  }

  /// Returns the beginning of the visible text, with an ellipsis if something was left out.
  ///
  /// - Parameter limit: the largest number of characters (Unicode scalars) of the original text.
  /// - Returns: the text on one line.
  public func visible(limit: Int) -> String {
    guard let end = unicodeScalars.index(startIndex, offsetBy: limit, limitedBy: endIndex),
      end < endIndex
    else { return visible }
    return String(unicodeScalars[..<end]).visible + "…"
  }
}

extension Unicode.Scalar {
  /// Whether the character is a control, changes the direction of text, has no defined appearance, or
  /// has none at all.
  fileprivate var isHiddenOrControlling: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      true
    // Variation selectors are invisible too, but they are an ordinary part of many symbols.
    default: properties.isDefaultIgnorableCodePoint && !properties.isVariationSelector
    }
  }
}
