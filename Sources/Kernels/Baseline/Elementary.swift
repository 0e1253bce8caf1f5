import Foundation

/// The functions of a floating-point type that the loops need.
protocol KernelReal: BinaryFloatingPoint, Sendable {
  /// Returns a · b + c, fused if the processor has an instruction for that.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  static func exponential(_ x: Self) -> Self
  static func exponentialMinusOne(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  static func logarithmOnePlus(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self
  static func cosine(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}

extension KernelReal {
  @inline(__always)
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    // Without the instruction, `addingProduct` is a library call of 2.7 ns.
    #if KERNELS_V3
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }
}

extension Double: KernelReal {
  // Double precision serves verification: the C library's functions, accurate to about the last
  // digit.
  @inline(__always) static func exponential(_ x: Double) -> Double { Foundation.exp(x) }
  @inline(__always) static func exponentialMinusOne(_ x: Double) -> Double { Foundation.expm1(x) }
  @inline(__always) static func logarithm(_ x: Double) -> Double { Foundation.log(x) }
  @inline(__always) static func logarithmOnePlus(_ x: Double) -> Double { Foundation.log1p(x) }
  @inline(__always) static func sine(_ x: Double) -> Double { Foundation.sin(x) }
  @inline(__always) static func cosine(_ x: Double) -> Double { Foundation.cos(x) }
  @inline(__always) static func power(_ x: Double, _ p: Double) -> Double { Foundation.pow(x, p) }
}

extension Float: KernelReal {
  /// Returns eʳ − 1, and 2ⁿ as two factors, for x = n ln 2 + r with integer n and |r| ≤ ln 2 / 2.
  ///
  /// There are two factors because 2ⁿ alone leaves the range of Float where eˣ is subnormal or just
  /// finite.
  @inline(__always)
  private static func reduced(_ x: Float) -> (rest: Float, scale: Float, scaleAgain: Float) {
    // Beyond these bounds the result is 0 or infinite anyway. NaN fails both comparisons and stays
    // NaN.
    let bounded = x > 89 ? 89 : (x < -104 ? -104 : x)
    // Adding 1.5 · 2²³ leaves the nearest integer in the low bits. A conversion would trap on NaN
    // and keep the loop from vectorizing.
    let magic: Float = 12_582_912
    let shifted = multiplyAdd(bounded, 1.442_695_040_888_963_4, magic)
    let whole = shifted - magic
    // ln 2 in two parts: the first has so few digits that its product with `whole` is exact.
    let high = multiplyAdd(whole, -0.693_359_375, bounded)
    let r = multiplyAdd(whole, 2.121_944_400_546_905_8e-4, high)
    // The Taylor series to degree 7: the remainder is below r⁸/8! ≤ 5.2e-9 of the result.
    var series: Float = 1 / 5040
    series = multiplyAdd(series, r, 1 / 720)
    series = multiplyAdd(series, r, 1 / 120)
    series = multiplyAdd(series, r, 1 / 24)
    series = multiplyAdd(series, r, 1 / 6)
    series = multiplyAdd(series, r, 0.5)
    let rest = multiplyAdd(series * r, r, r)
    let exponent = Int32(bitPattern: shifted.bitPattern) &- Int32(bitPattern: magic.bitPattern)
    let half = exponent >> 1
    let first = Float(bitPattern: UInt32(bitPattern: (half &+ 127) &<< 23))
    let second = Float(bitPattern: UInt32(bitPattern: (exponent &- half &+ 127) &<< 23))
    return (rest, first, second)
  }

  /// Returns eˣ with a relative error of 1.2e-7; loops over it vectorize.
  @inline(__always)
  static func exponential(_ x: Float) -> Float {
    let (rest, scale, scaleAgain) = reduced(x)
    return (1 + rest) * scale * scaleAgain
  }

  /// Returns eˣ − 1; near 0 this is the series itself, with full precision.
  @inline(__always)
  static func exponentialMinusOne(_ x: Float) -> Float {
    let (rest, scale, scaleAgain) = reduced(x)
    let whole = scale * scaleAgain
    let small = multiplyAdd(whole, rest, whole - 1)
    // For large x the product above may overflow before the sum does. There the 1 is lost to
    // rounding anyway.
    let large = (1 + rest) * scale * scaleAgain
    return x > 60 ? large : small
  }

  @inline(__always) static func logarithm(_ x: Float) -> Float { Foundation.logf(x) }
  @inline(__always) static func logarithmOnePlus(_ x: Float) -> Float { Foundation.log1pf(x) }
  @inline(__always) static func sine(_ x: Float) -> Float { Foundation.sinf(x) }
  @inline(__always) static func cosine(_ x: Float) -> Float { Foundation.cosf(x) }
  @inline(__always) static func power(_ x: Float, _ p: Float) -> Float { Foundation.powf(x, p) }
}
