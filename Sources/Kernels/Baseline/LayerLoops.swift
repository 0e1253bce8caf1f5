import KernelInterface

/// y[i] = gain · leakyReLU(x[i] + shift + addend[i]).
@inline(__always)
func shiftedLeakyReLULoop<T: KernelReal>(
  _ x: UnsafePointer<T>, _ shift: T, _ addend: UnsafePointer<T>?, _ slope: T, _ gain: T,
  _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  let below = gain * slope
  if let addend {
    for i in 0..<count {
      let z = x[i] + (addend[i] + shift)
      y[i] = z * (z > 0 ? gain : below)
    }
  } else {
    for i in 0..<count {
      let z = x[i] + shift
      y[i] = z * (z > 0 ? gain : below)
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
