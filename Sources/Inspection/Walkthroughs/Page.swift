import Synchronization
import Tensors

/// The report of a step: numbers, views, tables, explanations and claims in reading order.
public struct Page: Sendable {
  /// An entry of the page.
  public enum Entry: Sendable {
    /// A number with its unit.
    case number(Reading)
    /// A formula with the numbers of one pixel or sample.
    case equality(Equality)
    /// A picture, with the tensor behind it.
    case view(View)
    /// A table.
    case table(Table)
    /// An explanation, which the command `why` shows.
    case note(String)
    /// A statement with its verdict.
    case claim(Claim)
  }

  /// The entries in order.
  public private(set) var entries: [Entry] = []
  /// The default equation of the views.
  public let equation: String
  /// The values of the parameters.
  public let settings: [String: Double]
  private let memory: Memory

  init(equation: String, settings: [String: Double], memory: Memory) {
    self.equation = equation
    self.settings = settings
    self.memory = memory
  }

  /// The value of a parameter of the chapter; an unknown name is a programming error.
  public subscript(parameter: String) -> Double {
    guard let value = settings[parameter] else {
      let known = settings.keys.sorted().joined(separator: ", ")
      fatalError("Page[_:]: no parameter \"\(parameter)\", expected one of: \(known)")
    }
    return value
  }

  /// Returns a result that several steps share, computed once for the current parameters.
  ///
  /// - Parameters:
  ///   - name: the name of the result; results with the same name must have the same type.
  ///   - make: computes the result if it is not stored yet.
  /// - Returns: the result.
  public func shared<Value: Sendable>(_ name: String, _ make: () throws -> Value) rethrows -> Value
  {
    try memory.value(name, settings: settings, make)
  }

  /// Adds an entry to the page.
  public mutating func add(_ entry: Entry) { entries.append(entry) }

  /// The claims so far, those of the formulas with numbers included.
  public var claims: [Claim] {
    entries.compactMap { entry in
      switch entry {
      case .claim(let claim): claim
      case .equality(let equality): equality.claim
      case .number, .view, .table, .note: nil
      }
    }
  }

  /// The formulas with numbers so far.
  public var equalities: [Equality] {
    entries.compactMap { if case .equality(let equality) = $0 { equality } else { nil } }
  }

  /// The views so far.
  public var views: [View] {
    entries.compactMap { if case .view(let view) = $0 { view } else { nil } }
  }

  /// The explanations so far.
  public var notes: [String] {
    entries.compactMap { if case .note(let note) = $0 { note } else { nil } }
  }
}

/// A store for results that steps share; a change of the parameters empties it.
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
    // Computed outside the lock, because the computation may use other shared results.
    let value = try make()
    state.withLock { $0.values[name] = value }
    return value
  }
}
