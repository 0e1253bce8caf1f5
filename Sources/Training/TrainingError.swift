/// What stops training, or keeps it from beginning: one line that says what, where, and what to do.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// One line.
  public let description: String

  /// An error in one line.
  public init(_ description: String) { self.description = description }
}
