import TensorFiles

/// What is wrong with somebody's data set: one line that says where, what and how to mend it.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, folder or option.
  public let place: String
  /// What is wrong.
  public let problem: String
  /// How to mend it.
  public let remedy: String

  /// An error from its three parts.
  public init(_ place: String, _ problem: String, _ remedy: String) {
    self.place = place
    self.problem = problem
    self.remedy = remedy
  }

  /// One line: where, what, how to mend it.
  public var description: String {
    // Names of files come from strangers; that error makes them printable.
    TensorFileError(.file, file: place, problem: problem, remedy: remedy).description
  }
}
