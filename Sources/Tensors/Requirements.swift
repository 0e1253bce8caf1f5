/// Stops with a message unless the condition holds.
///
/// Unlike `precondition`, which stops without a word in release builds, it prints its message in
/// every build. It is for wrong use by the caller: function, argument, got and expected.
///
/// - Parameters:
///   - condition: what the caller has to see to.
///   - message: made only when it does not hold.
///   - file: where the check stands.
///   - line: where the check stands.
@inlinable
@inline(__always)
public func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}

/// Stops with function, argument, got and expected unless the tensor has the shape asked for.
///
/// - Parameters:
///   - tensor: the argument to check.
///   - expected: the length of each axis; nil where any length will do.
///   - argument: the argument's name, as the message calls it.
///   - axes: the axes' letters for the message, for example `"[C, H, W]"`.
///   - function: the function that checks; the caller's by default.
public func requireShape(
  _ tensor: Tensor, _ expected: [Int?], _ argument: String, axes: String? = nil,
  function: String = #function
) {
  let fits =
    tensor.rank == expected.count
    && zip(tensor.shape, expected).allSatisfy { $1 == nil || $0 == $1 }
  guard !fits else { return }
  let lengths = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
  let legend = axes.map { " \($0) =" } ?? ""
  fatalError(
    "\(function): \(argument) has shape \(tensor.shape), expected\(legend) [\(lengths)]")
}

/// Stops unless both tensors hold the same kind of number.
func requireSameType(_ a: Tensor, _ b: Tensor, _ function: String) {
  require(
    a.scalarType == b.scalarType,
    "\(function): the second tensor holds \(b.scalarType), expected \(a.scalarType) like the first")
}

/// Stops unless the tensor holds floating-point numbers.
func requireFloatingPoint(_ tensor: Tensor, _ function: String) {
  require(
    tensor.scalarType.isFloatingPoint, "\(function): tensor holds int32, expected floating point")
}

/// An axis counted from the front; negative ones count from the back, −1 being the last.
func resolveAxis(_ axis: Int, rank: Int, _ function: String) -> Int {
  let resolved = axis < 0 ? axis + rank : axis
  require(
    resolved >= 0 && resolved < rank,
    "\(function): axis \(axis) does not exist, expected \(-rank)...\(rank - 1)")
  return resolved
}
