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
    memory.note(parameter)
    return value
  }

  /// Returns a result that several steps share, computed once while its parameters stay the same.
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

/// A store for results that steps share.
///
/// A result is dropped when a parameter that it depends on changes. The store also records which
/// parameters a step reads. It serves one step at a time.
final class Memory: Sendable {
  private struct State {
    var settings: [String: Double] = [:]
    var values: [String: Kept] = [:]
    /// The parameters read since each unfinished computation began, the innermost last.
    var uses: [Set<String>] = []
    /// The parameters on which anything can depend that the current step has computed so far.
    var sources: Set<String> = []
  }
  private struct Kept {
    let value: any Sendable
    /// The parameters that its computation read.
    let uses: Set<String>
    /// The parameters that the step had read when it was made: a closure can hold numbers that were
    /// read before it ran.
    let sources: Set<String>
  }
  private let state = Mutex(State())

  /// Records that the current step reads a parameter.
  func note(_ parameter: String) { note(uses: [parameter], sources: [parameter]) }

  private func note(uses: Set<String>, sources: Set<String>) {
    state.withLock { state in
      for index in state.uses.indices { state.uses[index].formUnion(uses) }
      state.sources.formUnion(sources)
    }
  }

  /// Runs a step and returns the names of the parameters that it read, directly or in shared results.
  func uses(of step: () -> Void) -> Set<String> {
    state.withLock { $0.sources = [] }
    return recordingUses(step).uses
  }

  private func recordingUses<Value>(
    _ body: () throws -> Value
  ) rethrows -> (result: Value, uses: Set<String>) {
    let depth = state.withLock { state in
      state.uses.append([])
      return state.uses.count
    }
    // Also after an error.
    defer { state.withLock { $0.uses.removeSubrange((depth - 1)...) } }
    let result = try body()
    return (result, state.withLock { $0.uses[depth - 1] })
  }

  func value<Value: Sendable>(
    _ name: String, settings: [String: Double], _ make: () throws -> Value
  ) rethrows -> Value {
    let kept = state.withLock { state -> Kept? in
      if state.settings != settings {
        let old = state.settings
        state.values = state.values.filter { _, kept in
          kept.sources.allSatisfy { old[$0] == settings[$0] }
        }
        state.settings = settings
      }
      return state.values[name]
    }
    if let kept {
      guard let value = kept.value as? Value else {
        fatalError(
          "shared(_:_:): \"\(name)\" holds a \(type(of: kept.value)), expected \(Value.self)")
      }
      note(uses: kept.uses, sources: kept.sources)
      return value
    }
    // Computed outside the lock, because the computation may use other shared results.
    let (value, uses) = try recordingUses(make)
    state.withLock { $0.values[name] = Kept(value: value, uses: uses, sources: $0.sources) }
    return value
  }
}
