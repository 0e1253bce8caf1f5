import KernelInterface

/// Computes y[r, i] = gain · leakyReLU(x[r, i] + shifts[r mod channels] + addend[i]).
@inline(__always)
func shiftedLeakyReLULoop<T: KernelReal>(
  _ x: UnsafePointer<T>, _ shifts: UnsafePointer<T>, _ channels: Int, _ addend: UnsafePointer<T>?,
  _ addendStep: Int, _ slope: T, _ gain: T, _ y: UnsafeMutablePointer<T>, _ rows: Range<Int>,
  _ count: Int
) {
  let below = gain * slope
  for row in rows {
    let (image, channel) = row.quotientAndRemainder(dividingBy: channels)
    let shift = shifts[channel]
    let (from, to) = (x + row &* count, y + row &* count)
    if let addend {
      let own = addend + image &* addendStep
      for i in 0..<count {
        let z = from[i] + (own[i] + shift)
        to[i] = z * (z > 0 ? gain : below)
      }
    } else {
      for i in 0..<count {
        let z = from[i] + shift
        to[i] = z * (z > 0 ? gain : below)
      }
    }
  }
}

/// Computes out[i] = g[i] · (y[i] > 0 ? above : below).
@inline(__always)
func scaleBySignLoop<T: KernelReal>(
  _ g: UnsafePointer<T>, _ y: UnsafePointer<T>, _ above: T, _ below: T,
  _ out: UnsafeMutablePointer<T>, _ count: Int
) {
  for i in 0..<count { out[i] = g[i] * (y[i] > 0 ? above : below) }
}

/// Computes y[i · yStep] = Σ factors[k] · x[i · xStep + k · tapStep].
///
/// The usual numbers of taps and steps have loops of their own, which the compiler vectorizes.
@inline(__always)
func correlateLoop<T: KernelReal>(
  _ x: UnsafePointer<T>, _ xStep: Int, _ factors: UnsafePointer<T>, _ taps: Int, _ tapStep: Int,
  _ y: UnsafeMutablePointer<T>, _ yStep: Int, _ count: Int
) {
  switch (taps, xStep, yStep) {
  case (4, 1, 1): correlateFour(x, 1, factors, tapStep, y, count)
  case (4, 2, 1): correlateFour(x, 2, factors, tapStep, y, count)
  case (2, 1, 1): correlateTwo(x, factors, tapStep, y, 1, count)
  case (2, 1, 2): correlateTwo(x, factors, tapStep, y, 2, count)
  case (1..., 1, 1):
    for i in 0..<count { y[i] = factors[0] * x[i] }
    for k in 1..<taps {
      let (factor, row) = (factors[k], x + k &* tapStep)
      for i in 0..<count { y[i] = T.multiplyAdd(factor, row[i], y[i]) }
    }
  default:
    for i in 0..<count {
      var sum: T = 0
      for k in 0..<taps { sum = T.multiplyAdd(factors[k], x[i &* xStep &+ k &* tapStep], sum) }
      y[i &* yStep] = sum
    }
  }
}

@inline(__always)
private func correlateFour<T: KernelReal>(
  _ x: UnsafePointer<T>, _ xStep: Int, _ factors: UnsafePointer<T>, _ tapStep: Int,
  _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  let (a, b, c, d) = (factors[0], factors[1], factors[2], factors[3])
  let (x1, x2, x3) = (x + tapStep, x + 2 &* tapStep, x + 3 &* tapStep)
  for i in 0..<count {
    let j = i &* xStep
    let half = T.multiplyAdd(b, x1[j], a * x[j])
    y[i] = T.multiplyAdd(d, x3[j], T.multiplyAdd(c, x2[j], half))
  }
}

@inline(__always)
private func correlateTwo<T: KernelReal>(
  _ x: UnsafePointer<T>, _ factors: UnsafePointer<T>, _ tapStep: Int,
  _ y: UnsafeMutablePointer<T>, _ yStep: Int, _ count: Int
) {
  let (a, b) = (factors[0], factors[1])
  let next = x + tapStep
  for i in 0..<count { y[i &* yStep] = T.multiplyAdd(b, next[i], a * x[i]) }
}

/// Filters maps, one row of the result at a time, phase after phase.
///
/// The filter along the columns leaves a row in the cache, with zeros before and after it. The
/// filter along the rows reads that row.
@inline(__always)
func filterLoop<T: KernelReal>(
  _ x: UnsafePointer<T>, _ input: (rows: Int, columns: Int), _ y: UnsafeMutablePointer<T>,
  _ output: (rows: Int, columns: Int), _ down: UnsafeBufferPointer<FilterPhase<T>>,
  _ across: UnsafeBufferPointer<FilterPhase<T>>, _ planes: Range<Int>
) {
  // The number of samples before the first and after the last that the filter along the rows reads.
  var (before, after) = (0, 0)
  for phase in across where phase.taps > 0 {
    before = max(before, -phase.sample)
    let last = phase.sample &+ (phase.results &- 1) &* phase.sampleStep &+ phase.taps
    after = max(after, last &- input.columns)
  }
  let length = before &+ input.columns &+ after
  withUnsafeTemporaryAllocation(of: T.self, capacity: length) { line in
    guard let line = line.baseAddress else { return }
    for i in 0..<length { line[i] = 0 }
    let row = line + before
    for plane in planes {
      let source = x + plane &* input.rows &* input.columns
      let results = y + plane &* output.rows &* output.columns
      for phase in down {
        for result in 0..<phase.results {
          let start = phase.sample &+ result &* phase.sampleStep
          let (from, to) = (max(0, -start), min(phase.taps, input.rows &- start))
          let target = results + (phase.first &+ result &* phase.step) &* output.columns
          if from >= to {
            for i in 0..<output.columns { target[i] = 0 }
            continue
          }
          correlateLoop(
            source + (start &+ from) &* input.columns, 1, phase.factors + from, to - from,
            input.columns, row, 1, input.columns)
          for phase in across {
            correlateLoop(
              row + phase.sample, phase.sampleStep, phase.factors, phase.taps, 1,
              target + phase.first, phase.step, phase.results)
          }
        }
      }
    }
  }
}
