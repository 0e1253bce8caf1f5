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
  /// eˣ − 1, with its digits kept for small x.
  case exponentialMinusOne
  /// The natural logarithm.
  case logarithm
  /// ln(1 + x), with its digits kept for small x.
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
  /// x where positive, p·x elsewhere.
  case leakyReLU
  /// 1 where positive, p elsewhere: the slope of `leakyReLU`.
  case leakyStep
  /// The nearest number in p … q.
  case clamp
  /// 1 where p ≤ x ≤ q, 0 elsewhere.
  case inside
  /// The largest whole number that is not above x.
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
  /// The larger one; not a number if either is.
  case maximum
  /// The smaller one; not a number if either is.
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
/// Every loop works on plain memory with a count and starts no thread: callers cut work into tiles
/// by shape alone, so results do not depend on how many threads there are.
public protocol VectorKernels<Scalar>: TileKernels, LayerKernels, ColumnKernels {
  /// Float or Double.
  associatedtype Scalar

  /// y[i] = f(x[i]).
  static func unary(
    _ function: UnaryFunction, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>,
    _ count: Int, _ p: Double, _ q: Double)

  /// y[r, i] = f(a[r, i], b[r, i]), each operand with a step from row to row and one within a row.
  static func binary(
    _ function: BinaryFunction, _ a: UnsafePointer<Scalar>, _ aSteps: (row: Int, element: Int),
    _ b: UnsafePointer<Scalar>, _ bSteps: (row: Int, element: Int),
    _ y: UnsafeMutablePointer<Scalar>, rows: Int, _ count: Int)

  /// y[i] = mask[i] ≠ 0 ? a[i] : b[i], each with its step.
  static func select(
    _ mask: UnsafePointer<Scalar>, _ maskStep: Int, _ a: UnsafePointer<Scalar>, _ aStep: Int,
    _ b: UnsafePointer<Scalar>, _ bStep: Int, _ y: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Σ x[i], with rounding errors that do not grow with the count.
  static func sum(_ x: UnsafePointer<Scalar>, _ count: Int) -> Double

  /// y[r] = Σ over the `length` elements of row r.
  static func sumRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// y[r] = the largest element of row r; not a number if one is.
  static func maximumRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// y[c] += Σ over rows of x[r, c], for `columns` neighbouring columns of rows `pitch` apart.
  static func accumulateRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Double>, rows: Int, columns: Int,
    pitch: Int)

  /// Each row's softmax: y = e^(x − max) / Σ e^(x − max).
  static func softmaxRows(
    _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, length: Int)

  /// y[i] += factor · x[i].
  static func addScaled(
    _ x: UnsafePointer<Scalar>, _ factor: Scalar, _ y: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Σ a[i] · b[i].
  static func dot(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ count: Int) -> Scalar

  /// out[target] += Σ_k weights[j, k] · table[source, k] over the links j at some positions.
  ///
  /// A weight of exactly 0 skips its row.
  static func linkedSums(
    _ table: UnsafePointer<Scalar>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)

  /// out[source, k] += weights[j, k] · table[target] over the links j at some positions.
  ///
  /// A weight of exactly 0 skips its row.
  static func spreadSums(
    _ table: UnsafePointer<Scalar>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)

  /// out[j, k] = table[source, k] · other[target], inner products, for the links j at some positions.
  static func linkedProducts(
    _ table: UnsafePointer<Scalar>, _ other: UnsafePointer<Scalar>, columns: Int, fan: Int,
    _ links: LinkList, _ out: UnsafeMutablePointer<Scalar>, _ positions: Range<Int>)
}

/// Pairs of rows: link j joins source row `sources[j]` to target row `targets[j]`.
public struct LinkList {
  /// Source rows, one for each link.
  public let sources: UnsafePointer<Int32>
  /// Target rows, one for each link.
  public let targets: UnsafePointer<Int32>
  /// The link at every position; nothing where they are visited as they stand.
  public let order: UnsafePointer<Int32>?

  /// The links in some order.
  public init(
    sources: UnsafePointer<Int32>, targets: UnsafePointer<Int32>, order: UnsafePointer<Int32>?
  ) {
    (self.sources, self.targets, self.order) = (sources, targets, order)
  }
}
