import KernelInterface

// Sums and inner products of linked rows. The links of a row are adjacent where possible. The row's
// sums then stay in registers for all these links, and every multiplication costs one load.

/// Returns a · b + c in every lane, fused if the processor has an instruction for that.
@inline(__always)
func fused<V: SIMD>(_ a: V, _ b: V, _ c: V) -> V where V.Scalar: FloatingPoint {
  #if KERNELS_V3
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

extension LinkList {
  @inline(__always)
  func link(_ position: Int) -> Int { order.map { Int($0[position]) } ?? position }

  /// Calls `body` with every run of neighboring positions whose links have the same row.
  @inline(__always)
  func forEachRun(
    of rows: UnsafePointer<Int32>, _ positions: Range<Int>, _ body: (Int, Range<Int>) -> Void
  ) {
    var start = positions.lowerBound
    while start < positions.upperBound {
      let row = rows[link(start)]
      var end = start &+ 1
      while end < positions.upperBound && rows[link(end)] == row { end &+= 1 }
      body(Int(row), start..<end)
      start = end
    }
  }
}

/// Some neighboring columns of a sum of rows, in registers.
///
/// In every column the rows are added one after the other, so the width does not affect rounding.
private protocol RowPart {
  associatedtype Scalar: KernelReal
  static var columns: Int { get }
  init(_ row: UnsafePointer<Scalar>)
  mutating func add(_ row: UnsafePointer<Scalar>, _ weight: Scalar)
  func write(to row: UnsafeMutablePointer<Scalar>)
}

/// Four vectors, whose sums are independent of each other.
private struct FourVectors<V: SIMD>: RowPart where V.Scalar: KernelReal {
  static var columns: Int { 4 &* V.scalarCount }
  var a, b, c, d: V

  @inline(__always)
  init(_ row: UnsafePointer<V.Scalar>) {
    let width = V.scalarCount
    (a, b, c, d) = (load(row), load(row + width), load(row + 2 &* width), load(row + 3 &* width))
  }

  @inline(__always)
  mutating func add(_ row: UnsafePointer<V.Scalar>, _ weight: V.Scalar) {
    let (width, factor) = (V.scalarCount, V(repeating: weight))
    a = fused(factor, load(row), a)
    b = fused(factor, load(row + width), b)
    c = fused(factor, load(row + 2 &* width), c)
    d = fused(factor, load(row + 3 &* width), d)
  }

  @inline(__always)
  func write(to row: UnsafeMutablePointer<V.Scalar>) {
    let width = V.scalarCount
    store(a, row)
    store(b, row + width)
    store(c, row + 2 &* width)
    store(d, row + 3 &* width)
  }
}

private struct OneVector<V: SIMD>: RowPart where V.Scalar: KernelReal {
  static var columns: Int { V.scalarCount }
  var a: V

  @inline(__always)
  init(_ row: UnsafePointer<V.Scalar>) { a = load(row) }

  @inline(__always)
  mutating func add(_ row: UnsafePointer<V.Scalar>, _ weight: V.Scalar) {
    a = fused(V(repeating: weight), load(row), a)
  }

  @inline(__always)
  func write(to row: UnsafeMutablePointer<V.Scalar>) { store(a, row) }
}

private struct OneColumn<T: KernelReal>: RowPart {
  static var columns: Int { 1 }
  var a: T

  @inline(__always)
  init(_ row: UnsafePointer<T>) { a = row.pointee }

  @inline(__always)
  mutating func add(_ row: UnsafePointer<T>, _ weight: T) {
    a = T.multiplyAdd(weight, row.pointee, a)
  }

  @inline(__always)
  func write(to row: UnsafeMutablePointer<T>) { row.pointee = a }
}

/// A sum of weighted rows, added to a row of the result.
private protocol RowSum {
  associatedtype Scalar: KernelReal & SIMDScalar
  var columns: Int { get }
  var result: UnsafeMutablePointer<Scalar> { get }
  func forEachRow(_ body: (_ row: UnsafePointer<Scalar>, _ weight: Scalar) -> Void)
}

extension RowSum {
  /// Adds all columns, in the widest parts that fit.
  @inline(__always)
  func add() {
    var column = 0
    add(FourVectors<SIMD16<Scalar>>.self, from: &column)
    add(FourVectors<SIMD8<Scalar>>.self, from: &column)
    add(OneVector<SIMD8<Scalar>>.self, from: &column)
    add(OneVector<SIMD4<Scalar>>.self, from: &column)
    add(OneColumn<Scalar>.self, from: &column)
  }

  @inline(__always)
  private func add<Part: RowPart>(_ part: Part.Type, from column: inout Int)
  where Part.Scalar == Scalar {
    while column &+ Part.columns <= columns {
      let first = column
      var sum = Part(result + first)
      forEachRow { row, weight in sum.add(row + first, weight) }
      sum.write(to: result + first)
      column &+= Part.columns
    }
  }
}

/// The sum for one target; the sources of its links have `fan` rows each.
private struct TargetSum<Scalar: KernelReal & SIMDScalar>: RowSum {
  let table: UnsafePointer<Scalar>
  let (columns, fan): (Int, Int)
  let links: LinkList
  let weights: UnsafePointer<Scalar>
  let result: UnsafeMutablePointer<Scalar>
  let run: Range<Int>

  @inline(__always)
  func forEachRow(_ body: (UnsafePointer<Scalar>, Scalar) -> Void) {
    for position in run {
      let j = links.link(position)
      let rows = table + Int(links.sources[j]) &* fan &* columns
      let own = weights + j &* fan
      for k in 0..<fan where own[k] != 0 { body(rows + k &* columns, own[k]) }
    }
  }
}

/// The sum for row k of one source; the targets of its links are single rows.
private struct SourceSum<Scalar: KernelReal & SIMDScalar>: RowSum {
  let table: UnsafePointer<Scalar>
  let (columns, fan, k): (Int, Int, Int)
  let links: LinkList
  let weights: UnsafePointer<Scalar>
  let result: UnsafeMutablePointer<Scalar>
  let run: Range<Int>

  @inline(__always)
  func forEachRow(_ body: (UnsafePointer<Scalar>, Scalar) -> Void) {
    for position in run {
      let j = links.link(position)
      let weight = weights[j &* fan &+ k]
      if weight != 0 { body(table + Int(links.targets[j]) &* columns, weight) }
    }
  }
}

/// Computes out[target] += Σ_k weights[j, k] · table[source, k] over the links j at the given
/// positions.
@inline(__always)
func linkedSumsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ fan: Int, _ links: LinkList,
  _ weights: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  if fan == 1 && NarrowRow<T>.widths.contains(columns) {
    return narrowSumsLoop(table, columns, links, weights, out, positions)
  }
  links.forEachRun(of: links.targets, positions) { target, run in
    TargetSum(
      table: table, columns: columns, fan: fan, links: links, weights: weights,
      result: out + target &* columns, run: run
    ).add()
  }
}

/// Computes out[source, k] += weights[j, k] · table[target] over the links j at the given
/// positions.
@inline(__always)
func spreadSumsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ fan: Int, _ links: LinkList,
  _ weights: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  if fan == 1 && NarrowRow<T>.widths.contains(columns) {
    return narrowSpreadLoop(table, columns, links, weights, out, positions)
  }
  links.forEachRun(of: links.sources, positions) { source, run in
    for k in 0..<fan {
      SourceSum(
        table: table, columns: columns, fan: fan, k: k, links: links, weights: weights,
        result: out + (source &* fan &+ k) &* columns, run: run
      ).add()
    }
  }
}
