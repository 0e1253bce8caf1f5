import TensorFiles

/// An error in a data set: one line that says where it is, what is wrong, and how to fix it.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, folder or option.
  public let place: String
  /// The problem.
  public let problem: String
  /// The way to fix the problem.
  public let remedy: String

  /// Creates an error from its three parts.
  public init(_ place: String, _ problem: String, _ remedy: String) {
    self.place = place
    self.problem = problem
    self.remedy = remedy
  }

  /// A message of one line: where the error is, what is wrong, and how to fix it.
  public var description: String {
    // File names can contain any character; `TensorFileError` makes them printable.
    TensorFileError(.file, file: place, problem: problem, remedy: remedy).description
  }
}
