import KernelInterface

/// The number of elements that are added in the precision of the array before their sum is added to
/// a total in double precision.
///
/// Each of 16 lanes adds 8 numbers, and the lanes are added in a tree. Including the rounding of
/// the result, no number passes through more than 12 roundings. In single precision the error
/// therefore stays below 12 · 2⁻²⁴ = 7.2e-7 of Σ|x|, for any count and order.
private let run = 128

@inline(__always)
func sumLoop<T: KernelReal & SIMDScalar>(_ x: UnsafePointer<T>, _ count: Int) -> Double {
  var total = 0.0
  let whole = count & ~15
  var i = 0
  while i < whole {
    // Sixteen independent sums: the compiler may not reorder floating-point additions.
    var lanes = SIMD16<T>()
    let end = min(whole, i + run)
    while i < end {
      lanes += UnsafeRawPointer(x + i).loadUnaligned(as: SIMD16<T>.self)
      i += 16
    }
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    total += Double(two[0] + two[1])
  }
  while i < count {
    total += Double(x[i])
    i += 1
  }
  return total
}

@inline(__always)
func sumRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ length: Int
) {
  for row in 0..<rows { y[row] = T(sumLoop(x + row * length, length)) }
}

@inline(__always)
func maximumRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ length: Int
) {
  for row in 0..<rows {
    let start = x + row * length
    var best = -T.infinity
    for i in 0..<length where !(start[i] <= best) {
      best = start[i]
      if best != best { break }
    }
    y[row] = best
  }
}

/// Adds eight rows pairwise, then adds the result to a total in double precision.
@inline(__always)
func accumulateRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int,
  _ pitch: Int
) {
  var row = 0
  while row + 8 <= rows {
    let a = x + row * pitch
    let (b, c, d) = (a + pitch, a + 2 * pitch, a + 3 * pitch)
    let (e, f, g, h) = (a + 4 * pitch, a + 5 * pitch, a + 6 * pitch, a + 7 * pitch)
    for i in 0..<columns {
      y[i] += Double(((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i])))
    }
    row += 8
  }
  while row < rows {
    let line = x + row * pitch
    for i in 0..<columns { y[i] += Double(line[i]) }
    row += 1
  }
}

@inline(__always)
func softmaxRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ length: Int
) {
  for row in 0..<rows {
    let from = x + row * length
    let to = y + row * length
    var largest: T = 0
    withUnsafeMutablePointer(to: &largest) { maximumRowsLoop(from, $0, 1, length) }
    for i in 0..<length { to[i] = T.exponential(from[i] - largest) }
    let scale = T(1 / sumLoop(UnsafePointer(to), length))
    for i in 0..<length { to[i] *= scale }
  }
}

@inline(__always)
func addScaledLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ factor: T, _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  for i in 0..<count { y[i] = T.multiplyAdd(factor, x[i], y[i]) }
}

@inline(__always)
func dotLoop<T: KernelReal & SIMDScalar>(_ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ count: Int)
  -> T
{
  var lanes = SIMD16<T>()
  let whole = count & ~15
  var i = 0
  while i < whole {
    let left = UnsafeRawPointer(a + i).loadUnaligned(as: SIMD16<T>.self)
    let right = UnsafeRawPointer(b + i).loadUnaligned(as: SIMD16<T>.self)
    #if KERNELS_V3
      lanes.addProduct(left, right)
    #else
      lanes += left * right
    #endif
    i += 16
  }
  var total = lanes.sum()
  while i < count {
    total += a[i] * b[i]
    i += 1
  }
  return total
}
