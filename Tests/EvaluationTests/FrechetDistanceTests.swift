import Evaluation
import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Moments of features")
struct FeatureMomentsTests {
  /// Points (1, 2), (3, 6), (5, 1): the mean is (3, 3) and the deviations are (−2, −1), (0, 3), (2, −2).
  ///
  /// The sums of products are 8, 2 − 4 = −2 and 14; the covariance is half of them.
  @Test func byHand() {
    let moments = FeatureMoments(of: Tensor([3, 2], [1, 2, 3, 6, 5, 1.0]))
    expectClose(moments.mean, Tensor([2], [3, 3.0]), within: .closedForm)
    expectClose(moments.covariance, Tensor([2, 2], [4, -1, -1, 7.0]), within: .closedForm)
    #expect(moments.count == 3)
  }

  /// The moments do not depend on how a set is divided into batches, including empty batches.
  @Test(arguments: [[17], [1, 16], [5, 0, 7, 4, 1]])
  func batchesMakeNoDifference(lengths: [Int]) {
    var numbers = TestNumbers(seed: 4)
    let features = numbers.tensor([17, 3], in: 6...9)
    var moments = FeatureMoments(width: 3)
    for batch in features.split(axis: 0, lengths: lengths) { moments.add(batch) }
    let whole = FeatureMoments(of: features)
    #expect(moments.count == 17)
    expectClose(moments.mean, whole.mean, within: .closedForm)
    expectClose(moments.covariance, whole.covariance, within: .closedForm)
  }

  /// The mean of squares minus the square of the mean would lose all digits of a spread of 1e-3 around
  /// 1e6; ±1e-3 and 0 have the variance 1e-6.
  @Test func aLargeMeanDoesNotReducePrecision() {
    var moments = FeatureMoments(width: 1)
    for value in [1e6 - 0x1p-10, 1e6, 1e6 + 0x1p-10] { moments.add(Tensor([1, 1], [value])) }
    expectClose(
      moments.covariance, Tensor([1, 1], [0x1p-20]),
      within: .relative(1e-6, because: "the running mean of 1e6 is rounded to 1e-10 of 1e-3"))
  }

  @Test func oneFeatureHasNoCovariance() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = FeatureMoments(of: Tensor([1, 2], [1, 2.0])).covariance
    }
    try expectMessage(result, mentions: ["covariance", "1 features", "expected at least 2"])
  }
}

@Suite("Fréchet distance")
struct FrechetDistanceTests {
  @Test(arguments: try GoldenCase.all(of: "FrechetDistance"))
  func agreesWithTheGoldenFiles(_ golden: GoldenCase) throws {
    try expectGolden(golden) { inputs in
      guard let first = inputs["first"], let second = inputs["second"] else { return [:] }
      let distance = try FrechetDistance(first, second)
      let moments = FeatureMoments(of: first)
      return [
        "mean": moments.mean, "covariance": moments.covariance,
        "of_means": .scalar(distance.ofMeans, .float64),
        "of_covariances": .scalar(distance.ofCovariances, .float64),
      ]
    }
  }

  @Test func thereAreTwoGoldenCases() throws {
    #expect(try GoldenCase.all(of: "FrechetDistance").count == 2)
  }

  /// Features along the axes, ±a and ±b: the covariance is diag(2a², 2b²)/3.
  ///
  /// With (a, b) = (3, 1) against (6, 5): Σ (√s − √s′)² = (2/3) ((3 − 6)² + (1 − 5)²) = 50/3.
  @Test func diagonalCovariancesByHand() throws {
    let distance = try FrechetDistance(Self.cross(3, 1), Self.cross(6, 5))
    #expect(distance.ofMeans == 0)
    #expect(abs(distance.value - 50.0 / 3) < 1e-12)
  }

  /// Returns the features (±a, 0) and (0, ±b).
  private static func cross(_ a: Double, _ b: Double) -> Tensor {
    Tensor([4, 2], [a, 0, -a, 0, 0, b, 0, -b])
  }

  /// One set spreads only along x and the other only along y: S₁ S₂ = 0, so that nothing is subtracted
  /// from Tr S₁ + Tr S₂ = 2 · 9 + 2 · 16.
  @Test func spreadsInOrthogonalDirectionsAddUp() throws {
    let along = Tensor([2, 2], [3, 0, -3, 0.0])
    let across = Tensor([2, 2], [0, 4, 0, -4.0])
    #expect(abs(try FrechetDistance(along, across).value - 50) < 1e-9)
  }

  @Test func equalSetsHaveDistanceZero() throws {
    let set = Self.set(seed: 1, count: 40)
    #expect(abs(try FrechetDistance(set, set).value) < 1e-12)
    // Fewer features than dimensions: three eigenvalues are 0, and no root of their rounding is taken.
    let few = set.sliced(axis: 0, from: 0, length: 3)
    #expect(abs(try FrechetDistance(few, few).value) < 1e-12)
  }

  /// The whole set is shifted by (1, −2, 3, 0, 0.5): |Δμ|² = 14.25.
  @Test func aShiftGivesItsSquaredLength() throws {
    let set = Self.set(seed: 2, count: 30)
    let distance = try FrechetDistance(set, set + Tensor([5], [1, -2, 3, 0, 0.5]))
    #expect(abs(distance.ofMeans - 14.25) < 1e-12)
    #expect(abs(distance.ofCovariances) < 1e-12)
  }

  @Test func theDistanceIsSymmetric() throws {
    let (a, b) = (Self.set(seed: 3, count: 30), Self.set(seed: 4, count: 50) * 2)
    let (there, back) = (try FrechetDistance(a, b), try FrechetDistance(b, a))
    #expect(there.value > 0.1)
    #expect(abs(there.value - back.value) < 1e-12 * there.value)
  }

  /// The same rotation of both sets changes nothing; a factor of 3 multiplies the squared distance by 9.
  @Test func rotatingBothSetsChangesNothing() throws {
    let (a, b) = (Self.set(seed: 5, count: 30), Self.set(seed: 6, count: 30) * 1.5 + 0.2)
    let value = try FrechetDistance(a, b).value
    let turned = try FrechetDistance(a.matmul(Self.rotation), b.matmul(Self.rotation)).value
    #expect(abs(turned - value) < 1e-11 * value)
    #expect(abs(try FrechetDistance(a * 3, b * 3).value - 9 * value) < 1e-11 * value)
  }

  /// A product of rotations by different angles in the planes of axes 0–1, 1–2, 2–3 and 3–4.
  private static var rotation: Tensor {
    (0..<4).reduce(Tensor.identity(5)) { product, plane in
      var elements = Tensor.identity(5).scalars
      let angle = 0.4 + Double(plane)
      elements[plane * 6] = cos(angle)
      elements[plane * 6 + 1] = -sin(angle)
      elements[(plane + 1) * 5 + plane] = sin(angle)
      elements[(plane + 1) * 6] = cos(angle)
      return product.matmul(Tensor([5, 5], elements))
    }
  }

  private static func set(seed: UInt64, count: Int) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    let mixing = numbers.tensor([5, 5])
    return numbers.tensor([count, 5]).matmul(mixing)
  }

  @Test(arguments: [Double.nan, .infinity])
  func nonFiniteFeaturesAreReported(value: Double) {
    let good = Tensor([3, 2], [0, 1, 2, 3, 5, 4.0])
    let bad = Tensor([3, 2], [0, 1, value, 3, 5, 4.0])
    for (a, b) in [(good, bad), (bad, good)] {
      let error = #expect(throws: FeatureError.self) { _ = try FrechetDistance(a, b) }
      #expect(error?.count == 3)
    }
  }
}

extension Tensor {
  fileprivate static func identity(_ size: Int) -> Tensor {
    Tensor([size, size], (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 })
  }
}
