import TestSupport
import Testing

@testable import Tensors

/// Products of more than a million multiplications whose result has a short side.
///
/// If OpenBLAS can multiply small matrices in place, these products are computed in pieces along
/// the longest side.
@Suite("Products in pieces")
struct GemmTests {
  /// A matrix in memory, as it is or transposed, in rows that are longer than necessary.
  private struct Stored<T: Real> {
    var values: [T]
    let pitch: Int

    init(_ rows: Int, _ columns: Int, isTransposed: Bool, _ value: (Int, Int) -> Double) {
      let (outer, inner) = isTransposed ? (columns, rows) : (rows, columns)
      pitch = inner + 3
      values = [T](repeating: 77, count: outer * pitch)
      for i in 0..<outer {
        for j in 0..<inner {
          values[i * pitch + j] = T(fromDouble: isTransposed ? value(j, i) : value(i, j))
        }
      }
    }
  }

  private func check<T: Real>(
    _ type: T.Type, _ m: Int, _ n: Int, _ k: Int, within tolerance: Tolerance
  ) {
    var numbers = TestNumbers(seed: 26)
    let (x, y) = (numbers.tensor([m, k]).scalars, numbers.tensor([k, n]).scalars)
    var sums = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for l in 0..<k {
        for j in 0..<n { sums[i * n + j] += x[i * k + l] * y[l * n + j] }
      }
    }
    for (turnsA, turnsB) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = Stored<T>(m, k, isTransposed: turnsA) { x[$0 * k + $1] }
      let b = Stored<T>(k, n, isTransposed: turnsB) { y[$0 * n + $1] }
      for adding in [false, true] {
        var c = Stored<T>(m, n, isTransposed: false) { _, _ in 5 }
        T.gemm(
          turnsA, turnsB, m, n, k, a.values, a.pitch, b.values, b.pitch, &c.values, c.pitch,
          adding: adding)
        let found = (0..<m).flatMap { i in
          (0..<n).map { j in c.values[i * c.pitch + j].asDouble - (adding ? 5 : 0) }
        }
        expectClose(
          Tensor([m, n], found), Tensor([m, n], sums), within: tolerance,
          "\(T.self), \(turnsA), \(turnsB), \(adding)")
        // The memory between the rows is not touched.
        #expect((0..<m).allSatisfy { c.values[$0 * c.pitch + n] == 77 })
      }
    }
  }

  @Test(
    arguments: [
      (32, 1500, 40), (1500, 20, 40), (24, 30, 2100), (17, 16, 5000), (9, 4000, 70), (2, 700, 900),
      // Empty sums, and a product so large that no piece is small enough.
      (3, 5, 0), (32, 2000, 2000),
    ])
  func productsMatchTheSums(m: Int, n: Int, k: Int) {
    check(
      Float.self, m, n, k,
      within: .relative(3e-6, because: "sums of up to 5000 terms in single precision"))
    check(Double.self, m, n, k, within: .closedForm)
  }
}
