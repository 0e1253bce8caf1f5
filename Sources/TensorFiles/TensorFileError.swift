import Foundation

/// What went wrong with a file: one line that names the file, the fault and how to mend it.
public struct TensorFileError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
  /// The reader or writer that complains.
  public enum Area: String, Sendable, CaseIterable {
    /// NumPy arrays.
    case npy = "NPY"
    /// Named tensors in one file.
    case safetensors
    /// Checkpoints that torch.save wrote.
    case torch = "torch checkpoint"
    /// PNG pictures.
    case png = "PNG"
    /// JPEG pictures.
    case jpeg = "JPEG"
    /// Opening, reading or writing any file.
    case file
  }

  /// The reader or writer that complains.
  public let area: Area
  /// The file's path, or what the bytes in memory are called.
  public let file: String
  /// What is wrong.
  public let problem: String
  /// How to mend it.
  public let remedy: String

  /// An error whose parts are made printable: one line, no control characters, bounded length.
  ///
  /// - Parameters:
  ///   - area: the reader or writer that complains.
  ///   - file: the file's path.
  ///   - problem: what is wrong.
  ///   - remedy: how to mend it.
  public init(_ area: Area, file: String, problem: String, remedy: String) {
    self.area = area
    self.file = Self.printable(file, limit: 1000)
    self.problem = Self.printable(problem, limit: 400)
    self.remedy = Self.printable(remedy, limit: 200)
  }

  /// One line: where, what, how to mend it.
  public var description: String {
    area == .file
      ? "\(file): \(problem); \(remedy)" : "\(file): \(area.rawValue): \(problem); \(remedy)"
  }

  /// The same line, for code that only knows `Error`.
  public var errorDescription: String? { description }

  /// Names inside a file come from strangers: they must not break the line, nor steer the terminal.
  private static func printable(_ text: String, limit: Int) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        line.append("?")
      default: line.append(scalar)
      }
    }
    return String(line) + (text.unicodeScalars.count > limit ? "…" : "")
  }
}
