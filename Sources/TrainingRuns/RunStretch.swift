import Tensors

/// The arithmetic of a stretch of a run: from one iteration until the next stretch begins.
///
/// Other loops add the same numbers in another order and round differently. A run whose stretches have
/// the same loops equals an uninterrupted run bit for bit.
public struct RunStretch: Codable, Sendable, Equatable {
  /// The number of iterations done when the stretch began.
  public var from: Int
  /// The set of vector kernels, see `Parallel.vectorKernels`.
  public var kernels: String
  /// The name of OpenBLAS's kernels; nil if it was not recorded.
  public var matrixKernels: String?
  /// The version of OpenBLAS; nil if it was not recorded.
  public var matrixLibrary: String?
  /// The program with its version; nil if it was not recorded.
  public var program: String?

  /// Returns a stretch with the loops of this process.
  static func now(from iteration: Int, program: String?) -> RunStretch {
    RunStretch(
      from: iteration, kernels: Parallel.vectorKernels, matrixKernels: MatrixKernels.name,
      matrixLibrary: MatrixKernels.library, program: program)
  }

  /// Returns whether both stretches round alike, as far as their loops were recorded.
  func roundsLike(_ other: RunStretch) -> Bool {
    func agree(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }
    return kernels == other.kernels && agree(matrixKernels, other.matrixKernels)
      && agree(matrixLibrary, other.matrixLibrary)
  }

  /// The loops in words, for example `x86-64-v4 with SkylakeX of OpenBLAS 0.3.21`.
  var loops: String {
    let library = matrixLibrary.map { " of \($0)" } ?? ""
    return kernels + (matrixKernels.map { " with \($0)\(library)" } ?? "")
  }
}
