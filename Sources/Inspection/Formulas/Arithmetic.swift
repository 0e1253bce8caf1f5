import Foundation

/// A calculation with the numbers of one pixel or sample, which a page prints beside its formula.
///
/// The same value is printed and computed, so that what a reader sees is what a test can check:
///
/// ```swift
/// let t4: Arithmetic = .exp(-((2 + 6) * 0.0571))   // exp(−(2 + 6) · 0.0571)
/// t4.value                                         // 0.633…
/// ```
public indirect enum Arithmetic: Sendable, Hashable, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  /// A number of a tensor or a constant.
  case number(Double)
  /// A sum; an empty sum is 0.
  case sum([Arithmetic])
  /// A difference.
  case difference(Arithmetic, Arithmetic)
  /// A product; an empty product is 1.
  case product([Arithmetic])
  /// A quotient, printed as a fraction.
  case quotient(Arithmetic, Arithmetic)
  /// A whole power.
  case power(Arithmetic, Int)
  /// A number with the opposite sign.
  case negative(Arithmetic)
  /// The exponential function.
  case exp(Arithmetic)
  /// The natural logarithm.
  case ln(Arithmetic)
  /// The square root.
  case squareRoot(Arithmetic)
  /// The magnitude.
  case magnitude(Arithmetic)

  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }

  /// Returns the sum of two calculations, without parentheses around sums on the left.
  public static func + (a: Arithmetic, b: Arithmetic) -> Arithmetic {
    if case .sum(let terms) = a { return .sum(terms + [b]) }
    return .sum([a, b])
  }
  /// Returns the difference of two calculations.
  public static func - (a: Arithmetic, b: Arithmetic) -> Arithmetic { .difference(a, b) }
  /// Returns the product of two calculations, without parentheses around products on the left.
  public static func * (a: Arithmetic, b: Arithmetic) -> Arithmetic {
    if case .product(let factors) = a { return .product(factors + [b]) }
    return .product([a, b])
  }
  /// Returns the quotient of two calculations.
  public static func / (a: Arithmetic, b: Arithmetic) -> Arithmetic { .quotient(a, b) }
  /// Returns the calculation with the opposite sign.
  public static prefix func - (a: Arithmetic) -> Arithmetic { .negative(a) }

  /// The result, computed in double precision from the numbers as they are, not as they are printed.
  public var value: Double {
    switch self {
    case .number(let number): number
    case .sum(let terms): terms.reduce(0) { $0 + $1.value }
    case .difference(let a, let b): a.value - b.value
    case .product(let factors): factors.reduce(1) { $0 * $1.value }
    case .quotient(let a, let b): a.value / b.value
    case .power(let base, let exponent): pow(base.value, Double(exponent))
    case .negative(let a): -a.value
    case .exp(let a): Foundation.exp(a.value)
    case .ln(let a): log(a.value)
    case .squareRoot(let a): a.value.squareRoot()
    case .magnitude(let a): a.value.magnitude
    }
  }
}

// Printing.
extension Arithmetic {
  /// How tightly an expression binds; a weaker one inside a stronger one needs parentheses.
  private enum Binding: Int {
    case sum, sign, product, power, atom
  }

  /// The calculation in the notation of `Formula`, with numbers of four digits.
  public var source: String {
    switch self {
    case .number(let number): number.formulaSource
    case .sum(let terms):
      terms.isEmpty ? "0" : terms.map { $0.source(within: .sign) }.joined(separator: " + ")
    case .difference(let a, let b): "\(a.source(within: .sum)) - \(b.source(within: .product))"
    case .product(let factors):
      factors.isEmpty
        ? "1" : factors.map { $0.source(within: .product) }.joined(separator: #" \cdot "#)
    case .quotient(let a, let b): #"\frac{\#(a.source)}{\#(b.source)}"#
    case .power(let base, let exponent): "\(base.source(within: .atom))^{\(exponent)}"
    case .negative(let a): "-\(a.source(within: .product))"
    case .exp(let a): #"\exp\left(\#(a.source)\right)"#
    case .ln(let a): #"\ln\left(\#(a.source)\right)"#
    case .squareRoot(let a): #"\sqrt{\#(a.source)}"#
    case .magnitude(let a): #"\left|\#(a.source)\right|"#
    }
  }

  private var binding: Binding {
    switch self {
    case .number(let number): number.sign == .minus ? .sign : (number.isBrief ? .atom : .product)
    case .sum(let terms): terms.count > 1 ? .sum : (terms.first?.binding ?? .atom)
    case .difference: .sum
    case .product(let factors): factors.count > 1 ? .product : (factors.first?.binding ?? .atom)
    case .negative: .sign
    case .power: .power
    case .quotient, .exp, .ln, .squareRoot, .magnitude: .atom
    }
  }

  private func source(within outer: Binding) -> String {
    // A leading minus stands bare only at the start of a line or of parentheses.
    binding.rawValue < outer.rawValue || binding == .sign ? #"\left(\#(source)\right)"# : source
  }
}

extension Double {
  /// Whether the number is printed without a power of ten.
  fileprivate var isBrief: Bool { !brief.contains("e") }

  /// The number with four digits in the notation of `Formula`.
  var formulaSource: String {
    guard isFinite else {
      return isNaN ? #"\text{not a number}"# : (self < 0 ? "-" : "") + #"\infty"#
    }
    let parts = brief.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return brief }
    return #"\#(parts[0]) \cdot 10^{\#(exponent)}"#
  }
}
