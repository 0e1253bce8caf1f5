import KernelInterface

/// y[r, i] = gain · leakyReLU(x[r, i] + shifts[r mod channels] + addend[i]).
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

/// out[i] = g[i] · (y[i] > 0 ? above : below).
@inline(__always)
func scaleBySignLoop<T: KernelReal>(
  _ g: UnsafePointer<T>, _ y: UnsafePointer<T>, _ above: T, _ below: T,
  _ out: UnsafeMutablePointer<T>, _ count: Int
) {
  for i in 0..<count { out[i] = g[i] * (y[i] > 0 ? above : below) }
}

/// y[i · yStep] = Σ factors[k] · x[i · xStep + k · tapStep]; the usual counts of taps and steps have
/// loops of their own, which the compiler vectorises.
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

/// Every phase of a filter in every block.
///
/// A result whose factors all meet samples is part of a long run; one at either end sums those that
/// do.
@inline(__always)
func filterLoop<T: KernelReal>(
  _ x: UnsafePointer<T>, _ input: Int, _ y: UnsafeMutablePointer<T>, _ output: Int, _ inner: Int,
  _ phases: UnsafeBufferPointer<FilterPhase<T>>, _ blocks: Range<Int>
) {
  for block in blocks {
    let (source, results) = (x + block &* input &* inner, y + block &* output &* inner)
    for phase in phases {
      var result = 0
      while result < phase.results {
        let start = phase.sample &+ result &* phase.sampleStep
        let (from, to) = (max(0, -start), min(phase.taps, input &- start))
        let target = results + (phase.first &+ result &* phase.step) &* inner
        var done = 1
        if from >= to {
          for i in 0..<inner { target[i] = 0 }
        } else if inner == 1 && to - from == phase.taps {
          done = min(
            phase.results - result, (input - phase.taps - start) / phase.sampleStep + 1)
          correlateLoop(
            source + start, phase.sampleStep, phase.factors, to, 1, target, phase.step, done)
        } else {
          correlateLoop(
            source + (start &+ from) &* inner, 1, phase.factors + from, to - from, inner, target,
            1, inner)
        }
        result &+= done
      }
    }
  }
}
