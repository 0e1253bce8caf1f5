/// An error that stops training or prevents its start: one line with what, where, and how to fix it.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Creates an error from one line.
  public init(_ description: String) { self.description = description }
}

/// The error for a value that is not finite, with the name of the value.
struct NotFinite: Error, CustomStringConvertible {
  let place: String

  var description: String { "\(place) is not finite" }
}
