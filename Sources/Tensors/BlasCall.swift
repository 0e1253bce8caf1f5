import COpenBLAS

/// Multiplications up to which OpenBLAS works on matrices where they stand; for more it copies both
/// first, into an order that its loops read faster.
private let multiplicationsInPlace = 1_000_000

/// Rows or columns of a result for which copying takes longer than it saves: 32 × 32 matrices times maps
/// of 1024 pixels took 1.5 times as long with it, 64 × 64 ones 0.9 times (OpenBLAS 0.3.21, AVX-512).
private let shortSide = 32

extension Real {
  /// C = op(A) op(B), or C += op(A) op(B), row-major, on the calling thread alone.
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
    let (multiplications, longest) = (m * n * k, max(m, n, k))
    guard min(m, n) <= shortSide && multiplications > multiplicationsInPlace else {
      return call(transposeA, transposeB, m, n, k, a, aPitch, b, bPitch, c, cPitch, adding)
    }
    // Pieces of the longest side, alike in length and multiples of 16, of so many multiplications.
    let limit = max(16, multiplicationsInPlace / (multiplications / longest) / 16 * 16)
    let parts = (longest + limit - 1) / limit
    let size = ((longest + parts - 1) / parts + 15) / 16 * 16
    for first in stride(from: 0, to: longest, by: size) {
      let count = min(size, longest - first)
      if longest == n {
        call(
          transposeA, transposeB, m, count, k, a, aPitch,
          b + (transposeB ? first * bPitch : first), bPitch, c + first, cPitch, adding)
      } else if longest == m {
        call(
          transposeA, transposeB, count, n, k, a + (transposeA ? first : first * aPitch), aPitch, b,
          bPitch, c + first * cPitch, cPitch, adding)
      } else {
        call(
          transposeA, transposeB, m, n, count, a + (transposeA ? first * aPitch : first), aPitch,
          b + (transposeB ? first : first * bPitch), bPitch, c, cPitch, adding || first > 0)
      }
    }
  }

  /// One call of OpenBLAS.
  private static func call(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ aPitch: Int, _ b: UnsafePointer<Self>, _ bPitch: Int, _ c: UnsafeMutablePointer<Self>,
    _ cPitch: Int, _ adding: Bool
  ) {
    MatrixKernels.prepare()
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
