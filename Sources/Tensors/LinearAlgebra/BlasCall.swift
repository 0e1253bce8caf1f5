import COpenBLAS

extension Real {
  /// Computes C = op(A) op(B), or C += op(A) op(B), row-major, on the calling thread alone.
  ///
  /// The product is one call of OpenBLAS, or several calls on pieces of the longest side; see
  /// `pieceLength`.
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ aPitch: Int, _ b: UnsafePointer<Self>, _ bPitch: Int, _ c: UnsafeMutablePointer<Self>,
    _ cPitch: Int, adding: Bool = false
  ) {
    guard m > 0 && n > 0 else { return }
    guard k > 0 else {
      // The sum is empty. OpenBLAS would reject the pitch of 0 that comes with it.
      if !adding { for row in 0..<m { (c + row * cPitch).update(repeating: 0, count: n) } }
      return
    }
    MatrixKernels.prepare()
    guard let size = pieceLength(m, n, k, isDot: transposeB && !transposeA) else {
      return gemmAtOnce(transposeA, transposeB, m, n, k, a, aPitch, b, bPitch, c, cPitch, adding)
    }
    let longest = max(m, n, k)
    for first in stride(from: 0, to: longest, by: size) {
      let count = min(size, longest - first)
      if longest == n {
        gemmAtOnce(
          transposeA, transposeB, m, count, k, a, aPitch,
          b + (transposeB ? first * bPitch : first), bPitch, c + first, cPitch, adding)
      } else if longest == m {
        gemmAtOnce(
          transposeA, transposeB, count, n, k, a + (transposeA ? first : first * aPitch), aPitch, b,
          bPitch, c + first * cPitch, cPitch, adding)
      } else {
        gemmAtOnce(
          transposeA, transposeB, m, n, count, a + (transposeA ? first * aPitch : first), aPitch,
          b + (transposeB ? first : first * bPitch), bPitch, c, cPitch, adding || first > 0)
      }
    }
  }

  /// Calls OpenBLAS once.
  private static func gemmAtOnce(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ aPitch: Int, _ b: UnsafePointer<Self>, _ bPitch: Int, _ c: UnsafeMutablePointer<Self>,
    _ cPitch: Int, _ adding: Bool
  ) {
    let (opA, opB) = (
      transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans
    )
    let (m, n, k) = (blasint(m), blasint(n), blasint(k))
    let (aPitch, bPitch, cPitch) = (blasint(aPitch), blasint(bPitch), blasint(cPitch))
    if Self.self == Float.self {
      cblas_sgemm(
        CblasRowMajor, opA, opB, m, n, k, 1,
        UnsafeRawPointer(a).assumingMemoryBound(to: Float.self),
        aPitch, UnsafeRawPointer(b).assumingMemoryBound(to: Float.self), bPitch, adding ? 1 : 0,
        UnsafeMutableRawPointer(c).assumingMemoryBound(to: Float.self), cPitch)
    } else {
      cblas_dgemm(
        CblasRowMajor, opA, opB, m, n, k, 1,
        UnsafeRawPointer(a).assumingMemoryBound(to: Double.self), aPitch,
        UnsafeRawPointer(b).assumingMemoryBound(to: Double.self), bPitch, adding ? 1 : 0,
        UnsafeMutableRawPointer(c).assumingMemoryBound(to: Double.self), cPitch)
    }
  }
}

/// Returns the length of the pieces into which the longest side of a product is split; nil if it is
/// not.
///
/// With AVX-512, OpenBLAS multiplies in place if a product has at most 100³ multiplications. For
/// larger products it first copies both matrices into an order that its loops read faster. If a
/// side of the result is short, the copies cost more than they save: 32 × 32 matrices times maps of
/// 1024 pixels took 1.5 times as long as in two pieces, 64 × 64 matrices 0.9 times as long
/// (OpenBLAS 0.3.21, Intel Xeon of 2023, one core).
///
/// - Parameters:
///   - m: rows of the result.
///   - n: columns of the result.
///   - k: terms of each sum.
///   - isDot: whether rows of A are multiplied by rows of B; OpenBLAS does this in place only for
///     results of up to 1200 numbers and sums of 32 terms or more.
/// - Returns: a multiple of 16, or nil.
private func pieceLength(_ m: Int, _ n: Int, _ k: Int, isDot: Bool) -> Int? {
  let (inPlace, shortSide) = (1_000_000, 32)
  guard MatrixKernels.multiplySmallInPlace, min(m, n) <= shortSide, m * n * k > inPlace,
    !isDot || (m * n <= 1200 && k >= 32)
  else { return nil }
  let longest = max(m, n, k)
  let limit = inPlace / (m * n * k / longest) / 16 * 16
  guard limit > 0 else { return nil }
  let pieces = (longest + limit - 1) / limit
  return ((longest + pieces - 1) / pieces + 15) / 16 * 16
}
