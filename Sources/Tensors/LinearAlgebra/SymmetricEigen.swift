import COpenBLAS

/// The eigenvalues and eigenvectors of a symmetric matrix, computed by LAPACK's `dsyevd` in
/// OpenBLAS.
///
///     A = Σ λᵢ vᵢᵀ vᵢ = Vᵀ diag(λ) V,   V Vᵀ = 1
public struct SymmetricEigen: Sendable {
  /// The eigenvalues λ, in ascending order.
  public let values: [Double]
  /// The eigenvectors, one in each row of V: `[F, F]`.
  public let vectors: Tensor

  /// Decomposes a symmetric matrix of finite numbers, `[F, F]`, float64; only its upper half is
  /// read.
  public init(_ matrix: Tensor) {
    let size = matrix.shape.last ?? 0
    requireShape(matrix, [size, size], "matrix", axes: "[F, F]")
    // Otherwise the order of the sums, and with it the last digits, would depend on OpenBLAS's
    // number of threads.
    MatrixKernels.prepare()
    var values = [Double](repeating: 0, count: size)
    vectors = Tensor([size, size], filling: Double.self) { rows in
      matrix.withElements(of: Double.self) { _ = rows.initialize(from: $0) }
      // A row here is a column for Fortran. LAPACK therefore sees the transpose, which is the same
      // matrix. It writes each eigenvector into a column of its own, which is a row here, and the
      // upper half here is the lower half there.
      Self.decompose(rows, &values, size)
    }
    self.values = values
  }

  private static func decompose(
    _ matrix: UnsafeMutableBufferPointer<Double>, _ values: inout [Double], _ size: Int
  ) {
    guard size > 0 else { return }
    var (order, status) = (blasint(size), blasint(0))
    var (workspaceSize, indexSize, askingForSize) = (0.0, blasint(0), blasint(-1))
    dsyevd_(
      "V", "L", &order, matrix.baseAddress, &order, &values, &workspaceSize, &askingForSize,
      &indexSize, &askingForSize, &status, 1, 1)
    var count = blasint(workspaceSize)
    var workspace = [Double](repeating: 0, count: Int(count))
    var indices = [blasint](repeating: 0, count: Int(indexSize))
    dsyevd_(
      "V", "L", &order, matrix.baseAddress, &order, &values, &workspace, &count, &indices,
      &indexSize, &status, 1, 1)
    require(
      status == 0,
      "SymmetricEigen: dsyevd ended with \(status) for a matrix of \(size), expected finite numbers"
    )
  }

  /// The square root of a matrix without negative eigenvalues: Vᵀ diag(√λ) V, `[F, F]`.
  ///
  /// A negative eigenvalue is a rounding error of 0, about 1e-16 of the largest eigenvalue; its
  /// root is taken as 0.
  public var squareRoot: Tensor {
    let fourthRoots = values.map { $0 > 0 ? $0.squareRoot().squareRoot() : 0 }
    let half = vectors * Tensor([values.count, 1], fourthRoots)
    return half.transposed().matmul(half)
  }
}
