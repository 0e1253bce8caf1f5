/// What stops training, or keeps it from beginning: one line that says what, where, and what to do.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// One line.
  public let description: String

  /// An error in one line.
  public init(_ description: String) { self.description = description }
}

/// A number that is not finite, by what was being computed.
struct NotFinite: Error, CustomStringConvertible {
  let place: String

  var description: String { "\(place) is not finite" }
}
