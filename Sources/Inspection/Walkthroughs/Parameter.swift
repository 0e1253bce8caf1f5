import Tensors

/// A parameter of a chapter that a reader can change: a number, or one of several named choices.
public struct Parameter: Sendable, Hashable {
  /// The name for the command `set`.
  public let name: String
  /// The default value.
  public let value: Double
  /// The allowed values.
  public let range: ClosedRange<Double>
  /// The unit; empty if there is none.
  public let unit: String
  /// The meaning, in a few words.
  public let meaning: String
  /// Whether only whole numbers are allowed.
  public let isWhole: Bool
  /// The names of the values 0, 1, 2, …; nil if the values are numbers.
  public let choices: [String]?

  /// Creates a parameter for the numbers of a range.
  public init(
    _ name: String, _ value: Double, in range: ClosedRange<Double>, unit: String = "",
    meaning: String
  ) {
    self.init(
      name: name, value: value, range: range, unit: unit, meaning: meaning, isWhole: false,
      choices: nil)
  }

  /// Creates a parameter for the whole numbers of a range.
  public init(
    whole name: String, _ value: Int, in range: ClosedRange<Int>, unit: String = "",
    meaning: String
  ) {
    self.init(
      name: name, value: Double(value),
      range: Double(range.lowerBound)...Double(range.upperBound), unit: unit, meaning: meaning,
      isWhole: true, choices: nil)
  }

  /// Creates a parameter that is one of several choices.
  ///
  /// The terminal takes a name or its number, a live page shows a menu, and a slider shows the names.
  ///
  /// - Parameters:
  ///   - name: the name for the command `set`.
  ///   - value: the number of the default choice, counted from 0.
  ///   - choices: the names of the choices, at least two and no two alike.
  ///   - meaning: what is chosen, without the names.
  public init(choice name: String, _ value: Int, of choices: [String], meaning: String) {
    require(
      choices.count > 1 && Set(choices.map { $0.lowercased() }).count == choices.count,
      "Parameter(choice:…): \(name) has the choices \(choices), expected at least two different ones"
    )
    self.init(
      name: name, value: Double(value), range: 0...Double(choices.count - 1), unit: "",
      meaning: meaning, isWhole: true, choices: choices)
  }

  private init(
    name: String, value: Double, range: ClosedRange<Double>, unit: String, meaning: String,
    isWhole: Bool, choices: [String]?
  ) {
    require(
      range.contains(value), "Parameter(_:…): \(name) is \(value), expected a value in \(range)")
    self.name = name
    self.value = value
    self.range = range
    self.unit = unit
    self.meaning = meaning
    self.isWhole = isWhole
    self.choices = choices
  }
}

// The values as text.
extension Parameter {
  /// Returns why a value is not allowed; nil if it is allowed.
  func objection(to candidate: Double) -> String? {
    let isTaken = range.contains(candidate) && (!isWhole || candidate == candidate.rounded())
    return isTaken ? nil : "\(name) accepts \(domain), not \(candidate.brief)"
  }

  /// Returns the value that a reader has typed: a number, or the name of a choice in small or capital letters.
  ///
  /// - Parameter text: the text.
  /// - Throws: a `WalkthroughMistake` of one line that names the allowed values.
  /// - Returns: an allowed value.
  func value(of text: String) throws(WalkthroughMistake) -> Double {
    if let choices {
      let wanted = text.lowercased()
      if let index = choices.firstIndex(where: { $0.lowercased() == wanted }) {
        return Double(index)
      }
      guard Double(text) != nil else {
        throw WalkthroughMistake(
          "\(name) accepts \(domain), not \(text.isEmpty ? "an empty value" : text)")
      }
    }
    let value: Double
    do { value = try ParameterSetting.number(text) } catch {
      throw WalkthroughMistake("\(name): \(error)")
    }
    if let objection = self.objection(to: value) { throw WalkthroughMistake(objection) }
    return value
  }

  /// Returns a value as text: the name of a choice, or the number with its unit.
  func label(of value: Double) -> String {
    guard let choices, value == value.rounded(), choices.indices.contains(Int(value)) else {
      return value.brief.withUnit(unit)
    }
    return choices[Int(value)]
  }

  /// The smallest and the largest allowed value, or the first and the last choice, as text.
  var span: String {
    "\(label(of: range.lowerBound, withUnit: false)) … \(label(of: range.upperBound, withUnit: false))"
  }

  private func label(of value: Double, withUnit: Bool) -> String {
    choices == nil ? value.brief : label(of: value)
  }

  /// The allowed values, as text.
  var domain: String {
    guard let choices else { return isWhole ? "whole numbers \(span)" : span }
    return "\(choices.joined(separator: ", ")) (or their numbers 0 … \(choices.count - 1))"
  }

  /// The meaning with the numbers and names of all choices: `the part: 0 background, 1 face`.
  var explanation: String {
    guard let choices else { return meaning }
    return "\(meaning): "
      + choices.enumerated().map { "\($0) \($1)" }.joined(separator: ", ")
  }
}
