import KernelInterface

@inline(__always)
private func map<T>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ count: Int, _ f: (T) -> T
) {
  for i in 0..<count { y[i] = f(x[i]) }
}

/// Computes y[i] = f(x[i]); f is chosen outside the loop, so that each loop vectorizes.
@inline(__always)
func unaryLoops<T: KernelReal>(
  _ function: UnaryFunction, _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ count: Int,
  _ p: T, _ q: T
) {
  switch function {
  case .affine: map(x, y, count) { T.multiplyAdd(p, $0, q) }
  case .square: map(x, y, count) { $0 * $0 }
  case .reciprocal: map(x, y, count) { 1 / $0 }
  case .exponential: map(x, y, count) { T.exponential($0) }
  case .exponentialMinusOne: map(x, y, count) { T.exponentialMinusOne($0) }
  case .logarithm: map(x, y, count) { T.logarithm($0) }
  case .logarithmOnePlus: map(x, y, count) { T.logarithmOnePlus($0) }
  case .squareRoot: map(x, y, count) { $0.squareRoot() }
  case .reciprocalSquareRoot: map(x, y, count) { 1 / $0.squareRoot() }
  case .absolute: map(x, y, count) { $0.magnitude }
  case .sign: map(x, y, count) { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) }
  case .sine: map(x, y, count) { T.sine($0) }
  case .cosine: map(x, y, count) { T.cosine($0) }
  case .softplus:
    // max(x, 0) + ln(1 + e^−|x|): nothing overflows, and small results keep full precision.
    map(x, y, count) {
      ($0 > 0 ? $0 : ($0 < 0 ? 0 : $0)) + T.logarithmOnePlus(T.exponential(-$0.magnitude))
    }
  case .sigmoid:
    map(x, y, count) {
      let tail = T.exponential(-$0.magnitude)
      return ($0 < 0 ? tail : 1) / (1 + tail)
    }
  case .power: map(x, y, count) { T.power($0, p) }
  case .leakyReLU:
    // With slope 0, a product would turn −∞ into NaN and negative numbers into −0.
    if p == 0 {
      map(x, y, count) { $0 > 0 ? $0 : ($0 == $0 ? 0 : $0) }
    } else {
      map(x, y, count) { $0 > 0 ? $0 : p * $0 }
    }
  case .leakyStep: map(x, y, count) { $0 > 0 ? 1 : p }
  case .clamp: map(x, y, count) { $0 < p ? p : ($0 > q ? q : $0) }
  case .inside: map(x, y, count) { $0 >= p && $0 <= q ? 1 : 0 }
  case .floor: map(x, y, count) { $0.rounded(.down) }
  }
}

/// The distance between rows, and between elements of a row.
typealias Steps = (row: Int, element: Int)

/// Computes f row by row, with a loop of its own for each of four patterns of broadcasting along an
/// axis.
@inline(__always)
private func zip<T>(
  _ a: UnsafePointer<T>, _ aSteps: Steps, _ b: UnsafePointer<T>, _ bSteps: Steps,
  _ y: UnsafeMutablePointer<T>, _ rows: Int, _ count: Int, _ f: (T, T) -> T
) {
  for row in 0..<rows {
    let (p, q, to) = (a + row &* aSteps.row, b + row &* bSteps.row, y + row &* count)
    switch (aSteps.element, bSteps.element) {
    case (1, 1):
      for i in 0..<count { to[i] = f(p[i], q[i]) }
    case (1, 0):
      let fixed = q[0]
      for i in 0..<count { to[i] = f(p[i], fixed) }
    case (0, 1):
      let fixed = p[0]
      for i in 0..<count { to[i] = f(fixed, q[i]) }
    default:
      for i in 0..<count { to[i] = f(p[i &* aSteps.element], q[i &* bSteps.element]) }
    }
  }
}

/// Computes y[r, i] = f(a[r, i], b[r, i]); f is chosen outside the loops.
@inline(__always)
func binaryLoops<T: KernelReal>(
  _ function: BinaryFunction, _ a: UnsafePointer<T>, _ aSteps: Steps, _ b: UnsafePointer<T>,
  _ bSteps: Steps, _ y: UnsafeMutablePointer<T>, _ rows: Int, _ count: Int
) {
  switch function {
  case .add: zip(a, aSteps, b, bSteps, y, rows, count) { $0 + $1 }
  case .subtract: zip(a, aSteps, b, bSteps, y, rows, count) { $0 - $1 }
  case .multiply: zip(a, aSteps, b, bSteps, y, rows, count) { $0 * $1 }
  case .divide: zip(a, aSteps, b, bSteps, y, rows, count) { $0 / $1 }
  // NaN in either operand fails the first comparison and is returned.
  case .maximum:
    zip(a, aSteps, b, bSteps, y, rows, count) { $0 > $1 ? $0 : ($0 == $0 ? $1 : $0) }
  case .minimum:
    zip(a, aSteps, b, bSteps, y, rows, count) { $0 < $1 ? $0 : ($0 == $0 ? $1 : $0) }
  case .greater: zip(a, aSteps, b, bSteps, y, rows, count) { $0 > $1 ? 1 : 0 }
  case .greaterOrEqual: zip(a, aSteps, b, bSteps, y, rows, count) { $0 >= $1 ? 1 : 0 }
  case .equal: zip(a, aSteps, b, bSteps, y, rows, count) { $0 == $1 ? 1 : 0 }
  }
}

/// Computes y[i] = mask[i] ≠ 0 ? a[i] : b[i].
@inline(__always)
func selectLoop<T: KernelReal>(
  _ mask: UnsafePointer<T>, _ maskStep: Int, _ a: UnsafePointer<T>, _ aStep: Int,
  _ b: UnsafePointer<T>, _ bStep: Int, _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  if maskStep == 1 && aStep == 1 && bStep == 1 {
    for i in 0..<count { y[i] = mask[i] != 0 ? a[i] : b[i] }
  } else {
    for i in 0..<count { y[i] = mask[i &* maskStep] != 0 ? a[i &* aStep] : b[i &* bStep] }
  }
}
