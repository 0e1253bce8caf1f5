import KernelInterface

/// A constant matrix, applied to vectors of numbers at equal distances.
protocol TileMatrix {
  static var inputs: Int { get }
  static var outputs: Int { get }
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal
}

extension SIMD where Scalar: KernelReal {
  /// Returns self + factor · x.
  @inline(__always)
  func plus(_ factor: Double, _ x: Self) -> Self {
    #if KERNELS_V3
      addingProduct(Self(repeating: Scalar(factor)), x)
    #else
      self + Self(repeating: Scalar(factor)) * x
    #endif
  }
}

@inline(__always)
func load<V: SIMD>(_ p: UnsafePointer<V.Scalar>) -> V {
  UnsafeRawPointer(p).loadUnaligned(as: V.self)
}

@inline(__always)
func store<V: SIMD>(_ v: V, _ p: UnsafeMutablePointer<V.Scalar>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: V.self)
}

/// Bᵀ, which transforms 6 pixels.
///
///     1   0       −a²−b²  0       1  0
///     0   ∓b      −b²     ±a      1  0     for ±a
///     0   ∓a      −a²     ±b      1  0     for ±b
///     0   1       0       −a²−b²  0  1
enum InputMatrix: TileMatrix {
  static let (inputs, outputs) = (6, 6)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let a = 2.0 / 3, b = 1.5
    let d0: V = load(x)
    let d1: V = load(x + xStep)
    let d2: V = load(x + 2 &* xStep)
    let d3: V = load(x + 3 &* xStep)
    let d4: V = load(x + 4 &* xStep)
    let d5: V = load(x + 5 &* xStep)
    store((d0 + d4).plus(-a * a - b * b, d2), y)
    let (even, odd) = (d4.plus(-b * b, d2), d3.plus(-b * b, d1))
    store(even.plus(a, odd), y + yStep)
    store(even.plus(-a, odd), y + 2 &* yStep)
    let (evenB, oddB) = (d4.plus(-a * a, d2), d3.plus(-a * a, d1))
    store(evenB.plus(b, oddB), y + 3 &* yStep)
    store(evenB.plus(-b, oddB), y + 4 &* yStep)
    store((d1 + d5).plus(-a * a - b * b, d3), y + 5 &* yStep)
  }
}

/// Aᵀ, which gives 4 pixels from 6 points: row i holds pⁱ for every point p, and the point at
/// infinity contributes to the last row only.
enum OutputMatrix: TileMatrix {
  static let (inputs, outputs) = (6, 4)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let a = 2.0 / 3, b = 1.5
    let m0: V = load(x)
    let m1: V = load(x + xStep)
    let m2: V = load(x + 2 &* xStep)
    let m3: V = load(x + 3 &* xStep)
    let m4: V = load(x + 4 &* xStep)
    let m5: V = load(x + 5 &* xStep)
    let (sumA, differenceA) = (m1 + m2, m1 - m2)
    let (sumB, differenceB) = (m3 + m4, m3 - m4)
    store(m0 + (sumA + sumB), y)
    store(V(repeating: 0).plus(a, differenceA).plus(b, differenceB), y + yStep)
    store(V(repeating: 0).plus(a * a, sumA).plus(b * b, sumB), y + 2 &* yStep)
    store(m5.plus(a * a * a, differenceA).plus(b * b * b, differenceB), y + 3 &* yStep)
  }
}

/// A, the transpose of `OutputMatrix`.
enum CotangentMatrix: TileMatrix {
  static let (inputs, outputs) = (4, 6)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let a = 2.0 / 3, b = 1.5
    let g0: V = load(x)
    let g1: V = load(x + xStep)
    let g2: V = load(x + 2 &* xStep)
    let g3: V = load(x + 3 &* xStep)
    store(g0, y)
    let (even, odd) = (g0.plus(a * a, g2), g1.plus(a * a, g3))
    store(even.plus(a, odd), y + yStep)
    store(even.plus(-a, odd), y + 2 &* yStep)
    let (evenB, oddB) = (g0.plus(b * b, g2), g1.plus(b * b, g3))
    store(evenB.plus(b, oddB), y + 3 &* yStep)
    store(evenB.plus(-b, oddB), y + 4 &* yStep)
    store(g3, y + 5 &* yStep)
  }
}

/// G, which transforms 3 taps: the row of a point p is (1, p, p²) / Π (p − q), where q are the
/// other finite points; the row of the point at infinity is the last tap.
enum KernelMatrix: TileMatrix {
  static let (inputs, outputs) = (3, 6)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let a = 2.0 / 3, b = 1.5
    let na = 0.5 / (a * a * (a * a - b * b)), nb = 0.5 / (b * b * (b * b - a * a))
    let w0: V = load(x)
    let w1: V = load(x + xStep)
    let w2: V = load(x + 2 &* xStep)
    store(w0, y)
    let zero = V(repeating: 0)
    let (evenA, oddA) = (w0.plus(a * a, w2), zero.plus(na * a, w1))
    store(oddA.plus(na, evenA), y + yStep)
    store((-oddA).plus(na, evenA), y + 2 &* yStep)
    let (evenB, oddB) = (w0.plus(b * b, w2), zero.plus(nb * b, w1))
    store(oddB.plus(nb, evenB), y + 3 &* yStep)
    store((-oddB).plus(nb, evenB), y + 4 &* yStep)
    store(w2, y + 5 &* yStep)
  }
}

/// Gᵀ, the transpose of `KernelMatrix`.
enum KernelGradientMatrix: TileMatrix {
  static let (inputs, outputs) = (6, 3)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let a = 2.0 / 3, b = 1.5
    let na = 0.5 / (a * a * (a * a - b * b)), nb = 0.5 / (b * b * (b * b - a * a))
    let u0: V = load(x)
    let u1: V = load(x + xStep)
    let u2: V = load(x + 2 &* xStep)
    let u3: V = load(x + 3 &* xStep)
    let u4: V = load(x + 4 &* xStep)
    let u5: V = load(x + 5 &* xStep)
    let (sumA, differenceA) = (u1 + u2, u1 - u2)
    let (sumB, differenceB) = (u3 + u4, u3 - u4)
    store(u0.plus(na, sumA).plus(nb, sumB), y)
    store(V(repeating: 0).plus(na * a, differenceA).plus(nb * b, differenceB), y + yStep)
    store(u5.plus(na * a * a, sumA).plus(nb * b * b, sumB), y + 2 &* yStep)
  }
}

/// Applies the matrix along both axes of a block.
///
/// Element (i, j) of the block is a vector at x + (i · inputs + j) · xStep; element (i, j) of the
/// result goes to y + (i · outputs + j) · yStep.
@inline(__always)
func applyTwice<M: TileMatrix, V: SIMD>(
  _ matrix: M.Type, _ x: UnsafePointer<V.Scalar>, _ xStep: Int,
  _ between: UnsafeMutablePointer<V.Scalar>, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
  _ type: V.Type
) where V.Scalar: KernelReal {
  let width = V.scalarCount
  for i in 0..<M.inputs {
    M.apply(
      x + i &* M.inputs &* xStep, xStep, between + i &* M.outputs &* width, width, V.self)
  }
  for j in 0..<M.outputs {
    M.apply(
      UnsafePointer(between) + j &* width, M.outputs &* width, y + j &* yStep, M.outputs &* yStep,
      V.self)
  }
}
