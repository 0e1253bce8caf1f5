/// Stops the program with a message unless the condition holds.
///
/// Unlike `precondition`, which prints no message in release builds, this function prints its
/// message in every build. It reports incorrect use by the caller. The message names the function,
/// the argument, its value and what was expected.
///
/// - Parameters:
///   - condition: what the caller must ensure.
///   - message: the message, evaluated only if the condition does not hold.
///   - file: the file that holds the check.
///   - line: the line of the check.
@inlinable
@inline(__always)
public func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}

/// Stops the program unless the tensor has the expected shape.
///
/// The message names the function, the argument, the actual and the expected shape.
///
/// - Parameters:
///   - tensor: the argument to check.
///   - expected: the length of each axis; nil where any length is allowed.
///   - argument: the argument's name in the message.
///   - axes: the letters of the axes in the message, for example `"[C, H, W]"`.
///   - function: the function that checks; by default the caller of this function.
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

/// Stops the program unless both tensors have the same scalar type.
func requireSameType(_ a: Tensor, _ b: Tensor, _ function: String) {
  require(
    a.scalarType == b.scalarType,
    "\(function): the second tensor holds \(b.scalarType), expected \(a.scalarType) like the first")
}

/// Stops the program unless the tensor holds floating-point numbers.
func requireFloatingPoint(_ tensor: Tensor, _ function: String) {
  require(
    tensor.scalarType.isFloatingPoint, "\(function): tensor holds int32, expected floating point")
}

/// Returns an axis counted from the front; negative axes count from the back, −1 being the last.
func resolveAxis(_ axis: Int, rank: Int, _ function: String) -> Int {
  let resolved = axis < 0 ? axis + rank : axis
  require(
    resolved >= 0 && resolved < rank,
    "\(function): axis \(axis) does not exist, expected \(-rank)...\(rank - 1)")
  return resolved
}
