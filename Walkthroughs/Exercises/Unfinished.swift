/// The error of an exercise that nobody has solved yet; each file here begins with it.
public struct Unfinished: Error {
  /// Creates the error.
  public init() {}
}
