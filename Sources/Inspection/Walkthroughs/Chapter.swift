import Tensors

/// One walk through an equation: questions, the real code, what it gives, and claims about it.
///
/// The same record is stepped through in a terminal, run unattended into a folder and a page, and
/// checked by the tests. It holds no arithmetic of its own.
public struct Chapter: Sendable {
  /// The name of its page and folder, for example `gaussian-lifting`.
  public let name: String
  /// The heading, for example `From a map to a volume`.
  public let title: String
  /// The equations it explains, for example `Eq. 5–7`.
  public let equations: String
  /// What it is about and what to know before, in a few sentences.
  public let introduction: String
  /// What a reader may change.
  public let parameters: [Parameter]
  /// The steps in order.
  public let steps: [Step]

  /// A chapter whose steps are listed in a block.
  ///
  /// - Parameters:
  ///   - name: the name of its page and folder: small letters, digits and hyphens.
  ///   - title: the heading.
  ///   - equations: the equations it explains, for example `Eq. 5–7`.
  ///   - introduction: what it is about; a blank line separates paragraphs.
  ///   - parameters: what a reader may change with `set NAME VALUE`.
  ///   - steps: the steps in order.
  public init(
    _ name: String, title: String, equations: String, introduction: String,
    parameters: [Parameter] = [], @StepList steps: () -> [Step]
  ) {
    require(
      !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") },
      "Chapter(_:…): name is \"\(name)\", expected letters, digits and hyphens")
    self.name = name
    self.title = title
    self.equations = equations
    self.introduction = introduction
    self.parameters = parameters
    self.steps = steps()
  }

  /// The parameters' values before anybody changed them.
  public var defaults: [String: Double] {
    Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The parameters' values with the changes that concern this chapter.
  ///
  /// - Parameter changes: new values by the chapter's name, then by the parameter's.
  /// - Returns: a value for every parameter, and nothing else.
  func settings(changedBy changes: [String: [String: Double]]) -> [String: Double] {
    let known = (changes[name] ?? [:]).filter { name, _ in
      parameters.contains { $0.name == name }
    }
    return defaults.merging(known) { $1 }
  }
}

/// A number that a reader may change while stepping.
public struct Parameter: Sendable, Hashable {
  /// What `set` calls it.
  public let name: String
  /// Its value unless changed.
  public let value: Double
  /// The values that make sense.
  public let range: ClosedRange<Double>
  /// Its unit; empty when it has none.
  public let unit: String
  /// What it does, in a few words.
  public let meaning: String
  /// Whether only whole numbers make sense.
  public let isWhole: Bool

  /// A parameter for any number of a range.
  public init(
    _ name: String, _ value: Double, in range: ClosedRange<Double>, unit: String = "",
    meaning: String
  ) {
    self.init(
      name: name, value: value, range: range, unit: unit, meaning: meaning, isWhole: false)
  }

  /// A parameter for the whole numbers of a range.
  public init(
    whole name: String, _ value: Int, in range: ClosedRange<Int>, unit: String = "",
    meaning: String
  ) {
    self.init(
      name: name, value: Double(value),
      range: Double(range.lowerBound)...Double(range.upperBound), unit: unit, meaning: meaning,
      isWhole: true)
  }

  private init(
    name: String, value: Double, range: ClosedRange<Double>, unit: String, meaning: String,
    isWhole: Bool
  ) {
    require(
      range.contains(value), "Parameter(_:…): \(name) is \(value), expected a value in \(range)")
    self.name = name
    self.value = value
    self.range = range
    self.unit = unit
    self.meaning = meaning
    self.isWhole = isWhole
  }

  /// Why a value cannot be taken; nil when it can.
  func objection(to candidate: Double) -> String? {
    let isTaken = range.contains(candidate) && (!isWhole || candidate == candidate.rounded())
    return isTaken ? nil : "\(name) takes \(domain), not \(candidate.brief)"
  }

  /// The least and the greatest value.
  var span: String { "\(range.lowerBound.brief) … \(range.upperBound.brief)" }

  /// The values that can be taken, in words.
  var domain: String { isWhole ? "whole numbers \(span)" : span }
}
