/// Loops for the steps of a layer besides its products, for one floating-point type.
public protocol LayerKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// Computes y[r, i] = gain · leakyReLU(x[r, i] + shifts[r mod channels] + addend[i]), row after
  /// row.
  ///
  /// Row r belongs to image r / channels. The addend of an image, if there is one, begins
  /// `addendStep` numbers after the addend of the previous image.
  static func shiftedLeakyReLU(
    _ x: UnsafePointer<Scalar>, shifts: UnsafePointer<Scalar>, channels: Int,
    addend: UnsafePointer<Scalar>?, addendStep: Int, slope: Double, gain: Double,
    _ y: UnsafeMutablePointer<Scalar>, rows: Range<Int>, _ count: Int)

  /// Computes out[i] = g[i] · (y[i] > 0 ? above : below).
  static func scaleBySign(
    _ g: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// Filters whole maps, each along its columns (`down`) and then along its rows (`across`).
  static func filter(
    _ x: UnsafePointer<Scalar>, input: (rows: Int, columns: Int), _ y: UnsafeMutablePointer<Scalar>,
    output: (rows: Int, columns: Int), _ down: UnsafeBufferPointer<FilterPhase<Scalar>>,
    _ across: UnsafeBufferPointer<FilterPhase<Scalar>>, planes: Range<Int>)
}

/// One phase of a filter: the results first, first + step, …, which use the same factors.
///
/// Each result is the sum of the factors times neighboring samples. The samples begin at `sample`
/// for the first result, and `sampleStep` later for each further one.
public struct FilterPhase<Scalar> {
  /// The first result, the distance to the next, and the number of results.
  public let (first, step, results): (Int, Int, Int)
  /// The factors of the samples.
  public let factors: UnsafePointer<Scalar>
  /// The number of factors, the first sample of the first result, and the distance from there to
  /// the first sample of the next result.
  public let (taps, sample, sampleStep): (Int, Int, Int)

  /// Creates a phase of a filter; the factors must outlive it.
  public init(
    first: Int, step: Int, results: Int, factors: UnsafePointer<Scalar>, taps: Int, sample: Int,
    sampleStep: Int
  ) {
    (self.first, self.step, self.results) = (first, step, results)
    self.factors = factors
    (self.taps, self.sample, self.sampleStep) = (taps, sample, sampleStep)
  }
}
