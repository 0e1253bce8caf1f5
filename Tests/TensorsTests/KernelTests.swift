import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// The levels that are compared with the baseline.
private let betterLevels = KernelLevel.available.filter { $0 != .baseline }

/// Compares the loops compiled for AVX2 and for AVX-512 with the portable ones, called directly.
@Suite("Kernels", .enabled(if: !betterLevels.isEmpty, "this processor runs the baseline only"))
struct KernelTests {
  /// One level rounds twice where the other rounds once, in functions that chain a few such steps.
  private static let single = Tolerance.relative(5e-7, because: "fused and separate roundings")
  private static let double = Tolerance.relative(1e-15, because: "fused and separate roundings")

  /// Whole vectors, tails of every length and a long run.
  private static let counts = Array(0...35) + [1000, 4097]

  private func parameters(_ function: UnaryFunction) -> (Double, Double) {
    switch function {
    case .affine: (1.7, -0.3)
    case .power: (1.7, 0)
    case .leakyReLU, .leakyStep: (0.2, 0)
    case .clamp, .inside: (-0.5, 0.8)
    default: (0, 0)
    }
  }

  private func compare<T: Real>(
    _ function: UnaryFunction, _ type: T.Type, _ level: KernelLevel, within tolerance: Tolerance
  ) {
    let (one, other) = (T.kernels(for: .baseline), T.kernels(for: level))
    let positive: Set<UnaryFunction> = [.logarithm, .power, .squareRoot, .reciprocalSquareRoot]
    let range = positive.contains(function) || function == .reciprocal ? 0.3...3.0 : -0.9...3
    let (p, q) = parameters(function)
    for count in Self.counts {
      var numbers = TestNumbers(seed: UInt64(count))
      let x = numbers.tensor([count], in: range).cast(to: T.scalarType)
      func run(_ kernels: any VectorKernels<T>.Type) -> Tensor {
        Tensor([count], filling: T.self) { out in
          guard let y = out.baseAddress else { return }
          kernels.unary(function, x.pointer(T.self), y, count, p, q)
        }
      }
      expectClose(run(one), run(other), within: tolerance, "\(function), \(count) elements")
    }
  }

  @Test(arguments: UnaryFunction.allCases, betterLevels)
  func unaryFunctionsAgree(function: UnaryFunction, level: KernelLevel) {
    compare(function, Float.self, level, within: Self.single)
    compare(function, Double.self, level, within: Self.double)
  }

  /// Comparisons and the four basic operations round at most once: results must be equal, for any
  /// steps.
  @Test(
    arguments: BinaryFunction.allCases, [[1, 1], [1, 0], [0, 1], [2, 3], [-1, 1], [0, 0]])
  func binaryFunctionsAreEqual(function: BinaryFunction, steps: [Int]) {
    var numbers = TestNumbers(seed: 9)
    let a = numbers.tensor([4096]).cast(to: .float32)
    let b = numbers.tensor([4096]).cast(to: .float32)
    func run(_ kernels: any VectorKernels<Float>.Type, _ count: Int) -> [Float] {
      Tensor([3, count], filling: Float.self) { out in
        guard let y = out.baseAddress else { return }
        kernels.binary(
          function, a.pointer(Float.self) + (steps[0] < 0 ? count - 1 : 0), (13, steps[0]),
          b.pointer(Float.self), (0, steps[1]), y, rows: 3, count)
      }.floats
    }
    for count in [1, 7, 16, 33, 1025] {
      let portable = run(Float.kernels(for: .baseline), count)
      for level in betterLevels { #expect(portable == run(Float.kernels(for: level), count)) }
    }
  }

  @Test(arguments: counts, betterLevels)
  func sumsAndProductsOfRowsAgree(count: Int, level: KernelLevel) {
    var numbers = TestNumbers(seed: UInt64(count))
    let x = numbers.tensor([4, count]).cast(to: .float32)
    let z = numbers.tensor([4, count]).cast(to: .float32)
    func run(_ kernels: any VectorKernels<Float>.Type) -> [Tensor] {
      let (p, q) = (x.pointer(Float.self), z.pointer(Float.self))
      var columns = [Double](repeating: 0, count: count)
      kernels.accumulateRows(p, &columns, rows: 4, columns: count, pitch: count)
      let sums = Tensor([4], filling: Float.self) { out in
        if let y = out.baseAddress { kernels.sumRows(p, y, rows: 4, length: count) }
      }
      let largest = Tensor([4], filling: Float.self) { out in
        if let y = out.baseAddress { kernels.maximumRows(p, y, rows: 4, length: count) }
      }
      let shares = Tensor([4, count], filling: Float.self) { out in
        if let y = out.baseAddress { kernels.softmaxRows(p, y, rows: 4, length: count) }
      }
      let added = Tensor([4, count], filling: Float.self) { out in
        _ = out.update(from: z.floats)
        if let y = out.baseAddress { kernels.addScaled(p, 1.7, y, 4 * count) }
      }
      let products = Tensor([2], [Double(kernels.dot(p, q, 4 * count)), kernels.sum(p, count)])
      return [Tensor([count], columns), sums, largest, shares, added, products]
    }
    let bound = Tolerance.relative(
      3e-6, because: "sums of up to 16 388 terms of either sign, compared with their own size")
    for (portable, vector) in zip(
      run(Float.kernels(for: .baseline)), run(Float.kernels(for: level)))
    {
      expectClose(portable, vector, within: bound, "\(count) elements")
    }
  }
}
