import TensorFiles

/// An error in the folder of a parser, or in its training.
///
/// The message says in one line where the error is, what is wrong, and how to fix it.
public struct ParserError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A message of one line.
  public let description: String

  /// Creates an error from its three parts; unprintable characters in them are replaced.
  init(_ place: String, _ problem: String, _ remedy: String) {
    description =
      TensorFileError(.file, file: place, problem: problem, remedy: remedy).description
  }
}
