import Foundation
import KernelInterface
import Testing

@testable import Tensors

/// Compares the polynomial exponentials of single precision with double precision, on dense sweeps.
@Suite("Single-precision exponentials")
struct ExponentialTests {
  private func apply(
    _ function: UnaryFunction, _ x: [Float], _ kernels: any VectorKernels<Float>.Type
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: x.count) { y, count in
      count = x.count
      guard let start = y.baseAddress else { return }
      x.withUnsafeBufferPointer { x in
        guard let from = x.baseAddress else { return }
        kernels.unary(function, from, start, x.count, 0, 0)
      }
    }
  }

  private func worst(_ x: [Float], _ y: [Float], _ exact: (Double) -> Double) -> Double {
    zip(x, y).reduce(0) { worst, pair in
      let expected = exact(Double(pair.0))
      return max(worst, ((Double(pair.1) - expected) / expected).magnitude)
    }
  }

  /// A million points of −87.33 … 88.72, where the result is a normal number.
  @Test(arguments: KernelLevel.available)
  func exponentialIsWithin1Point5e7(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    let x = (0..<1_000_000).map { Float(-87.33 + 176.05 * Double($0) / 1_000_000) }
    #expect(worst(x, apply(.exponential, x, kernels)) { exp($0) } < 1.5e-7)
  }

  /// Points below that range: subnormal results, accurate to one step of the smallest number, down
  /// to 0 and beyond.
  @Test(arguments: KernelLevel.available)
  func exponentialUnderflowsGradually(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    let x = (0..<200_000).map { Float(-110 + 22.7 * Double($0) / 200_000) }
    for (argument, y) in zip(x, apply(.exponential, x, kernels)) {
      let error = (Double(y) - exp(Double(argument))).magnitude
      guard error > Double(Float.leastNonzeroMagnitude) else { continue }
      Issue.record("exp(\(argument)) = \(y)")
      return
    }
  }

  /// Points near 0 on a logarithmic scale, with both signs, and points of −20 … 88.
  @Test(arguments: KernelLevel.available)
  func exponentialMinusOneIsWithin3e7(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    let small = (0..<400_000).map { Float(pow(10, -30 + 30 * Double($0) / 400_000)) }
    let wide = (0..<600_000).map { Float(-20 + 108 * (Double($0) + 0.5) / 600_000) }
    for x in [small, small.map { -$0 }, wide] {
      #expect(worst(x, apply(.exponentialMinusOne, x, kernels)) { expm1($0) } < 3e-7)
    }
  }
}
