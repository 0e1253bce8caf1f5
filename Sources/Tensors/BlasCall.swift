import COpenBLAS

extension Real {
  /// C = op(A) op(B), or C += op(A) op(B), row-major, on the calling thread alone.
  ///
  /// One call of OpenBLAS, or several on pieces of the longest side, see `pieceLength`.
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ aPitch: Int, _ b: UnsafePointer<Self>, _ bPitch: Int, _ c: UnsafeMutablePointer<Self>,
    _ cPitch: Int, adding: Bool = false
  ) {
    guard m > 0 && n > 0 else { return }
    guard k > 0 else {
      // An empty sum; OpenBLAS would refuse the pitch of 0 that comes with it.
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

  /// One call of OpenBLAS.
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

/// How long the pieces are that the longest side of a product is cut into; nil where it is not cut.
///
/// With AVX-512 OpenBLAS multiplies up to 100³ numbers where they stand; for more it copies both
/// matrices first, into an order that its loops read faster. Where a side of the result is short, the
/// copying takes longer than it saves: 32 × 32 matrices times maps of 1024 pixels took 1.5 times as
/// long as in two pieces, 64 × 64 ones 0.9 times (OpenBLAS 0.3.21, Intel Xeon of 2023, one core).
///
/// - Parameters:
///   - m: rows of the result.
///   - n: columns of the result.
///   - k: terms of each sum.
///   - isDot: whether rows of A meet rows of B, which OpenBLAS does in place only for results of up to
///     1200 numbers and sums of 32 terms or more.
/// - Returns: a multiple of 16.
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
