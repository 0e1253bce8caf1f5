/// A reason why a gradient cannot be computed.
public enum GradientError: Error, Equatable, CustomStringConvertible {
  /// The tensor to differentiate does not have exactly one element.
  case notScalar(shape: [Int])
  /// The tensor to differentiate does not depend on any tracked tensor.
  case notTracked
  /// The differentiated tensor was not computed from this tensor.
  case notInGraph(name: String, position: Int)

  /// One line that says what is wrong and how to fix it.
  public var description: String {
    switch self {
    case .notScalar(let shape):
      "gradients(of:): the tensor has shape \(shape), expected one element; sum or average it first"
    case .notTracked:
      "gradients(of:): the tensor does not depend on any tracked tensor; call tracked(as:) on its "
        + "inputs, outside withoutGradients"
    case .notInGraph(let name, let position):
      "gradients(of:): tensor \(position) of withRespectTo, '\(name)', was not used to compute the "
        + "differentiated tensor; pass the tracked tensor itself, not a copy made before tracked(as:)"
    }
  }
}

/// Returns the gradients of a scalar with respect to tensors that it was computed from.
///
/// Reverse mode: each recorded operation between `scalar` and the requested tensors is visited
/// once, from the last to the first, and passes the gradient with respect to its output on to its
/// inputs. A tensor that takes part without influencing the value (for example a bias under a
/// squared gradient norm) gets zeros. A tensor that takes no part is an error.
///
/// - Parameters:
///   - scalar: the tensor to differentiate; it has one element.
///   - tensors: tracked tensors, or tensors computed from them, of any shape.
///   - createGraph: whether the gradients are themselves recorded, so that they can be
///     differentiated again.
/// - Returns: one gradient for each of `tensors`, of its shape.
/// - Throws: `GradientError` if `scalar` is untracked, has another number of elements, or was
///   computed without one of `tensors`.
public func gradients(
  of scalar: Tensor, withRespectTo tensors: [Tensor], createGraph: Bool = false
) throws -> [Tensor] {
  guard scalar.count == 1 else { throw GradientError.notScalar(shape: scalar.shape) }
  guard let root = scalar.node else { throw GradientError.notTracked }
  let order = ancestors(of: root)
  let reached = Set(order.map(ObjectIdentifier.init))
  for (position, tensor) in tensors.enumerated() {
    guard let node = tensor.node, reached.contains(ObjectIdentifier(node)) else {
      throw GradientError.notInGraph(name: tensor.node?.name ?? "constant", position: position)
    }
  }
  let targets = Set(tensors.compactMap { $0.node.map(ObjectIdentifier.init) })
  let found = Recording.$isOn.withValue(createGraph) {
    pullBack(from: scalar, through: order, to: targets)
  }
  return tensors.map { tensor in
    guard let node = tensor.node, let gradient = found[ObjectIdentifier(node)] else {
      return withDerivation(.zeros(tensor.shape, tensor.scalarType), from: scalar, createGraph)
    }
    return withDerivation(gradient, from: scalar, createGraph)
  }
}

/// Returns the gradients of a scalar with respect to those named tensors that it was computed from.
///
/// - Parameters:
///   - scalar: the tensor to differentiate; it has one element.
///   - tensors: tracked tensors by name; those that took no part are left out of the result.
/// - Returns: a gradient for every tensor that took part.
/// - Throws: `GradientError.notScalar` or `.notTracked`.
public func gradients(
  of scalar: Tensor, withRespectTo tensors: [String: Tensor]
) throws -> [String: Tensor] {
  guard let root = scalar.node else { throw GradientError.notTracked }
  let reached = Set(ancestors(of: root).map(ObjectIdentifier.init))
  let names = tensors.keys.sorted().filter { name in
    tensors[name]?.node.map { reached.contains(ObjectIdentifier($0)) } == true
  }
  let found = try gradients(of: scalar, withRespectTo: names.compactMap { tensors[$0] })
  return Dictionary(uniqueKeysWithValues: zip(names, found))
}

/// Returns the gradient of a scalar with respect to one tensor; see
/// `gradients(of:withRespectTo:createGraph:)`.
public func gradient(
  of scalar: Tensor, withRespectTo tensor: Tensor, createGraph: Bool = false
) throws -> Tensor {
  try gradients(of: scalar, withRespectTo: [tensor], createGraph: createGraph)[0]
}

/// Records that a gradient was computed from its scalar, without any influence of the scalar.
///
/// Every tensor that took part in the scalar then takes part in the gradient too. If it drops out
/// of the formula, its gradient is zero rather than an error.
private func withDerivation(_ gradient: Tensor, from scalar: Tensor, _ createGraph: Bool) -> Tensor
{
  guard createGraph else { return gradient.detached() }
  return gradient.recorded("gradient", from: [gradient, scalar], { $0 }, nil)
}

/// Returns every node that the root was computed from, including the root, latest first.
private func ancestors(of root: GraphNode) -> [GraphNode] {
  var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
  var found = [root]
  var next = 0
  while next < found.count {
    for case let input? in found[next].inputs
    where seen.insert(ObjectIdentifier(input)).inserted {
      found.append(input)
    }
    next += 1
  }
  return found.sorted { $0.sequence > $1.sequence }
}

/// Runs the gradient rules between the scalar and the targets.
private func pullBack(
  from scalar: Tensor, through order: [GraphNode], to targets: Set<ObjectIdentifier>
) -> [ObjectIdentifier: Tensor] {
  // Only nodes on a differentiable path to a target need a gradient. They are visited oldest first,
  // so that every node's inputs have been decided before it.
  var needed = Set<ObjectIdentifier>()
  for node in order.reversed() {
    let leads = node.inputs.indices.contains { index in
      guard let input = node.inputs[index] else { return false }
      return node.carries(to: index) && needed.contains(ObjectIdentifier(input))
    }
    if leads || targets.contains(ObjectIdentifier(node)) { needed.insert(ObjectIdentifier(node)) }
  }

  var gradients: [ObjectIdentifier: Tensor] = [:]
  if let root = order.first {
    gradients[ObjectIdentifier(root)] = .ones(scalar.shape, scalar.scalarType)
  }
  for node in order {
    let identifier = ObjectIdentifier(node)
    guard needed.contains(identifier), let cotangent = gradients[identifier] else { continue }
    let wanted = node.inputs.indices.map { index in
      node.carries(to: index)
        && node.inputs[index].map { needed.contains(ObjectIdentifier($0)) } == true
    }
    for (index, gradient) in results(of: node, cotangent, wanted) {
      guard let input = node.inputs[index] else { continue }
      let key = ObjectIdentifier(input)
      guard var sum = gradients.removeValue(forKey: key) else {
        gradients[key] = gradient
        continue
      }
      sum.add(gradient)
      gradients[key] = sum
    }
    // The gradient has been passed on. Unless it was requested, its memory can be freed now.
    if !targets.contains(identifier) { gradients[identifier] = nil }
  }
  return gradients
}

extension Tensor {
  /// Adds another gradient, in place if no other tensor uses this one's memory.
  ///
  /// A new block for the sum would increase the memory traffic by a third.
  fileprivate mutating func add(_ other: Tensor) {
    guard !Recording.isOn, ownsStorage, shape == other.shape,
      let order = isContiguous ? Array(shape.indices) : memoryOrder
    else { return self = self + other }
    let (own, added) = (detached().inOrder(order), other.inOrder(order))
    func run<T: Real>(_ type: T.Type) {
      let (x, y) = (added.pointer(T.self), own.storage.bytes.assumingMemoryBound(to: T.self))
      let sum = y + own.offset
      BroadcastWalk(own.shape, [own.strides, added.strides]).forEachBlock { block in
        T.kernels.binary(
          .add, sum + block.offsets[0], (block.rowSteps[0], block.steps[0]),
          x + block.offsets[1], (block.rowSteps[1], block.steps[1]), sum + block.start,
          rows: block.rows, block.count)
      }
    }
    dispatch { run($0) }
    if FiniteCheck.isOn { FiniteCheck.examine(self, "add") }
  }
}

/// Returns the gradients that a node passes to its wanted inputs, each with the input's position.
private func results(of node: GraphNode, _ cotangent: Tensor, _ wanted: [Bool]) -> [(Int, Tensor)] {
  switch node.pullback {
  case .leaf:
    return []
  case .each(let rules):
    let output = node.output?.withNode(Recording.isOn ? node : nil) ?? cotangent
    return rules.indices.compactMap { index in
      guard wanted[index], let rule = rules[index] else { return nil }
      return (index, rule(cotangent, output))
    }
  case .joint(let rule):
    guard wanted.contains(true) else { return [] }
    return rule(cotangent, wanted).enumerated().compactMap { index, gradient in
      wanted[index] ? gradient.map { (index, $0) } : nil
    }
  }
}
