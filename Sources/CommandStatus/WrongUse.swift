/// A command that was asked for what it cannot do: one line, exit status 2.
public struct WrongUse: Error, Equatable, CustomStringConvertible {
  /// What, where, how to mend it.
  public let description: String

  /// Wrong use, in one line.
  public init(_ description: String) { self.description = description }
}
