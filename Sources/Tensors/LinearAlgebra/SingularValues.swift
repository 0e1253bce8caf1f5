import COpenBLAS

/// The singular values of a matrix, computed by LAPACK's `dgesdd` in OpenBLAS.
public struct SingularValues: Sendable {
  /// The singular values, in descending order.
  public let values: [Double]

  /// Decomposes a square matrix of finite numbers, `[F, F]`, float64.
  public init(_ matrix: Tensor) {
    let size = matrix.shape.last ?? 0
    requireShape(matrix, [size, size], "matrix", axes: "[F, F]")
    // The order of the sums must not depend on OpenBLAS's number of threads, as in SymmetricEigen.
    MatrixKernels.prepare()
    // LAPACK sees the transpose, which has the same singular values.
    var elements = matrix.withElements(of: Double.self) { Array($0) }
    values = Self.decompose(&elements, size)
  }

  private static func decompose(_ matrix: inout [Double], _ size: Int) -> [Double] {
    guard size > 0 else { return [] }
    var values = [Double](repeating: 0, count: size)
    var indices = [blasint](repeating: 0, count: 8 * size)
    var (order, status, one) = (blasint(size), blasint(0), blasint(1))
    var (none, workspaceSize, askingForSize) = (0.0, 0.0, blasint(-1))
    var unused = 0.0
    dgesdd_(
      "N", &order, &order, &matrix, &order, &values, &none, &one, &unused, &one, &workspaceSize,
      &askingForSize, &indices, &status, 1)
    var count = blasint(workspaceSize)
    var workspace = [Double](repeating: 0, count: Int(count))
    dgesdd_(
      "N", &order, &order, &matrix, &order, &values, &none, &one, &unused, &one, &workspace,
      &count, &indices, &status, 1)
    require(
      status == 0,
      "SingularValues: dgesdd ended with \(status) for a matrix of \(size), expected finite numbers"
    )
    return values
  }
}
