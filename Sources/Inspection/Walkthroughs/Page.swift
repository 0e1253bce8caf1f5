import Synchronization
import Tensors

/// Where a step reports what it found: numbers, views, tables, reasons and claims, in reading order.
public struct Page: Sendable {
  /// Something on the page.
  public enum Entry: Sendable {
    /// A number with its unit.
    case number(Reading)
    /// A picture, with the tensor behind it.
    case view(View)
    /// A table.
    case table(Table)
    /// A sentence that explains; `why` shows it again.
    case note(String)
    /// A statement with its verdict.
    case claim(Claim)
  }

  /// What was reported, in order.
  public private(set) var entries: [Entry] = []
  /// The equation that views carry unless they say otherwise.
  public let equation: String
  /// The parameters' values.
  public let settings: [String: Double]
  private let memory: Memory

  init(equation: String, settings: [String: Double], memory: Memory) {
    self.equation = equation
    self.settings = settings
    self.memory = memory
  }

  /// The value of a parameter of the chapter.
  public subscript(parameter: String) -> Double {
    guard let value = settings[parameter] else {
      let known = settings.keys.sorted().joined(separator: ", ")
      fatalError("Page[_:]: no parameter \"\(parameter)\", expected one of: \(known)")
    }
    return value
  }

  /// A result that several steps of the chapter use: made once for the present parameters.
  ///
  /// - Parameters:
  ///   - name: under which the result is kept; one name, one type.
  ///   - make: makes it when it is not there yet.
  /// - Returns: the result.
  public func shared<Value: Sendable>(_ name: String, _ make: () throws -> Value) rethrows -> Value
  {
    try memory.value(name, settings: settings, make)
  }

  /// Adds something to the page.
  public mutating func add(_ entry: Entry) { entries.append(entry) }

  /// The claims made so far.
  public var claims: [Claim] {
    entries.compactMap { if case .claim(let claim) = $0 { claim } else { nil } }
  }

  /// The views shown so far.
  public var views: [View] {
    entries.compactMap { if case .view(let view) = $0 { view } else { nil } }
  }

  /// The explaining sentences so far.
  public var notes: [String] {
    entries.compactMap { if case .note(let note) = $0 { note } else { nil } }
  }
}

/// Keeps results that steps share, as long as the parameters stay the same.
final class Memory: Sendable {
  private struct State {
    var settings: [String: Double] = [:]
    var values: [String: any Sendable] = [:]
  }
  private let state = Mutex(State())

  func value<Value: Sendable>(
    _ name: String, settings: [String: Double], _ make: () throws -> Value
  ) rethrows -> Value {
    let kept = state.withLock { state -> (any Sendable)? in
      if state.settings != settings { state = State(settings: settings) }
      return state.values[name]
    }
    if let kept {
      guard let value = kept as? Value else {
        fatalError(
          "shared(_:_:): \"\(name)\" holds a \(type(of: kept)), expected \(Value.self)")
      }
      return value
    }
    // Made outside the lock: making it may ask for other shared results.
    let value = try make()
    state.withLock { $0.values[name] = value }
    return value
  }
}
