/// Elementwise functions of one number; `p` and `q` are their parameters.
public enum UnaryFunction: Sendable, CaseIterable {
  /// p·x + q.
  case affine
  /// x².
  case square
  /// 1 / x.
  case reciprocal
  /// eˣ.
  case exponential
  /// eˣ − 1, with full precision for small x.
  case exponentialMinusOne
  /// The natural logarithm.
  case logarithm
  /// ln(1 + x), with full precision for small x.
  case logarithmOnePlus
  /// √x.
  case squareRoot
  /// 1 / √x.
  case reciprocalSquareRoot
  /// |x|.
  case absolute
  /// −1, 0 or 1.
  case sign
  /// sin x.
  case sine
  /// cos x.
  case cosine
  /// ln(1 + eˣ).
  case softplus
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// xᵖ.
  case power
  /// x where x is positive, p·x elsewhere.
  case leakyReLU
  /// 1 where x is positive, p elsewhere: the derivative of `leakyReLU`.
  case leakyStep
  /// The nearest number in p … q.
  case clamp
  /// 1 where p ≤ x ≤ q, 0 elsewhere.
  case inside
  /// The largest integer that is not above x.
  case floor
}

/// Elementwise functions of two numbers.
public enum BinaryFunction: Sendable, CaseIterable {
  /// a + b.
  case add
  /// a − b.
  case subtract
  /// a · b.
  case multiply
  /// a / b.
  case divide
  /// The larger number; NaN if either is NaN.
  case maximum
  /// The smaller number; NaN if either is NaN.
  case minimum
  /// 1 where a > b, else 0.
  case greater
  /// 1 where a ≥ b, else 0.
  case greaterOrEqual
  /// 1 where a = b, else 0.
  case equal
}

/// The inner loops of the engine for one floating-point type.
///
/// Every loop works on plain memory with a count and starts no threads. Callers split work into
/// tiles by shapes alone, so results do not depend on the number of threads.
public protocol VectorKernels<Scalar>: TileKernels, LayerKernels, ColumnKernels {
  /// Float or Double.
  associatedtype Scalar

  /// Computes y[i] = f(x[i]).
  static func unary(
    _ function: UnaryFunction, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>,
    _ count: Int, _ p: Double, _ q: Double)

  /// Computes y[r, i] = f(a[r, i], b[r, i]); each operand has a step between rows and one within a
  /// row.
  static func binary(
    _ function: BinaryFunction, _ a: UnsafePointer<Scalar>, _ aSteps: (row: Int, element: Int),
    _ b: UnsafePointer<Scalar>, _ bSteps: (row: Int, element: Int),
    _ y: UnsafeMutablePointer<Scalar>, rows: Int, _ count: Int)

  /// Computes y[i] = mask[i] ≠ 0 ? a[i] : b[i]; each operand has its own step.
  static func select(
    _ mask: UnsafePointer<Scalar>, _ maskStep: Int, _ a: UnsafePointer<Scalar>, _ aStep: Int,
    _ b: UnsafePointer<Scalar>, _ bStep: Int, _ y: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Returns Σ x[i], with a rounding error that does not grow with the count.
  static func sum(_ x: UnsafePointer<Scalar>, _ count: Int) -> Double

  /// Computes y[r] = Σ over the `length` elements of row r.
  static func sumRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// Writes the largest element of each row; NaN if one of them is NaN.
  static func maximumRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// Computes y[c] += Σ over rows of x[r, c] for the first `columns` columns; rows start `pitch`
  /// elements apart.
  static func accumulateRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Double>, rows: Int, columns: Int,
    pitch: Int)

  /// Computes each row's softmax, y = e^(x − max) / Σ e^(x − max).
  static func softmaxRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// Computes y[i] += factor · x[i].
  static func addScaled(
    _ x: UnsafePointer<Scalar>, _ factor: Scalar, _ y: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Returns Σ a[i] · b[i].
  static func dot(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ count: Int) -> Scalar

  /// Computes out[target] += Σ_k weights[j, k] · table[source, k] for the links j in `positions`, in
  /// the list's order.
  ///
  /// A weight of exactly 0 skips its row.
  static func linkedSums(
    _ table: UnsafePointer<Scalar>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)

  /// Computes out[source, k] += weights[j, k] · table[target] for the links j in `positions`, in the
  /// list's order.
  ///
  /// A weight of exactly 0 skips its row.
  static func spreadSums(
    _ table: UnsafePointer<Scalar>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)

  /// Computes the inner products out[j, k] = table[source, k] · other[target] for the links j in
  /// `positions`, in the list's order.
  static func linkedProducts(
    _ table: UnsafePointer<Scalar>, _ other: UnsafePointer<Scalar>, columns: Int, fan: Int,
    _ links: LinkList, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)
}

/// Pairs of rows: link j joins source row `sources[j]` to target row `targets[j]`.
public struct LinkList {
  /// The source row of each link.
  public let sources: UnsafePointer<Int32>
  /// The target row of each link.
  public let targets: UnsafePointer<Int32>
  /// The order in which links are visited; nil for the order of their numbers.
  public let order: UnsafePointer<Int32>?

  /// Creates a list of links in some order.
  public init(
    sources: UnsafePointer<Int32>, targets: UnsafePointer<Int32>, order: UnsafePointer<Int32>?
  ) {
    (self.sources, self.targets, self.order) = (sources, targets, order)
  }
}
