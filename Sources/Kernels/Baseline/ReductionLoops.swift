import KernelInterface

/// Elements added up in one run before the run's total joins the others: with 16 lanes each lane adds
/// 64 numbers, so rounding grows with the logarithm of the length rather than with the length.
private let run = 1024

/// The sum of one row.
@inline(__always)
private func sum<T: KernelReal & SIMDScalar>(_ x: UnsafePointer<T>, _ count: Int) -> T {
  var total: T = 0
  var start = 0
  while start < count {
    let length = min(run, count - start)
    total += sumRun(x + start, length)
    start += length
  }
  return total
}

@inline(__always)
private func sumRun<T: KernelReal & SIMDScalar>(_ x: UnsafePointer<T>, _ count: Int) -> T {
  // Sixteen independent sums: floating-point addition may not be reordered by the compiler.
  var lanes = SIMD16<T>()
  let whole = count & ~15
  var i = 0
  while i < whole {
    lanes += UnsafeRawPointer(x + i).loadUnaligned(as: SIMD16<T>.self)
    i += 16
  }
  var total = lanes.sum()
  while i < count {
    total += x[i]
    i += 1
  }
  return total
}

@inline(__always)
func sumRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ length: Int
) {
  for row in 0..<rows { y[row] = sum(x + row * length, length) }
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

@inline(__always)
func accumulateRowsLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ columns: Int, _ pitch: Int
) {
  for row in 0..<rows {
    let line = x + row * pitch
    for column in 0..<columns { y[column] += line[column] }
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
    let scale = 1 / sum(UnsafePointer(to), length)
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
