/// What a layer does beside its products, for one floating-point type.
public protocol LayerKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// y[i] = gain · leakyReLU(x[i] + shift + addend[i]); without an addend only the shift is added.
  static func shiftedLeakyReLU(
    _ x: UnsafePointer<Scalar>, shift: Scalar, addend: UnsafePointer<Scalar>?, slope: Double,
    gain: Double, _ y: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// out[i] = g[i] · (y[i] > 0 ? above : below).
  static func scaleBySign(
    _ g: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Scalar>, _ count: Int)

  /// y[i · yStep] = Σ over k < taps of factors[k] · x[i · xStep + k · tapStep].
  static func correlate(
    _ x: UnsafePointer<Scalar>, _ xStep: Int, factors: UnsafePointer<Scalar>, taps: Int,
    tapStep: Int, _ y: UnsafeMutablePointer<Scalar>, _ yStep: Int, _ count: Int)
}
