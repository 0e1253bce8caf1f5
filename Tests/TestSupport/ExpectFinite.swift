import Tensors
import Testing

/// Reports the first element that is infinite or NaN.
public func expectFinite(
  _ tensor: Tensor, _ comment: String = "", at location: SourceLocation = #_sourceLocation
) {
  let scalars = tensor.scalars
  guard let index = scalars.firstIndex(where: { !$0.isFinite }) else { return }
  let label = comment.isEmpty ? "" : comment + ": "
  Issue.record("\(label)element \(index) is \(scalars[index])", sourceLocation: location)
}
