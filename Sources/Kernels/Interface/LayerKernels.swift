/// What a layer does beside its products, for one floating-point type.
public protocol LayerKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// y[r, i] = gain · leakyReLU(x[r, i] + shifts[r mod channels] + addend[i]), row after row.
  ///
  /// The addend, where there is one, is that of image r / channels, `addendStep` numbers after the
  /// one before.
  static func shiftedLeakyReLU(
    _ x: UnsafePointer<Scalar>, shifts: UnsafePointer<Scalar>, channels: Int,
    addend: UnsafePointer<Scalar>?, addendStep: Int, slope: Double, gain: Double,
    _ y: UnsafeMutablePointer<Scalar>, rows: Range<Int>, _ count: Int)

  /// out[i] = g[i] · (y[i] > 0 ? above : below).
  static func scaleBySign(
    _ g: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Filters whole maps, each along its columns (`down`) and then along its rows (`across`).
  static func filter(
    _ x: UnsafePointer<Scalar>, input: (rows: Int, columns: Int), _ y: UnsafeMutablePointer<Scalar>,
    output: (rows: Int, columns: Int), _ down: UnsafeBufferPointer<FilterPhase<Scalar>>,
    _ across: UnsafeBufferPointer<FilterPhase<Scalar>>, planes: Range<Int>)
}

/// Results j = first, first + step, …, each the sum of its factors times neighbouring samples, which
/// begin at `sample` for the first and `sampleStep` later for each further one.
public struct FilterPhase<Scalar> {
  /// The first result, the distance to the next, and how many there are.
  public let (first, step, results): (Int, Int, Int)
  /// What samples are multiplied by.
  public let factors: UnsafePointer<Scalar>
  /// How many factors, where the first result's samples begin, and how far the next one's are.
  public let (taps, sample, sampleStep): (Int, Int, Int)

  /// One phase of a filter; the factors must outlive it.
  public init(
    first: Int, step: Int, results: Int, factors: UnsafePointer<Scalar>, taps: Int, sample: Int,
    sampleStep: Int
  ) {
    (self.first, self.step, self.results) = (first, step, results)
    self.factors = factors
    (self.taps, self.sample, self.sampleStep) = (taps, sample, sampleStep)
  }
}
