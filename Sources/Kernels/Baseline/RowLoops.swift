import KernelInterface

/// Rows that wait to be added to one row: four at a time cost one pass over it in place of four.
struct PendingRows<T: KernelReal & SIMDScalar> {
  private let columns: Int
  private var target: UnsafeMutablePointer<T>
  private var count = 0
  private var a, b, c, d: UnsafePointer<T>
  private var wa: T = 0
  private var wb: T = 0
  private var wc: T = 0
  private var wd: T = 0

  @inline(__always)
  init(_ target: UnsafeMutablePointer<T>, columns: Int) {
    self.columns = columns
    self.target = target
    let start = UnsafePointer(target)
    (a, b, c, d) = (start, start, start, start)
  }

  /// What is added from now on goes to another row, unless it is the same one.
  @inline(__always)
  mutating func move(to next: UnsafeMutablePointer<T>) {
    guard next != target else { return }
    flush()
    target = next
  }

  @inline(__always)
  mutating func add(_ row: UnsafePointer<T>, _ weight: T) {
    switch count {
    case 0: (a, wa) = (row, weight)
    case 1: (b, wb) = (row, weight)
    case 2: (c, wc) = (row, weight)
    default: (d, wd) = (row, weight)
    }
    count &+= 1
    if count == 4 {
      addFour()
      count = 0
    }
  }

  @inline(__always)
  mutating func flush() {
    if count > 0 { addRow(target, a, wa, columns) }
    if count > 1 { addRow(target, b, wb, columns) }
    if count > 2 { addRow(target, c, wc, columns) }
    count = 0
  }

  /// One after the other in every element, so that the sum is rounded as if rows were added singly.
  @inline(__always)
  private func addFour() {
    var i = 0
    while i &+ 16 <= columns {
      var sum = load16(UnsafePointer(target) + i)
      sum = fused(SIMD16(repeating: wa), load16(a + i), sum)
      sum = fused(SIMD16(repeating: wb), load16(b + i), sum)
      sum = fused(SIMD16(repeating: wc), load16(c + i), sum)
      sum = fused(SIMD16(repeating: wd), load16(d + i), sum)
      UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD16<T>.self)
      i &+= 16
    }
    while i &+ 4 <= columns {
      var sum = load4(UnsafePointer(target) + i)
      sum = fused(SIMD4(repeating: wa), load4(a + i), sum)
      sum = fused(SIMD4(repeating: wb), load4(b + i), sum)
      sum = fused(SIMD4(repeating: wc), load4(c + i), sum)
      sum = fused(SIMD4(repeating: wd), load4(d + i), sum)
      UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD4<T>.self)
      i &+= 4
    }
    while i < columns {
      var sum = target[i]
      sum = T.multiplyAdd(wa, a[i], sum)
      sum = T.multiplyAdd(wb, b[i], sum)
      sum = T.multiplyAdd(wc, c[i], sum)
      target[i] = T.multiplyAdd(wd, d[i], sum)
      i &+= 1
    }
  }
}

@inline(__always)
private func load16<T: SIMDScalar>(_ x: UnsafePointer<T>) -> SIMD16<T> {
  UnsafeRawPointer(x).loadUnaligned(as: SIMD16<T>.self)
}

@inline(__always)
private func load4<T: SIMDScalar>(_ x: UnsafePointer<T>) -> SIMD4<T> {
  UnsafeRawPointer(x).loadUnaligned(as: SIMD4<T>.self)
}

/// a · b + c in every lane, fused where the processor does that in one instruction.
@inline(__always)
func fused<V: SIMD>(_ a: V, _ b: V, _ c: V) -> V where V.Scalar: FloatingPoint {
  #if KERNELS_V3
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

@inline(__always)
private func addRow<T: KernelReal & SIMDScalar>(
  _ target: UnsafeMutablePointer<T>, _ row: UnsafePointer<T>, _ weight: T, _ columns: Int
) {
  var i = 0
  while i &+ 16 <= columns {
    let sum = fused(SIMD16(repeating: weight), load16(row + i), load16(UnsafePointer(target) + i))
    UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD16<T>.self)
    i &+= 16
  }
  while i &+ 4 <= columns {
    let sum = fused(SIMD4(repeating: weight), load4(row + i), load4(UnsafePointer(target) + i))
    UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD4<T>.self)
    i &+= 4
  }
  while i < columns {
    target[i] = T.multiplyAdd(weight, row[i], target[i])
    i &+= 1
  }
}

/// out[target] += Σ_k weights[j, k] · table[source, k] over the links j at the given positions.
@inline(__always)
func linkedSumsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ fan: Int, _ links: LinkList,
  _ weights: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  if fan == 1 && NarrowRow<T>.widths.contains(columns) {
    return narrowSumsLoop(table, columns, links, weights, out, positions)
  }
  var pending = PendingRows(out, columns: columns)
  for position in positions {
    let j = links.order.map { Int($0[position]) } ?? position
    pending.move(to: out + Int(links.targets[j]) &* columns)
    let rows = table + Int(links.sources[j]) &* fan &* columns
    let own = weights + j &* fan
    for k in 0..<fan where own[k] != 0 { pending.add(rows + k &* columns, own[k]) }
  }
  pending.flush()
}

/// out[source, k] += weights[j, k] · table[target] over the links j at the given positions.
@inline(__always)
func spreadSumsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ fan: Int, _ links: LinkList,
  _ weights: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  if fan == 1 && NarrowRow<T>.widths.contains(columns) {
    return narrowSpreadLoop(table, columns, links, weights, out, positions)
  }
  var pending = PendingRows(out, columns: columns)
  for k in 0..<fan {
    for position in positions {
      let j = links.order.map { Int($0[position]) } ?? position
      let weight = weights[j &* fan &+ k]
      guard weight != 0 else { continue }
      pending.move(to: out + (Int(links.sources[j]) &* fan &+ k) &* columns)
      pending.add(table + Int(links.targets[j]) &* columns, weight)
    }
  }
  pending.flush()
}

/// out[j, k] = table[source, k] · other[target] for the links j at the given positions.
@inline(__always)
func linkedProductsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ other: UnsafePointer<T>, _ columns: Int, _ fan: Int,
  _ links: LinkList, _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  for position in positions {
    let j = links.order.map { Int($0[position]) } ?? position
    let row = other + Int(links.targets[j]) &* columns
    let rows = table + Int(links.sources[j]) &* fan &* columns
    let own = out + j &* fan
    for k in 0..<fan { own[k] = rowDot(rows + k &* columns, row, columns) }
  }
}

@inline(__always)
private func rowDot<T: KernelReal & SIMDScalar>(
  _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ columns: Int
) -> T {
  var wide = SIMD16<T>()
  var i = 0
  while i &+ 16 <= columns {
    wide = fused(load16(a + i), load16(b + i), wide)
    i &+= 16
  }
  var lanes = SIMD4<T>()
  while i &+ 4 <= columns {
    lanes = fused(load4(a + i), load4(b + i), lanes)
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
