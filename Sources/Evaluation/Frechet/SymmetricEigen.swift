import COpenBLAS
import Tensors

/// The eigenvalues and eigenvectors of a symmetric matrix, by LAPACK's `dsyev` in OpenBLAS.
///
///     A = Σ λᵢ vᵢᵀ vᵢ = Vᵀ diag(λ) V,   V Vᵀ = 1
struct SymmetricEigen {
  /// λ, ascending.
  let values: [Double]
  /// V, one eigenvector in each row: `[F, F]`.
  let vectors: Tensor

  /// Decomposes a symmetric matrix of finite numbers, `[F, F]`, float64; its upper half is read.
  init(_ matrix: Tensor) {
    let size = matrix.shape.last ?? 0
    requireShape(matrix, [size, size], "matrix", axes: "[F, F]")
    // The order of its sums, and so the last digits, would depend on OpenBLAS's number of threads.
    MatrixKernels.prepare()
    var values = [Double](repeating: 0, count: size)
    vectors = Tensor([size, size], filling: Double.self) { rows in
      matrix.withElements(of: Double.self) { _ = rows.initialize(from: $0) }
      // What is a row here is a column to Fortran: it sees the transpose, which is the same matrix,
      // and leaves the eigenvectors in what we read as rows. The upper half is its lower one.
      Self.decompose(rows, &values, size)
    }
    self.values = values
  }

  private static func decompose(
    _ matrix: UnsafeMutableBufferPointer<Double>, _ values: inout [Double], _ size: Int
  ) {
    guard size > 0 else { return }
    var (order, status) = (blasint(size), blasint(0))
    var workspaceSize = 0.0
    var askingForSize = blasint(-1)
    dsyev_(
      "V", "L", &order, matrix.baseAddress, &order, &values, &workspaceSize, &askingForSize,
      &status, 1, 1)
    var count = blasint(workspaceSize)
    var workspace = [Double](repeating: 0, count: Int(count))
    dsyev_("V", "L", &order, matrix.baseAddress, &order, &values, &workspace, &count, &status, 1, 1)
    require(
      status == 0,
      "SymmetricEigen: dsyev ended with \(status) for a matrix of \(size), expected finite numbers")
  }

  /// The root of a matrix without negative eigenvalues: Vᵀ diag(√λ) V, `[F, F]`.
  ///
  /// A negative number among them is the rounding of a 0, of the order of 1e-16 of the largest; its
  /// root is taken as 0.
  var squareRoot: Tensor {
    let fourthRoots = values.map { $0 > 0 ? $0.squareRoot().squareRoot() : 0 }
    let half = vectors * Tensor([values.count, 1], fourthRoots)
    return half.transposed().matmul(half)
  }
}
