/// A usage error: the command prints one line and exits with status 2.
public struct WrongUse: Error, Equatable, CustomStringConvertible {
  /// One line: what is wrong, where, and how to correct it.
  public let description: String

  /// Creates a usage error with a description of one line.
  public init(_ description: String) { self.description = description }
}
