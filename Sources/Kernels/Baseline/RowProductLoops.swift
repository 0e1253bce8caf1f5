import KernelInterface

/// Computes out[j, k] = table[source, k] · other[target] for the links j at the given positions.
@inline(__always)
func linkedProductsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ other: UnsafePointer<T>, _ columns: Int, _ fan: Int,
  _ links: LinkList, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  links.forEachRun(of: links.sources, positions) { source, run in
    let rows = table + source &* fan &* columns
    func products(_ position: Int, from k: Int) {
      let j = links.link(position)
      let row = other + Int(links.targets[j]) &* columns
      for k in k..<fan { out[j &* fan &+ k] = rowDot(rows + k &* columns, row, columns) }
    }
    var position = run.lowerBound
    while position &+ 3 <= run.upperBound {
      let (j0, j1, j2) = (
        links.link(position), links.link(position &+ 1), links.link(position &+ 2)
      )
      var k = 0
      while k &+ 4 <= fan {
        let (p, q, r) = twelveDots(
          other + Int(links.targets[j0]) &* columns, other + Int(links.targets[j1]) &* columns,
          other + Int(links.targets[j2]) &* columns, rows + k &* columns, columns,
          RowVector<T>.self)
        store(p, out + (j0 &* fan &+ k))
        store(q, out + (j1 &* fan &+ k))
        store(r, out + (j2 &* fan &+ k))
        k &+= 4
      }
      for next in position..<position &+ 3 { products(next, from: k) }
      position &+= 3
    }
    while position < run.upperBound {
      products(position, from: 0)
      position &+= 1
    }
  }
}

/// Returns the inner products of three rows with four neighboring ones: twelve sums for seven
/// loads.
@inline(__always)
private func twelveDots<V: SIMD>(
  _ x: UnsafePointer<V.Scalar>, _ y: UnsafePointer<V.Scalar>, _ z: UnsafePointer<V.Scalar>,
  _ rows: UnsafePointer<V.Scalar>, _ columns: Int, _ type: V.Type
) -> (SIMD4<V.Scalar>, SIMD4<V.Scalar>, SIMD4<V.Scalar>) where V.Scalar: KernelReal & SIMDScalar {
  let (b, c, d) = (rows + columns, rows + 2 &* columns, rows + 3 &* columns)
  var (x0, x1, x2, x3) = (V(), V(), V(), V())
  var (y0, y1, y2, y3) = (V(), V(), V(), V())
  var (z0, z1, z2, z3) = (V(), V(), V(), V())
  var i = 0
  while i &+ V.scalarCount <= columns {
    let (p, q, r): (V, V, V) = (load(x + i), load(y + i), load(z + i))
    var row: V = load(rows + i)
    x0.add(p, row)
    y0.add(q, row)
    z0.add(r, row)
    row = load(b + i)
    x1.add(p, row)
    y1.add(q, row)
    z1.add(r, row)
    row = load(c + i)
    x2.add(p, row)
    y2.add(q, row)
    z2.add(r, row)
    row = load(d + i)
    x3.add(p, row)
    y3.add(q, row)
    z3.add(r, row)
    i &+= V.scalarCount
  }
  var (restX, restY, restZ) = (SIMD4<V.Scalar>(), SIMD4<V.Scalar>(), SIMD4<V.Scalar>())
  while i < columns {
    let row = SIMD4(rows[i], b[i], c[i], d[i])
    restX.add(SIMD4(repeating: x[i]), row)
    restY.add(SIMD4(repeating: y[i]), row)
    restZ.add(SIMD4(repeating: z[i]), row)
    i &+= 1
  }
  return (
    laneSums(x0, x1, x2, x3, to: restX), laneSums(y0, y1, y2, y3, to: restY),
    laneSums(z0, z1, z2, z3, to: restZ)
  )
}

@inline(__always)
private func rowDot<T: KernelReal & SIMDScalar>(
  _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ columns: Int
) -> T {
  var wide = SIMD16<T>()
  var i = 0
  while i &+ 16 <= columns {
    wide = fused(load(a + i), load(b + i), wide)
    i &+= 16
  }
  var lanes = SIMD4<T>()
  while i &+ 4 <= columns {
    lanes = fused(load(a + i), load(b + i), lanes)
    i &+= 4
  }
  var total: T = 0
  while i < columns {
    total = T.multiplyAdd(a[i], b[i], total)
    i &+= 1
  }
  let eight = wide.lowHalf + wide.highHalf
  lanes += eight.lowHalf + eight.highHalf
  let two = lanes.lowHalf + lanes.highHalf
  return total + (two[0] + two[1])
}
