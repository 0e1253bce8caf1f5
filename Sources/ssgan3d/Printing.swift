import Foundation
import Messages

/// Prints one line on standard output, in which every character that could break the line or control
/// the terminal is spelled out.
///
/// The name hides Swift's own `print`, so that no listing of this program can write a name from a file,
/// such as that of a tensor or of another file, to a terminal as it is.
func print(_ line: String) { Swift.print(line.visible) }

/// Prints a text of several lines, whose names from files have been made visible before.
func printLines(_ text: String) {
  text.split(separator: "\n", omittingEmptySubsequences: false).forEach { print(String($0)) }
}

extension Double {
  /// The number with four decimals.
  var fourDigits: String { String(format: "%.4f", self) }
}
