import KernelInterface

// One concrete set of loops for each type. The bodies are inlined generics: everything compiled
// here is specialized, and no generic code is called from another module.

/// The loops for Float.
public enum SinglePrecision: VectorKernels {
  /// The type these loops work on.
  public typealias Scalar = Float

  /// Computes y[i] = f(x[i]).
  public static func unary(
    _ function: UnaryFunction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ count: Int, _ p: Double, _ q: Double
  ) {
    unaryLoops(function, x, y, count, Float(p), Float(q))
  }

  /// Computes y[r, i] = f(a[r, i], b[r, i]).
  public static func binary(
    _ function: BinaryFunction, _ a: UnsafePointer<Float>, _ aSteps: (row: Int, element: Int),
    _ b: UnsafePointer<Float>, _ bSteps: (row: Int, element: Int), _ y: UnsafeMutablePointer<Float>,
    rows: Int, _ count: Int
  ) {
    binaryLoops(function, a, aSteps, b, bSteps, y, rows, count)
  }

  /// Computes y[i] = mask[i] ≠ 0 ? a[i] : b[i].
  public static func select(
    _ mask: UnsafePointer<Float>, _ maskStep: Int, _ a: UnsafePointer<Float>, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bStep: Int, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    selectLoop(mask, maskStep, a, aStep, b, bStep, y, count)
  }

  /// Returns Σ x[i].
  public static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Double { sumLoop(x, count) }

  /// Computes y[r] = Σ of row r.
  public static func sumRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, length: Int
  ) {
    sumRowsLoop(x, y, rows, length)
  }

  /// Writes the largest element of each row.
  public static func maximumRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, length: Int
  ) {
    maximumRowsLoop(x, y, rows, length)
  }

  /// Computes y[c] += Σ over rows of x[r, c].
  public static func accumulateRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Double>, rows: Int, columns: Int,
    pitch: Int
  ) {
    accumulateRowsLoop(x, y, rows, columns, pitch)
  }

  /// Computes each row's softmax.
  public static func softmaxRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, length: Int
  ) {
    softmaxRowsLoop(x, y, rows, length)
  }

  /// Computes y[i] += factor · x[i].
  public static func addScaled(
    _ x: UnsafePointer<Float>, _ factor: Float, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    addScaledLoop(x, factor, y, count)
  }

  /// Returns Σ a[i] · b[i].
  public static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    dotLoop(a, b, count)
  }

  /// Computes weighted sums of linked rows.
  public static func linkedSums(
    _ table: UnsafePointer<Float>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ positions: Range<Int>
  ) {
    linkedSumsLoop(table, columns, fan, links, weights, out, positions)
  }

  /// Adds weighted rows to the rows they are linked to.
  public static func spreadSums(
    _ table: UnsafePointer<Float>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ positions: Range<Int>
  ) {
    spreadSumsLoop(table, columns, fan, links, weights, out, positions)
  }

  /// Computes inner products of linked rows.
  public static func linkedProducts(
    _ table: UnsafePointer<Float>, _ other: UnsafePointer<Float>, columns: Int, fan: Int,
    _ links: LinkList, _ out: UnsafeMutablePointer<Float>, _ positions: Range<Int>
  ) {
    linkedProductsLoop(table, other, columns, fan, links, out, positions)
  }
}

/// The loops for Double.
public enum DoublePrecision: VectorKernels {
  /// The type these loops work on.
  public typealias Scalar = Double

  /// Computes y[i] = f(x[i]).
  public static func unary(
    _ function: UnaryFunction, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ count: Int, _ p: Double, _ q: Double
  ) {
    unaryLoops(function, x, y, count, Double(p), Double(q))
  }

  /// Computes y[r, i] = f(a[r, i], b[r, i]).
  public static func binary(
    _ function: BinaryFunction, _ a: UnsafePointer<Double>, _ aSteps: (row: Int, element: Int),
    _ b: UnsafePointer<Double>, _ bSteps: (row: Int, element: Int),
    _ y: UnsafeMutablePointer<Double>,
    rows: Int, _ count: Int
  ) {
    binaryLoops(function, a, aSteps, b, bSteps, y, rows, count)
  }

  /// Computes y[i] = mask[i] ≠ 0 ? a[i] : b[i].
  public static func select(
    _ mask: UnsafePointer<Double>, _ maskStep: Int, _ a: UnsafePointer<Double>, _ aStep: Int,
    _ b: UnsafePointer<Double>, _ bStep: Int, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    selectLoop(mask, maskStep, a, aStep, b, bStep, y, count)
  }

  /// Returns Σ x[i].
  public static func sum(_ x: UnsafePointer<Double>, _ count: Int) -> Double { sumLoop(x, count) }

  /// Computes y[r] = Σ of row r.
  public static func sumRows(
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, rows: Int, length: Int
  ) {
    sumRowsLoop(x, y, rows, length)
  }

  /// Writes the largest element of each row.
  public static func maximumRows(
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, rows: Int, length: Int
  ) {
    maximumRowsLoop(x, y, rows, length)
  }

  /// Computes y[c] += Σ over rows of x[r, c].
  public static func accumulateRows(
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, rows: Int, columns: Int,
    pitch: Int
  ) {
    accumulateRowsLoop(x, y, rows, columns, pitch)
  }

  /// Computes each row's softmax.
  public static func softmaxRows(
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, rows: Int, length: Int
  ) {
    softmaxRowsLoop(x, y, rows, length)
  }

  /// Computes y[i] += factor · x[i].
  public static func addScaled(
    _ x: UnsafePointer<Double>, _ factor: Double, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    addScaledLoop(x, factor, y, count)
  }

  /// Returns Σ a[i] · b[i].
  public static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    dotLoop(a, b, count)
  }

  /// Computes weighted sums of linked rows.
  public static func linkedSums(
    _ table: UnsafePointer<Double>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ positions: Range<Int>
  ) {
    linkedSumsLoop(table, columns, fan, links, weights, out, positions)
  }

  /// Adds weighted rows to the rows they are linked to.
  public static func spreadSums(
    _ table: UnsafePointer<Double>, columns: Int, fan: Int, _ links: LinkList,
    weights: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ positions: Range<Int>
  ) {
    spreadSumsLoop(table, columns, fan, links, weights, out, positions)
  }

  /// Computes inner products of linked rows.
  public static func linkedProducts(
    _ table: UnsafePointer<Double>, _ other: UnsafePointer<Double>, columns: Int, fan: Int,
    _ links: LinkList, _ out: UnsafeMutablePointer<Double>, _ positions: Range<Int>
  ) {
    linkedProductsLoop(table, other, columns, fan, links, out, positions)
  }
}
