import KernelInterface

extension SIMD where Scalar: KernelReal {
  /// Adds a · b to this vector.
  @inline(__always)
  mutating func add(_ a: Self, _ b: Self) {
    #if KERNELS_V3
      addProduct(a, b)
    #else
      self += a * b
    #endif
  }
}

/// Computes six rows of two vectors each, which stay in registers over the whole depth.
@inline(__always)
func multiplyTilesLoop<V: SIMD>(
  _ a: UnsafePointer<V.Scalar>, _ b: UnsafePointer<V.Scalar>, _ depth: Int,
  _ c: UnsafeMutablePointer<V.Scalar>, _ rowStep: Int, _ type: V.Type
) where V.Scalar: KernelReal {
  let width = V.scalarCount
  var (a, b) = (a, b)
  var (c00, c01, c10, c11, c20, c21) = (V(), V(), V(), V(), V(), V())
  var (c30, c31, c40, c41, c50, c51) = (V(), V(), V(), V(), V(), V())
  for _ in 0..<depth {
    let (left, right): (V, V) = (load(b), load(b + width))
    var factor = V(repeating: a[0])
    c00.add(factor, left)
    c01.add(factor, right)
    factor = V(repeating: a[1])
    c10.add(factor, left)
    c11.add(factor, right)
    factor = V(repeating: a[2])
    c20.add(factor, left)
    c21.add(factor, right)
    factor = V(repeating: a[3])
    c30.add(factor, left)
    c31.add(factor, right)
    factor = V(repeating: a[4])
    c40.add(factor, left)
    c41.add(factor, right)
    factor = V(repeating: a[5])
    c50.add(factor, left)
    c51.add(factor, right)
    a += 6
    b += 2 &* width
  }
  var row = c
  store(c00, row)
  store(c01, row + width)
  row += rowStep
  store(c10, row)
  store(c11, row + width)
  row += rowStep
  store(c20, row)
  store(c21, row + width)
  row += rowStep
  store(c30, row)
  store(c31, row + width)
  row += rowStep
  store(c40, row)
  store(c41, row + width)
  row += rowStep
  store(c50, row)
  store(c51, row + width)
}

/// Computes twelve inner products over lanes and blocks, each kept in a vector until the end.
@inline(__always)
func multiplyTransposedTilesLoop<V: SIMD>(
  _ a: UnsafePointer<V.Scalar>, _ aStep: Int, _ b: UnsafePointer<V.Scalar>, _ bStep: Int,
  _ blocks: Int, _ c: UnsafeMutablePointer<V.Scalar>, _ rowStep: Int, _ type: V.Type
) where V.Scalar: KernelReal & SIMDScalar {
  let (width, lanes) = (V.scalarCount, 2 &* V.scalarCount)
  var (c00, c01, c02, c03) = (V(), V(), V(), V())
  var (c10, c11, c12, c13) = (V(), V(), V(), V())
  var (c20, c21, c22, c23) = (V(), V(), V(), V())
  for block in 0..<blocks {
    for half in 0..<2 {
      let p = a + (block &* aStep &+ half &* width)
      let q = b + (block &* bStep &+ half &* width)
      let (a0, a1, a2): (V, V, V) = (load(p), load(p + lanes), load(p + 2 &* lanes))
      var column: V = load(q)
      c00.add(a0, column)
      c10.add(a1, column)
      c20.add(a2, column)
      column = load(q + lanes)
      c01.add(a0, column)
      c11.add(a1, column)
      c21.add(a2, column)
      column = load(q + 2 &* lanes)
      c02.add(a0, column)
      c12.add(a1, column)
      c22.add(a2, column)
      column = load(q + 3 &* lanes)
      c03.add(a0, column)
      c13.add(a1, column)
      c23.add(a2, column)
    }
  }
  addSums(c00, c01, c02, c03, to: c)
  addSums(c10, c11, c12, c13, to: c + rowStep)
  addSums(c20, c21, c22, c23, to: c + 2 &* rowStep)
}

/// Adds to c[j] the sum over the lanes of vector j.
@inline(__always)
private func addSums<V: SIMD>(
  _ v0: V, _ v1: V, _ v2: V, _ v3: V, to c: UnsafeMutablePointer<V.Scalar>
) where V.Scalar: KernelReal & SIMDScalar {
  store(laneSums(v0, v1, v2, v3, to: load(c)), c)
}

/// Returns four numbers, with the sum over the lanes of vector j added to number j.
@inline(__always)
func laneSums<V: SIMD>(
  _ v0: V, _ v1: V, _ v2: V, _ v3: V, to start: SIMD4<V.Scalar>
) -> SIMD4<V.Scalar> where V.Scalar: KernelReal & SIMDScalar {
  var total = start
  let lanes = V.scalarCount
  var part = 0
  while part < lanes {
    let (p, q, r, s) = exchanged(
      quarter(v0, part), quarter(v1, part), quarter(v2, part), quarter(v3, part))
    total += (p + q) + (r + s)
    part &+= 4
  }
  return total
}

/// Returns four neighboring lanes.
@inline(__always)
private func quarter<V: SIMD>(_ v: V, _ first: Int) -> SIMD4<V.Scalar>
where V.Scalar: SIMDScalar {
  SIMD4(v[first], v[first &+ 1], v[first &+ 2], v[first &+ 3])
}

/// Transforms the kernels of up to 6 outputs, side by side in the lanes, for one input after another.
@inline(__always)
func transformKernelsLoop<V: SIMD>(
  _ w: UnsafePointer<V.Scalar>, _ outputStep: Int, _ inputStep: Int, _ tapSteps: (Int, Int),
  _ outputs: Int, _ inputs: Int, _ out: UnsafeMutablePointer<V.Scalar>, _ pointStep: Int,
  _ type: V.Type
) where V.Scalar: KernelReal {
  let width = V.scalarCount
  withUnsafeTemporaryAllocation(of: V.Scalar.self, capacity: (9 + 18 + 36) &* 8) { buffer in
    guard let taps = buffer.baseAddress else { return }
    let between = taps + 9 * 8
    let points = between + 18 * 8
    for i in 0..<9 * 8 { taps[i] = 0 }
    for input in 0..<inputs {
      for output in 0..<outputs {
        let from = w + (output &* outputStep &+ input &* inputStep)
        for i in 0..<3 {
          for j in 0..<3 {
            taps[(3 &* i &+ j) &* 8 &+ output] = from[i &* tapSteps.0 &+ j &* tapSteps.1]
          }
        }
      }
      var part = 0
      while part < 6 {
        applyTwice(
          KernelMatrix.self, UnsafePointer(taps + part), 8, between, points + part, 8, V.self)
        part &+= width
      }
      let to = out + input &* 6
      for point in 0..<36 {
        let (from, to) = (points + point &* 8, to + point &* pointStep)
        for output in 0..<6 { to[output] = from[output] }
      }
    }
  }
}

/// Computes the adjoint of `transformKernelsLoop` for one output.
@inline(__always)
func transformKernelGradientLoop<V: SIMD>(
  _ u: UnsafePointer<V.Scalar>, _ pointStep: Int, _ inputs: Int,
  _ w: UnsafeMutablePointer<V.Scalar>, _ type: V.Type
) where V.Scalar: KernelReal {
  let width = V.scalarCount
  withUnsafeTemporaryAllocation(of: V.Scalar.self, capacity: (36 + 18 + 9) &* width) { buffer in
    guard let points = buffer.baseAddress else { return }
    let between = points + 36 &* width
    let taps = between + 18 &* width
    for i in 0..<36 &* width { points[i] = 0 }
    var first = 0
    while first < inputs {
      let count = min(width, inputs &- first)
      for point in 0..<36 {
        for lane in 0..<count {
          points[point &* width &+ lane] = u[point &* pointStep &+ first &+ lane]
        }
      }
      applyTwice(
        KernelGradientMatrix.self, UnsafePointer(points), width, between, taps, width, V.self)
      for lane in 0..<count {
        for tap in 0..<9 { w[(first &+ lane) &* 9 &+ tap] = taps[tap &* width &+ lane] }
      }
      first &+= count
    }
  }
}
