import KernelInterface

// The matrices of stride 2. Along each axis the outer two taps meet pixels of one parity, and go by
// F(4, 2) with the points ±a, ±b and ∞; the middle tap meets those of the other, which are multiplied
// as they stand: 5 + 4 products in place of 8 + 4, 81 in place of 144 on a plane.
//
// With a = 1/2 and b = 5/4 the error of single precision was the smallest of 14 choices tried.

/// The first five points from pixels at x, x + xStep, …, to y, y + yStep, ….
///
///     ∓a b²   −b²   ±a       1  0     for ±a
///     ∓a² b   −a²   ±b       1  0     for ±b
///     a² b²   0     −a²−b²   0  1
@inline(__always)
private func readPairs<V: SIMD>(
  _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
  _ type: V.Type
) where V.Scalar: KernelReal {
  let (a, b) = (0.5, 1.25)
  let d0: V = load(x)
  let d1: V = load(x + xStep)
  let d2: V = load(x + 2 &* xStep)
  let d3: V = load(x + 3 &* xStep)
  let d4: V = load(x + 4 &* xStep)
  let (evenA, oddA) = (d2.plus(-b * b, d0), d3.plus(-b * b, d1))
  store(oddA.plus(a, evenA), y)
  store(oddA.plus(-a, evenA), y + yStep)
  let (evenB, oddB) = (d2.plus(-a * a, d0), d3.plus(-a * a, d1))
  store(oddB.plus(b, evenB), y + 2 &* yStep)
  store(oddB.plus(-b, evenB), y + 3 &* yStep)
  store(d4.plus(a * a * b * b, d0).plus(-a * a - b * b, d2), y + 4 &* yStep)
}

/// Four sums of two taps from the first five points; row i is pⁱ, and infinity gives to the last.
@inline(__always)
private func pairSums<V: SIMD>(_ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ type: V.Type) -> (
  V, V, V, V
) where V.Scalar: KernelReal {
  let (a, b) = (0.5, 1.25)
  let m0: V = load(x)
  let m1: V = load(x + xStep)
  let m2: V = load(x + 2 &* xStep)
  let m3: V = load(x + 3 &* xStep)
  let m4: V = load(x + 4 &* xStep)
  let (sumA, differenceA, sumB, differenceB) = (m0 + m1, m0 - m1, m2 + m3, m2 - m3)
  let zero = V(repeating: 0)
  return (
    sumA + sumB, zero.plus(a, differenceA).plus(b, differenceB),
    zero.plus(a * a, sumA).plus(b * b, sumB),
    m4.plus(a * a * a, differenceA).plus(b * b * b, differenceB)
  )
}

@inline(__always)
private func copy<V: SIMD>(
  _ x: UnsafePointer<V.Scalar>, _ y: UnsafeMutablePointer<V.Scalar>, _ type: V.Type
) where V.Scalar: KernelReal {
  let v: V = load(x)
  store(v, y)
}

/// Pixels i − 1 … i + 3: the pairs of neighbours, and the last four alone.
enum DoublingInputMatrix: TileMatrix {
  static let (inputs, outputs) = (5, 9)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    readPairs(x, xStep, y, yStep, V.self)
    for i in 0..<4 { copy(x + (i &+ 1) &* xStep, y + (i &+ 5) &* yStep, V.self) }
  }
}

/// Even pixels are sums of two taps, odd ones come from the middle tap.
enum DoublingOutputMatrix: TileMatrix {
  static let (inputs, outputs) = (9, 8)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let (even0, even1, even2, even3) = pairSums(x, xStep, V.self)
    store(even0, y)
    store(even1, y + 2 &* yStep)
    store(even2, y + 4 &* yStep)
    store(even3, y + 6 &* yStep)
    for i in 0..<4 { copy(x + (i &+ 5) &* xStep, y + (2 &* i &+ 1) &* yStep, V.self) }
  }
}

/// Nine pixels: the even ones in pairs, the odd ones alone.
enum HalvingInputMatrix: TileMatrix {
  static let (inputs, outputs) = (9, 9)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    readPairs(x, 2 &* xStep, y, yStep, V.self)
    for i in 0..<4 { copy(x + (2 &* i &+ 1) &* xStep, y + (i &+ 5) &* yStep, V.self) }
  }
}

/// Each pixel is the sum of two outer taps and the middle one.
enum HalvingOutputMatrix: TileMatrix {
  static let (inputs, outputs) = (9, 4)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let (sum0, sum1, sum2, sum3) = pairSums(x, xStep, V.self)
    let middle0: V = load(x + 5 &* xStep)
    let middle1: V = load(x + 6 &* xStep)
    let middle2: V = load(x + 7 &* xStep)
    let middle3: V = load(x + 8 &* xStep)
    store(sum0 + middle0, y)
    store(sum1 + middle1, y + yStep)
    store(sum2 + middle2, y + 2 &* yStep)
    store(sum3 + middle3, y + 3 &* yStep)
  }
}

/// The transpose of `HalvingOutputMatrix`.
enum HalvingCotangentMatrix: TileMatrix {
  static let (inputs, outputs) = (4, 9)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let (a, b) = (0.5, 1.25)
    let g0: V = load(x)
    let g1: V = load(x + xStep)
    let g2: V = load(x + 2 &* xStep)
    let g3: V = load(x + 3 &* xStep)
    let (evenA, oddA) = (g0.plus(a * a, g2), g1.plus(a * a, g3))
    store(evenA.plus(a, oddA), y)
    store(evenA.plus(-a, oddA), y + yStep)
    let (evenB, oddB) = (g0.plus(b * b, g2), g1.plus(b * b, g3))
    store(evenB.plus(b, oddB), y + 2 &* yStep)
    store(evenB.plus(-b, oddB), y + 3 &* yStep)
    store(g3, y + 4 &* yStep)
    store(g0, y + 5 &* yStep)
    store(g1, y + 6 &* yStep)
    store(g2, y + 7 &* yStep)
    store(g3, y + 8 &* yStep)
  }
}

/// Row p is (1, 0, p) over Π (p − q) for the outer taps, the last tap for infinity, then the middle
/// tap.
enum StrideKernelMatrix: TileMatrix {
  static let (inputs, outputs) = (3, 6)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let (a, b) = (0.5, 1.25)
    let (na, nb) = (0.5 / (a * a - b * b), 0.5 / (b * b - a * a))
    let w0: V = load(x)
    let w1: V = load(x + xStep)
    let w2: V = load(x + 2 &* xStep)
    let zero = V(repeating: 0)
    store(zero.plus(na, w2).plus(na / a, w0), y)
    store(zero.plus(na, w2).plus(-na / a, w0), y + yStep)
    store(zero.plus(nb, w2).plus(nb / b, w0), y + 2 &* yStep)
    store(zero.plus(nb, w2).plus(-nb / b, w0), y + 3 &* yStep)
    store(w2, y + 4 &* yStep)
    store(w1, y + 5 &* yStep)
  }
}

/// The transpose of `StrideKernelMatrix`.
enum StrideKernelGradientMatrix: TileMatrix {
  static let (inputs, outputs) = (6, 3)

  @inline(__always)
  static func apply<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ xStep: Int, _ y: UnsafeMutablePointer<V.Scalar>, _ yStep: Int,
    _ type: V.Type
  ) where V.Scalar: KernelReal {
    let (a, b) = (0.5, 1.25)
    let (na, nb) = (0.5 / (a * a - b * b), 0.5 / (b * b - a * a))
    let u0: V = load(x)
    let u1: V = load(x + xStep)
    let u2: V = load(x + 2 &* xStep)
    let u3: V = load(x + 3 &* xStep)
    let u4: V = load(x + 4 &* xStep)
    let zero = V(repeating: 0)
    store(zero.plus(na / a, u0 - u1).plus(nb / b, u2 - u3), y)
    copy(x + 5 &* xStep, y + yStep, V.self)
    store(u4.plus(na, u0 + u1).plus(nb, u2 + u3), y + 2 &* yStep)
  }
}
