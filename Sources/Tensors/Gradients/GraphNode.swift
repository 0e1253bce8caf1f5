import Synchronization

/// One recorded operation: the nodes of its inputs, and the rules that carry a gradient back to
/// them.
///
/// A node refers to the nodes of its inputs, never to the nodes that use it. A graph is therefore
/// freed when the last tensor computed from it is gone.
///
/// The conformance to `Sendable` is unchecked because the compiler cannot verify two properties:
///
/// 1. `inputs` and `pullback` are variables. They are set in `init`, before any other thread can
///    know the node. Afterwards only `release(into:)` changes them. It is private, and only `deinit`
///    calls it: for the node being deinitialized, to which no reference is left, and for nodes whose
///    only reference is the local variable of the loop (`isKnownUniquelyReferenced`). There are no
///    weak or unowned references to nodes, and whoever reads these variables holds a strong
///    reference, so nobody can read them while they change. Copy-on-write collections rely on the
///    same argument.
/// 2. The rules in `pullback` are not `@Sendable`. A rule captures only immutable values of
///    `Sendable` types (tensors, shapes, numbers, geometries, `RowLinks`) and changes nothing, so it
///    may run on any thread, and on several threads at once. Every new rule must comply with this.
///
/// All other properties are constants of `Sendable` types.
final class GraphNode: @unchecked Sendable {
  /// A rule that turns the gradient with respect to the output, and the output itself, into the
  /// gradient with respect to one input.
  typealias Rule = (_ cotangent: Tensor, _ output: Tensor) -> Tensor
  /// A rule for all inputs at once; `wanted` says which of the results will be used.
  typealias JointRule = (_ cotangent: Tensor, _ wanted: [Bool]) -> [Tensor?]

  enum Pullback {
    /// The start of a graph, made by `tracked(as:)`.
    case leaf
    /// One rule for each input; nil if the output is piecewise constant in that input.
    case each([Rule?])
    /// One rule for all inputs.
    case joint(JointRule)
  }

  let name: String
  /// A number that grows with every node created, so that an output always has a larger number than
  /// its inputs.
  let sequence: UInt64
  private(set) var inputs: [GraphNode?]
  private(set) var pullback: Pullback
  /// The output's values, detached; otherwise the node would refer to itself and would never be
  /// freed.
  let output: Tensor?

  private static let counter = Atomic<UInt64>(0)

  init(_ name: String, inputs: [GraphNode?], pullback: Pullback, output: Tensor?) {
    self.name = name
    self.inputs = inputs
    self.pullback = pullback
    self.output = output
    sequence = Self.counter.add(1, ordering: .relaxed).newValue
  }

  /// Frees a long chain of nodes one by one.
  ///
  /// Otherwise each node would free its inputs from within its own deinitializer, and a chain of
  /// some ten thousand nodes would overflow the stack.
  deinit {
    var doomed: [GraphNode] = []
    release(into: &doomed)
    while var node = doomed.popLast() {
      if isKnownUniquelyReferenced(&node) { node.release(into: &doomed) }
    }
  }

  /// Appends the nodes of the inputs to `doomed` and drops the rules.
  private func release(into doomed: inout [GraphNode]) {
    for case let node? in inputs { doomed.append(node) }
    inputs = []
    // The rules hold tensors, and these hold nodes. `doomed` still holds the nodes of the inputs
    // here, so dropping the rules never releases the last reference to a node.
    pullback = .leaf
  }

  /// Returns whether a gradient that reaches this node is passed on to input number `index`.
  func carries(to index: Int) -> Bool {
    switch pullback {
    case .leaf: false
    case .each(let rules): rules[index] != nil
    case .joint: true
    }
  }
}

/// The switch that decides whether operations are recorded; see `withoutGradients`.
enum Recording {
  @TaskLocal static var isOn = true
}

/// Runs a closure without recording its operations.
///
/// The results are untracked, and nothing is kept for a later gradient.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

extension Tensor {
  /// Returns the same values as a tracked tensor, with respect to which gradients can be computed.
  ///
  /// Errors refer to the tensor by `name`.
  public func tracked(as name: String = "unnamed") -> Tensor {
    require(
      scalarType.isFloatingPoint, "tracked(as:): \(name) holds int32, expected floating point")
    return withNode(GraphNode(name, inputs: [], pullback: .leaf, output: nil))
  }

  /// Records that this tensor was computed from `inputs`, with one rule for each input.
  ///
  /// A rule turns the gradient with respect to this tensor into the gradient with respect to one
  /// input. Rules consist of differentiable operations, so that gradients can be differentiated
  /// again. A rule is called only if its input lies on a path to a requested tensor.
  func recorded(
    _ name: String, from inputs: [Tensor], _ rules: ((_ cotangent: Tensor) -> Tensor)?...
  ) -> Tensor {
    recorded(name, from: inputs, output: nil) {
      .each(rules.map { rule in rule.map { rule in { cotangent, _ in rule(cotangent) } } })
    }
  }

  /// Records as `recorded(_:from:_:)` does, with a list of rules.
  func recorded(
    _ name: String, from inputs: [Tensor], rules: [(_ cotangent: Tensor) -> Tensor]
  ) -> Tensor {
    recorded(name, from: inputs, output: nil) {
      .each(rules.map { rule in { cotangent, _ in rule(cotangent) } })
    }
  }

  /// Records as `recorded(_:from:_:)` does, for one input and a rule that also reads the output.
  func recorded(
    _ name: String, from input: Tensor,
    reading rule: @escaping (_ cotangent: Tensor, _ output: Tensor) -> Tensor
  ) -> Tensor {
    recorded(name, from: [input], output: self) { .each([rule]) }
  }

  /// Records as `recorded(_:from:_:)` does, with one rule that computes all gradients together.
  func recorded(_ name: String, from inputs: [Tensor], jointly rule: @escaping GraphNode.JointRule)
    -> Tensor
  {
    recorded(name, from: inputs, output: nil) { .joint(rule) }
  }

  /// Records a result that is piecewise constant in its inputs: they take part, with gradient zero.
  func recordedConstant(_ name: String, from inputs: [Tensor]) -> Tensor {
    recorded(name, from: inputs, output: nil) {
      .each([GraphNode.Rule?](repeating: nil, count: inputs.count))
    }
  }

  private func recorded(
    _ name: String, from inputs: [Tensor], output: Tensor?, pullback: () -> GraphNode.Pullback
  ) -> Tensor {
    if FiniteCheck.isOn { FiniteCheck.examine(self, name) }
    guard inputs.contains(where: { $0.node != nil }), Recording.isOn else { return self }
    let node = GraphNode(name, inputs: inputs.map(\.node), pullback: pullback(), output: output)
    return withNode(node)
  }
}
