import Messages

/// A usage error: the command prints one line and exits with status 2.
public struct WrongUse: UsageError, Equatable, CustomStringConvertible {
  /// One line: what is wrong, where, and how to correct it.
  public let description: String
  /// True: every such error is one of the command line.
  public var isWrongUse: Bool { true }

  /// Creates a usage error with a description of one line.
  public init(_ description: String) { self.description = description }
}
