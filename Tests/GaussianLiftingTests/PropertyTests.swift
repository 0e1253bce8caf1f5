import Foundation
import GaussianLifting
import Tensors
import TestSupport
import Testing

@Suite("Eq. 5–7: properties")
struct PropertyTests {
  @Test(arguments: LiftingKernel.allCases, [0, 3, 6])
  func theBellIsOneOnThePlaneOfTheDepth(kernel: LiftingKernel, plane: Int) {
    let lifting = GaussianLifting(kernel: kernel, alpha: 1.7, depthPlanes: 7)
    let psi = lifting.weights(at: Tensor([1, 1], [Double(plane)])).scalars
    #expect(psi[plane] == 1)
    #expect(psi.indices.allSatisfy { $0 == plane || psi[$0] < 1 })
  }

  /// (e^(−αu²))² = e^(−2αu²).
  @Test(arguments: [0.5, 1, 2], [-3, 0, 7.25, 31])
  func doublingAlphaSquaresTheBell(alpha: Double, depth: Double) {
    let map = Tensor([1, 1], [depth])
    let narrow = GaussianLifting(alpha: 2 * alpha).weights(at: map)
    let wide = GaussianLifting(alpha: alpha).weights(at: map)
    expectClose(narrow, wide.squared(), within: .closedForm)
  }

  /// 1/ψ − 1 = α|u| or αu²: doubling α doubles it.
  @Test(arguments: [LiftingKernel.inverse, .inverseSquare])
  func doublingAlphaDoublesTheInverse(kernel: LiftingKernel) {
    let offset = Tensor([5], [-3.5, -0.25, 0.75, 2, 11])
    func excess(_ alpha: Double) -> Tensor {
      let lifting = GaussianLifting(kernel: kernel, alpha: alpha)
      return lifting.weights(ofOffset: offset).reciprocal() - 1
    }
    expectClose(excess(3.2), 2 * excess(1.6), within: .closedForm)
  }

  @Test(arguments: LiftingKernel.allCases)
  func theBellFallsOnBothSidesAlike(kernel: LiftingKernel) {
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.9)
    let distance = Tensor.linspace(0, 4, 33, .float64)
    let ahead = lifting.weights(ofOffset: distance).scalars
    #expect(zip(ahead, ahead.dropFirst()).allSatisfy { $0 > $1 })
    #expect(lifting.weights(ofOffset: -distance).scalars == ahead)
  }

  /// At u² = ln 2 / α the Gaussian is ½: the full width at half maximum is 1.18 planes for α = 2.
  @Test(arguments: [1, 2, 5.5])
  func theHalfWidthIsThatOfAGaussian(alpha: Double) {
    let half = Tensor([1], [sqrt(log(2) / alpha)])
    let psi = GaussianLifting(alpha: alpha).weights(ofOffset: half)
    expectClose(psi, Tensor([1], [0.5]), within: .closedForm)
  }

  @Test(arguments: LiftingKernel.allCases)
  func oneMoreInDepthIsOnePlaneFurther(kernel: LiftingKernel) {
    var numbers = TestNumbers(seed: 12)
    let depth = numbers.tensor([4, 3], in: 0.2...5.8)
    let lifting = GaussianLifting(kernel: kernel, alpha: 1.3, depthPlanes: 9)
    let near = lifting.weights(at: depth + 1).sliced(axis: 0, from: 1, length: 8)
    let far = lifting.weights(at: depth).sliced(axis: 0, from: 0, length: 8)
    expectClose(near, far, within: .closedForm)
  }

  @Test func liftingIsLinearInTheFeatureAndInTheDensity() {
    var numbers = TestNumbers(seed: 5)
    let lifting = GaussianLifting(alpha: 1.4, depthPlanes: 6)
    let depth = numbers.tensor([5, 4], in: -0.5...5.5)
    let (f, g) = (numbers.tensor([3, 5, 4]), numbers.tensor([3, 5, 4]))
    expectClose(
      lifting.lifted(feature: 2.5 * f - 0.75 * g, weights: lifting.weights(at: depth)),
      2.5 * lifting.lifted(feature: f, weights: lifting.weights(at: depth)) - 0.75
        * lifting.lifted(feature: g, weights: lifting.weights(at: depth)),
      within: .closedForm)
    let (s, t) = (numbers.tensor([5, 4]), numbers.tensor([5, 4]))
    expectClose(
      lifting.lifted(densityMap: 2.5 * s - 0.75 * t, weights: lifting.weights(at: depth)),
      2.5 * lifting.lifted(densityMap: s, weights: lifting.weights(at: depth))
        - 0.75 * lifting.lifted(densityMap: t, weights: lifting.weights(at: depth)),
      within: .closedForm)
  }

  /// Every z-line of the volume is the bell times the pixel: nothing leaks to a neighbour.
  @Test func aPixelStaysInItsColumn() {
    var feature = [Double](repeating: 0, count: 20)
    feature[13] = 2  // row 3, column 1 of 5 × 4
    let lifting = GaussianLifting(alpha: 0.3, depthPlanes: 6)
    let volume = lifting.lifted(
      feature: Tensor([1, 5, 4], feature),
      weights: lifting.weights(at: Tensor(repeating: 2.5, [5, 4], .float64)))
    let marked = volume.scalars.enumerated().filter { $0.element != 0 }.map(\.offset)
    #expect(marked == (0..<6).map { $0 * 20 + 13 })
  }

  @Test func imagesAndPartsAtOnceAreTheSameAsOneByOne() {
    var numbers = TestNumbers(seed: 8)
    let lifting = GaussianLifting(alpha: 1.1, depthPlanes: 6)
    let depth = numbers.tensor([2, 3, 5, 4], in: 0...5)
    let feature = numbers.tensor([2, 3, 7, 5, 4])
    let together = lifting.lifted(feature: feature, weights: lifting.weights(at: depth))
    #expect(together.shape == [2, 3, 7, 6, 5, 4])
    for (image, part) in [(0, 0), (0, 2), (1, 1)] {
      let alone = lifting.lifted(
        feature: feature[image, part], weights: lifting.weights(at: depth[image, part]))
      expectClose(together[image, part], alone, within: .exact)
    }
  }
}
