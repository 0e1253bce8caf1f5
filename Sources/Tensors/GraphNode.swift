import Synchronization

/// One recorded operation: what it read, and how a gradient travels back through it.
///
/// Nodes point at the nodes of their inputs only, never at their users, so a graph is freed when the
/// last tensor that came out of it is gone.
final class GraphNode: @unchecked Sendable {
  /// From the gradient with respect to the output, and the output, to that of one input.
  typealias Rule = (_ cotangent: Tensor, _ output: Tensor) -> Tensor
  /// As `Rule`, for all inputs at once; `wanted` says which of the results will be used.
  typealias JointRule = (_ cotangent: Tensor, _ wanted: [Bool]) -> [Tensor?]

  enum Pullback {
    /// A tensor that gradients were asked for by `tracked(as:)`.
    case leaf
    /// One rule for each input; nil where the output is piecewise constant in that input.
    case each([Rule?])
    case joint(JointRule)
  }

  let name: String
  /// Grows with every node made, so an output always has a larger number than its inputs.
  let sequence: UInt64
  private(set) var inputs: [GraphNode?]
  private(set) var pullback: Pullback
  /// The output's values without its node (with it, the node would keep itself alive).
  let output: Tensor?

  private static let counter = Atomic<UInt64>(0)

  init(_ name: String, inputs: [GraphNode?], pullback: Pullback, output: Tensor?) {
    self.name = name
    self.inputs = inputs
    self.pullback = pullback
    self.output = output
    sequence = Self.counter.add(1, ordering: .relaxed).newValue
  }

  /// Frees a long chain step by step: left to itself, each node would free its input from inside its
  /// own release, and a chain of some ten thousand would overflow the stack.
  deinit {
    var doomed: [GraphNode] = []
    release(into: &doomed)
    while var node = doomed.popLast() {
      if isKnownUniquelyReferenced(&node) { node.release(into: &doomed) }
    }
  }

  private func release(into doomed: inout [GraphNode]) {
    for case let node? in inputs { doomed.append(node) }
    inputs = []
    // The rules hold tensors, and those hold nodes; with the inputs kept in `doomed` until here,
    // dropping the rules never releases a node last.
    pullback = .leaf
  }

  /// Whether a gradient that reaches this node goes on to its input number `index`.
  func carries(to index: Int) -> Bool {
    switch pullback {
    case .leaf: false
    case .each(let rules): rules[index] != nil
    case .joint: true
    }
  }
}

/// Whether operations are recorded; see `withoutGradients`.
enum Recording {
  @TaskLocal static var isOn = true
}

/// Runs a closure in which no operation is recorded: its tensors are constants, and nothing is kept
/// for a later gradient.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

extension Tensor {
  /// The same values as the starting point of gradients; `name` is how errors call it.
  public func tracked(as name: String = "unnamed") -> Tensor {
    require(
      scalarType.isFloatingPoint, "tracked(as:): \(name) holds int32, expected floating point")
    return withNode(GraphNode(name, inputs: [], pullback: .leaf, output: nil))
  }

  /// Records that this tensor was computed from `inputs`, one rule for each of them.
  ///
  /// A rule turns the gradient with respect to this tensor into the gradient with respect to its
  /// input, and is itself made of differentiable operations, so that a gradient has gradients. It is
  /// called only for inputs on the way to a tensor that was asked for.
  func recorded(
    _ name: String, from inputs: [Tensor], _ rules: ((_ cotangent: Tensor) -> Tensor)?...
  ) -> Tensor {
    recorded(name, from: inputs, output: nil) {
      .each(rules.map { rule in rule.map { rule in { cotangent, _ in rule(cotangent) } } })
    }
  }

  /// As `recorded(_:from:_:)` for a list of inputs.
  func recorded(
    _ name: String, from inputs: [Tensor], rules: [(_ cotangent: Tensor) -> Tensor]
  ) -> Tensor {
    recorded(name, from: inputs, output: nil) {
      .each(rules.map { rule in { cotangent, _ in rule(cotangent) } })
    }
  }

  /// As `recorded(_:from:_:)` for one input, with a rule that reads the output as well.
  func recorded(
    _ name: String, from input: Tensor,
    reading rule: @escaping (_ cotangent: Tensor, _ output: Tensor) -> Tensor
  ) -> Tensor {
    recorded(name, from: [input], output: self) { .each([rule]) }
  }

  /// As `recorded(_:from:_:)`, with one rule that makes all gradients together.
  func recorded(_ name: String, from inputs: [Tensor], jointly rule: @escaping GraphNode.JointRule)
    -> Tensor
  {
    recorded(name, from: inputs, output: nil) { .joint(rule) }
  }

  /// Records a result that is piecewise constant in its inputs: they are reached, with gradient zero.
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
