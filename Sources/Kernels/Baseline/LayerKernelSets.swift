import KernelInterface

// The steps of layers besides their products, specialized as in KernelSets.swift.

extension SinglePrecision {
  /// Applies shift, addend, leaky ReLU and gain in one pass.
  public static func shiftedLeakyReLU(
    _ x: UnsafePointer<Float>, shifts: UnsafePointer<Float>, channels: Int,
    addend: UnsafePointer<Float>?, addendStep: Int, slope: Double, gain: Double,
    _ y: UnsafeMutablePointer<Float>, rows: Range<Int>, _ count: Int
  ) {
    shiftedLeakyReLULoop(
      x, shifts, channels, addend, addendStep, Float(slope), Float(gain), y, rows, count)
  }

  /// Multiplies by one of two factors, depending on the sign of y.
  public static func scaleBySign(
    _ g: UnsafePointer<Float>, _ y: UnsafePointer<Float>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    scaleBySignLoop(g, y, Float(above), Float(below), out, count)
  }

  /// Applies short filters to whole maps.
  public static func filter(
    _ x: UnsafePointer<Float>, input: (rows: Int, columns: Int), _ y: UnsafeMutablePointer<Float>,
    output: (rows: Int, columns: Int), _ down: UnsafeBufferPointer<FilterPhase<Float>>,
    _ across: UnsafeBufferPointer<FilterPhase<Float>>, planes: Range<Int>
  ) {
    filterLoop(x, input, y, output, down, across, planes)
  }
}

extension DoublePrecision {
  /// Applies shift, addend, leaky ReLU and gain in one pass.
  public static func shiftedLeakyReLU(
    _ x: UnsafePointer<Double>, shifts: UnsafePointer<Double>, channels: Int,
    addend: UnsafePointer<Double>?, addendStep: Int, slope: Double, gain: Double,
    _ y: UnsafeMutablePointer<Double>, rows: Range<Int>, _ count: Int
  ) {
    shiftedLeakyReLULoop(
      x, shifts, channels, addend, addendStep, Double(slope), Double(gain), y, rows, count)
  }

  /// Multiplies by one of two factors, depending on the sign of y.
  public static func scaleBySign(
    _ g: UnsafePointer<Double>, _ y: UnsafePointer<Double>, above: Double, below: Double,
    _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    scaleBySignLoop(g, y, Double(above), Double(below), out, count)
  }

  /// Applies short filters to whole maps.
  public static func filter(
    _ x: UnsafePointer<Double>, input: (rows: Int, columns: Int), _ y: UnsafeMutablePointer<Double>,
    output: (rows: Int, columns: Int), _ down: UnsafeBufferPointer<FilterPhase<Double>>,
    _ across: UnsafeBufferPointer<FilterPhase<Double>>, planes: Range<Int>
  ) {
    filterLoop(x, input, y, output, down, across, planes)
  }
}
