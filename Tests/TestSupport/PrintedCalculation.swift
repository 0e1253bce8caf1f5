import Foundation

/// Calculates again what a page prints: a formula with numbers in the notation of `Formula`.
///
/// It reads the printed text and knows nothing of the value that printed it, so that a wrong sign or
/// missing parentheses in the text are noticed.
public struct PrintedCalculation {
  private var rest: Substring

  /// Returns the values of all sides of `symbol = calculation = result`, without the symbol.
  ///
  /// - Parameter source: the formula.
  /// - Returns: the values of its sides; NaN where a side cannot be read.
  public static func sides(of source: String) -> [Double] {
    source.components(separatedBy: " = ").dropFirst().map { side in
      var reader = PrintedCalculation(rest: Substring(side.replacing("−", with: "-")))
      guard let value = reader.sum(), reader.isAtEnd else { return .nan }
      return value
    }
  }

  private var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

  private mutating func take(_ text: String) -> Bool {
    let trimmed = rest.drop { $0 == " " }
    guard trimmed.hasPrefix(text) else { return false }
    rest = trimmed.dropFirst(text.count)
    return true
  }

  private mutating func sum() -> Double? {
    guard var total = product() else { return nil }
    while true {
      if take("+") {
        guard let term = product() else { return nil }
        total += term
      } else if take("-") {
        guard let term = product() else { return nil }
        total -= term
      } else {
        return total
      }
    }
  }

  private mutating func product() -> Double? {
    if take("-") { return product().map { -$0 } }
    guard var total = power() else { return nil }
    while take(#"\cdot"#) {
      guard let factor = power() else { return nil }
      total *= factor
    }
    return total
  }

  private mutating func power() -> Double? {
    guard let base = atom() else { return nil }
    guard take("^{") else { return base }
    guard let exponent = sum(), take("}") else { return nil }
    return pow(base, exponent)
  }

  private mutating func atom() -> Double? {
    if take(#"\frac{"#) {
      guard let above = sum(), take("}{"), let below = sum(), take("}") else { return nil }
      return above / below
    }
    if take(#"\sqrt{"#) {
      guard let inside = sum(), take("}") else { return nil }
      return inside.squareRoot()
    }
    if take(#"\left|"#) {
      guard let inside = sum(), take(#"\right|"#) else { return nil }
      return abs(inside)
    }
    if take(#"\exp"#) { return atom().map { exp($0) } }
    if take(#"\ln"#) { return atom().map { log($0) } }
    if take(#"\infty"#) { return .infinity }
    if take(#"\left("#) {
      guard let inside = sum(), take(#"\right)"#) else { return nil }
      return inside
    }
    let trimmed = rest.drop { $0 == " " }
    let digits = trimmed.prefix { $0.isNumber || $0 == "." }
    rest = trimmed.dropFirst(digits.count)
    return Double(digits)
  }
}
