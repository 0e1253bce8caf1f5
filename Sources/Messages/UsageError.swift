/// An error whose cause may be the command line instead of a failure.
///
/// Programs end with status 2 after a usage error, wherever it was noticed, and with status 1 after
/// every other error.
public protocol UsageError: Error {
  /// Whether another command line would avoid the error.
  var isWrongUse: Bool { get }
}
