import TensorFiles

/// What is wrong with a parser's folder, or keeps a parser from being trained: one line that says
/// where, what and how to mend it.
public struct ParserError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line.
  public let description: String

  /// An error from its three parts; what is not printable in them is replaced.
  init(_ place: String, _ problem: String, _ remedy: String) {
    description =
      TensorFileError(.file, file: place, problem: problem, remedy: remedy).description
  }
}
