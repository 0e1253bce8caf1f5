import Messages
import TensorFiles

/// An error in a data set: one line that says where it is, what is wrong, and how to fix it.
public struct DatasetError: UsageError, Sendable, Equatable, CustomStringConvertible {
  /// The file, folder or option.
  public let place: String
  /// The problem.
  public let problem: String
  /// The way to fix the problem.
  public let remedy: String
  /// Whether the place of an output is taken by files of others.
  public let isWrongUse: Bool

  /// Creates an error from its parts; a program ends with status 2 if it is one of wrong use.
  public init(
    _ place: String, _ problem: String, _ remedy: String, isWrongUse: Bool = false
  ) {
    self.place = place
    self.problem = problem
    self.remedy = remedy
    self.isWrongUse = isWrongUse
  }

  /// A message of one line: where the error is, what is wrong, and how to fix it.
  public var description: String {
    // File names can contain any character; `TensorFileError` makes them printable.
    TensorFileError(.file, file: place, problem: problem, remedy: remedy).description
  }
}
