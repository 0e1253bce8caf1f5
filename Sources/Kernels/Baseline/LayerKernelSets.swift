import KernelInterface

// What layers do beside their products, specialised as in KernelSets.swift.

extension SinglePrecision {
  /// Shift, addend, leaky ReLU and gain in one pass.
  public static func shiftedLeakyReLU(
    _ x: UnsafePointer<Float>, shift: Float, addend: UnsafePointer<Float>?, slope: Double,
    gain: Double,
    _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    shiftedLeakyReLULoop(x, shift, addend, Float(slope), Float(gain), y, count)
  }

  /// One of two factors by the sign of y.
  public static func scaleBySign(
    _ g: UnsafePointer<Float>, _ y: UnsafePointer<Float>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    scaleBySignLoop(g, y, Float(above), Float(below), out, count)
  }

  /// A short filter.
  public static func correlate(
    _ x: UnsafePointer<Float>, _ xStep: Int, factors: UnsafePointer<Float>, taps: Int, tapStep: Int,
    _ y: UnsafeMutablePointer<Float>, _ yStep: Int, _ count: Int
  ) {
    correlateLoop(x, xStep, factors, taps, tapStep, y, yStep, count)
  }
}

extension DoublePrecision {
  /// Shift, addend, leaky ReLU and gain in one pass.
  public static func shiftedLeakyReLU(
    _ x: UnsafePointer<Double>, shift: Double, addend: UnsafePointer<Double>?, slope: Double,
    gain: Double,
    _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    shiftedLeakyReLULoop(x, shift, addend, Double(slope), Double(gain), y, count)
  }

  /// One of two factors by the sign of y.
  public static func scaleBySign(
    _ g: UnsafePointer<Double>, _ y: UnsafePointer<Double>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    scaleBySignLoop(g, y, Double(above), Double(below), out, count)
  }

  /// A short filter.
  public static func correlate(
    _ x: UnsafePointer<Double>, _ xStep: Int, factors: UnsafePointer<Double>, taps: Int,
    tapStep: Int,
    _ y: UnsafeMutablePointer<Double>, _ yStep: Int, _ count: Int
  ) {
    correlateLoop(x, xStep, factors, taps, tapStep, y, yStep, count)
  }
}
