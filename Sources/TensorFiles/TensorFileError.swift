import Foundation
import Messages

/// An error with a file: one line that names the file, the fault and how to fix it.
public struct TensorFileError: UsageError, Sendable, Equatable, CustomStringConvertible,
  LocalizedError
{
  /// The reader or writer that reports the error.
  public enum Area: String, Sendable, CaseIterable {
    /// NumPy arrays.
    case npy = "NPY"
    /// Several NumPy arrays in one file.
    case npz = "NPZ"
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

  /// The reader or writer that reports the error.
  public let area: Area
  /// The file's path, or the name of the bytes in memory.
  public let file: String
  /// What is wrong.
  public let problem: String
  /// How to fix it.
  public let remedy: String
  /// Whether the place of an output is taken by files of others; a program ends with status 2 then.
  public let isWrongUse: Bool

  /// Creates an error from parts that are made visible: one line, control characters spelled out,
  /// bounded length.
  ///
  /// - Parameters:
  ///   - area: the reader or writer that reports the error.
  ///   - file: the file's path.
  ///   - problem: what is wrong.
  ///   - remedy: how to fix it.
  ///   - isWrongUse: whether the place of an output is taken by files of others.
  public init(
    _ area: Area, file: String, problem: String, remedy: String, isWrongUse: Bool = false
  ) {
    self.area = area
    self.file = file.visible(limit: 1000)
    self.problem = problem.visible(limit: 400)
    self.remedy = remedy.visible(limit: 200)
    self.isWrongUse = isWrongUse
  }

  /// One line: where, what, and how to fix it.
  public var description: String {
    area == .file
      ? "\(file): \(problem); \(remedy)" : "\(file): \(area.rawValue): \(problem); \(remedy)"
  }

  /// The same line, for code that only knows `Error`.
  public var errorDescription: String? { description }
}
