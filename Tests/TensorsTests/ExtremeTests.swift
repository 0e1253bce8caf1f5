import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Compares operations with closed forms, for magnitudes from 1e-30 to 1e4 and beyond.
@Suite("Extreme magnitudes")
struct ExtremeTests {
  private static let magnitudes: [Double] =
    [0, .leastNormalMagnitude / 64, 1e-40, 1e-30, 1e-20, 1e-10, 1e-7, 1e-5, 1e-3, 0.1, 0.5, 0.9]
    + [1, 2, 5, 10, 16, 17, 20, 40, 60, 80, 87, 88, 89, 100, 104, 200, 700, 709, 720, 745, 1e4]
  private static let arguments =
    magnitudes + magnitudes.map { -$0 } + [.infinity, -.infinity, .nan]

  /// Checks every element: within `bound` of the exact value, or within one step of the smallest
  /// numbers.
  private func check(
    _ name: String, _ type: ScalarType, _ bound: Double, arguments: [Double] = arguments,
    _ operation: (Tensor) -> Tensor, _ exact: (Double) -> Double
  ) {
    let x = Tensor([arguments.count], arguments).cast(to: type)
    let found = operation(x).scalars
    for (place, argument) in x.scalars.enumerated() {
      // Rounded as the type rounds: infinite beyond its range, 0 below its smallest number.
      let value = exact(argument)
      let expected = type == .float32 ? Double(Float(value)) : value
      let least =
        type == .float32 ? Double(Float.leastNonzeroMagnitude) : Double.leastNonzeroMagnitude
      let isRight =
        found[place] == expected || (found[place].isNaN && expected.isNaN)
        || (found[place] - expected).magnitude <= max(bound * expected.magnitude, least)
      #expect(isRight, "\(name)(\(argument)) in \(type) is \(found[place]), expected \(expected)")
    }
  }

  @Test(arguments: [(ScalarType.float32, 3e-7), (.float64, 1e-15)])
  func exponentialsMatchTheirClosedForms(type: ScalarType, bound: Double) {
    check("exp", type, bound, { $0.exponential() }, { exp($0) })
    check("expm1", type, bound, { $0.exponentialMinusOne() }, { expm1($0) })
    check("log1p", type, bound, { $0.logarithmOnePlus() }, { log1p($0) })
    check("log", type, bound, { $0.logarithm() }, { log($0) })
    check(
      "sigmoid", type, bound, { $0.sigmoid() },
      { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) })
    check(
      "softplus", type, bound, { $0.softplus() },
      { x in
        // ln(1 + eˣ), which becomes x itself at one end and eˣ itself at the other.
        x > 40 ? x : (x < -40 ? exp(x) : log1p(exp(x)))
      })
    check("√", type, bound, { $0.squareRoot() }, { $0.squareRoot() })
    check("1/√", type, bound, { $0.reciprocalSquareRoot() }, { 1 / $0.squareRoot() })
    check("1/x", type, bound, { $0.reciprocal() }, { 1 / $0 })
    check("relu", type, 0, { $0.relu() }, { $0.isNaN ? $0 : ($0 > 0 ? $0 : 0) })
    check("leakyReLU", type, bound, { $0.leakyReLU(slope: 0.2) }, { $0 > 0 ? $0 : 0.2 * $0 })
    check("clamp", type, 0, { $0.clamped(-2, 5) }, { $0.isNaN ? $0 : max(-2, min(5, $0)) })
    check("sign", type, 0, { $0.sign() }, { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) })
    check("floor", type, 0, { $0.floor() }, { $0.rounded(.down) })
    check("x³", type, bound, { $0.power(3) }, { $0 * $0 * $0 })
    check("x / 49", type, 0, { $0 / 49 }, { $0 / 49 })
  }

  /// If one of two numbers is NaN, the result is NaN.
  @Test(arguments: [ScalarType.float32, .float64])
  func nanPassesThroughMinimaAndMaxima(type: ScalarType) {
    let a = Tensor([4], [1.0, .nan, .nan, -.infinity]).cast(to: type)
    let b = Tensor([4], [Double.nan, 1, .nan, .infinity]).cast(to: type)
    #expect(a.maximum(b).scalars.map(\.isNaN) == [true, true, true, false])
    #expect(a.minimum(b).scalars.map(\.isNaN) == [true, true, true, false])
    #expect(a.maximum(b).scalars[3] == .infinity)
    #expect(a.minimum(b).scalars[3] == -.infinity)
    #expect(a.isGreater(than: b).scalars == [0, 0, 0, 0])
    #expect(a.isEqual(to: a).scalars == [1, 0, 0, 1])
    let rows = Tensor([3, 3], [1.0, .nan, 2, .nan, 1, 2, 1, 2, .nan]).cast(to: type)
    #expect(rows.maximum(axes: [1]).scalars.allSatisfy { $0.isNaN })
    #expect(rows.minimum(axes: [1]).scalars.allSatisfy { $0.isNaN })
    #expect(rows.argmax().scalars == [1, 0, 2])
  }

  /// The softmax of two numbers is the sigmoid of their difference.
  @Test(arguments: [(ScalarType.float32, 3e-7), (.float64, 1e-15)])
  func softmaxOfTwoIsTheSigmoidOfTheirDifference(type: ScalarType, bound: Double) {
    let finite = Self.arguments.filter(\.isFinite)
    let rows = Tensor([finite.count, 2], finite.flatMap { [$0, 0] })
    let found = rows.cast(to: type).softmax().sliced(axis: 1, from: 0, length: 1)
    for (x, y) in zip(
      rows.cast(to: type).sliced(axis: 1, from: 0, length: 1).scalars, found.scalars)
    {
      let exact = x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
      #expect(
        (y - exact).magnitude
          <= max(bound * exact, type == .float32 ? 2e-45 : .leastNonzeroMagnitude))
    }
    let shifted = (rows.cast(to: .float64) + 1e4).softmax()
    expectClose(
      shifted, rows.softmax(),
      within: .relative(2e-12, because: "1e4 + x is rounded to 1.8e-12"))
  }

  /// ln Σ eˣ of n equal numbers is x + ln n; of 1e4 and −1e4 it is 1e4; infinite arguments give
  /// their limits.
  @Test(arguments: [(ScalarType.float32, 2e-7), (.float64, 4e-16)])
  func logSumExpNeitherOverflowsNorVanishes(type: ScalarType, bound: Double) throws {
    for x in [-1e4, -300, -1, 0, 1e-30, 1, 300, 1e4] {
      let found = Tensor(repeating: x, [7], type).logSumExp().item
      let exact = x + log(7)
      #expect((found - exact).magnitude <= bound * max(exact.magnitude, log(7)))
    }
    func value(_ row: [Double]) -> Double {
      Tensor([row.count], row).cast(to: type).logSumExp().item
    }
    #expect(value([1e4, -1e4]) == 1e4)
    #expect(value([-.infinity, 3]) == 3)
    #expect(value([-.infinity, -.infinity]) == -.infinity)
    #expect(value([.infinity, 3]) == .infinity)
    #expect(value([.nan, 3]).isNaN)
    // Its gradient is the softmax, which is finite even where a term has vanished.
    let x = Tensor([3], [-1e4, 2, -.infinity]).cast(to: type).tracked(as: "x")
    #expect(try gradient(of: x.logSumExp(), withRespectTo: x).scalars == [0, 1, 0])
  }

  /// Gradients at the ends of the range equal their limits.
  @Test(arguments: [ScalarType.float32, .float64])
  func gradientsStayFiniteAtTheEnds(type: ScalarType) throws {
    func gradients(_ values: [Double], _ f: (Tensor) -> Tensor) throws -> [Double] {
      let x = Tensor([values.count], values).cast(to: type).tracked(as: "x")
      return try gradient(of: f(x).sum(), withRespectTo: x).scalars
    }
    #expect(try gradients([-1e4, 1e4]) { $0.softplus() } == [0, 1])
    #expect(try gradients([-1e4, 1e4]) { $0.sigmoid() } == [0, 0])
    #expect(try gradients([-1e4]) { $0.exponential() } == [0])
    #expect(try gradients([-1e4]) { $0.exponentialMinusOne() } == [0])
    #expect(try gradients([-2, 0, 2]) { $0.absolute() } == [-1, 0, 1])
    #expect(try gradients([-2, 0, 2]) { $0.relu() } == [0, 0, 1])
    #expect(try gradients([-2, 0, 0.5, 1, 2]) { $0.clamped(0, 1) } == [0, 1, 1, 1, 0])
    #expect(try gradients([-3, -2, 5, 6]) { $0.clamped(-2, 5) } == [0, 1, 1, 0])
    #expect(try gradients([0, 4]) { $0.squareRoot() } == [.infinity, 0.25])
    #expect(try gradients([0, 3]) { $0.power(1) } == [1, 1])
    #expect(try gradients([0, 3]) { $0.power(0) } == [0, 0])
    #expect(try gradients([0, -3]) { $0.power(2) } == [0, -6])
  }

  /// d(a/b)/db = −(a/b)/b, where b² would be infinite or 0 in single precision.
  @Test(arguments: [1e-25, 1e-20, 1e20, 1e25])
  func aQuotientsGradientDoesNotSquare(magnitude: Double) throws {
    let a = Tensor([], [magnitude]).cast(to: .float32).tracked(as: "a")
    let b = Tensor([], [magnitude]).cast(to: .float32).tracked(as: "b")
    let found = try gradients(of: a / b, withRespectTo: [a, b]).map(\.item)
    #expect((found[0] * magnitude - 1).magnitude < 3e-7)
    #expect((found[1] * magnitude + 1).magnitude < 3e-7)
    // A number divided by a tensor is one reciprocal, scaled.
    let over = try gradient(of: magnitude / b, withRespectTo: b).item
    #expect((over * magnitude + 1).magnitude < 3e-7)
  }

  /// The gradients of eˣ − 1 and of sigmoid(x) keep full precision where the values are almost −1
  /// and 1.
  @Test(arguments: [1, 8, 14, 17, 30, 80])
  func gradientsOfSaturatedFunctionsKeepTheirDigits(x: Double) throws {
    let (low, high) = (
      Tensor([], [-x]).cast(to: .float32).tracked(as: "low"),
      Tensor([], [x]).cast(to: .float32).tracked(as: "high")
    )
    let gradients = [
      (try gradient(of: low.exponentialMinusOne(), withRespectTo: low).item, exp(-x)),
      (try gradient(of: low.sigmoid(), withRespectTo: low).item, 1 / (2 + exp(x) + exp(-x))),
      (try gradient(of: high.sigmoid(), withRespectTo: high).item, 1 / (2 + exp(x) + exp(-x))),
    ]
    for (found, expected) in gradients { #expect((found / expected - 1).magnitude < 1e-6, "\(x)") }
  }

  /// The mean of equal numbers is that number: the sum is divided, not multiplied by 1/n.
  @Test func aMeanOfEqualNumbersIsThatNumber() {
    for count in 1...300 {
      #expect(Tensor.ones([count], .float64).mean().item == 1)
      #expect(Tensor.ones([count], .float32).mean().item == 1)
    }
  }

  /// Equal elements share the gradient of their maximum; of two equal tensors, the second gets all
  /// of it.
  @Test func tiesAreSettledAsStated() throws {
    let x = Tensor([4], [3.0, 1, 3, 2]).tracked(as: "x")
    #expect(try gradient(of: x.maximum(axes: [0]), withRespectTo: x).scalars == [0.5, 0, 0.5, 0])
    let y = Tensor([4], [3.0, 2, 3, 1]).tracked(as: "y")
    let larger = try gradients(of: x.maximum(y).sum(), withRespectTo: [x, y]).map(\.scalars)
    #expect(larger == [[0, 0, 0, 1], [1, 1, 1, 0]])
    let smaller = try gradients(of: x.minimum(y).sum(), withRespectTo: [x, y]).map(\.scalars)
    #expect(smaller == [[0, 1, 0, 0], [1, 0, 1, 1]])
  }
}
