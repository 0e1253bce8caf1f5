import Foundation
import Networks
import TestSupport
import Tensors
import Testing

@testable import Training

@Suite("Adam and the moving average")
struct AdamTests {
  /// p = 1, g = 2 then −1, rate 0.1, β₁ = 0.5, β₂ = 0.75, ε = 0.
  ///
  /// t = 1: m = 1, v = 1; m̂ = 1/0.5 = 2, v̂ = 1/0.25 = 4; p = 1 − 0.1 · 2/2 = 0.9. t = 2: m = 0.5
  /// − 0.5 = 0, so p stays; v = 0.75 + 0.25 = 1. t = 3, g = 3: m = 1.5, v = 0.75 + 2.25 = 3; m̂ =
  /// 1.5/0.875, v̂ = 3/0.578125.
  @Test func threeStepsByHand() {
    var adam = Adam(rate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0)
    var parameters = Parameters(["p": Tensor([1], [1.0])])
    parameters = adam.updated(parameters, with: ["p": Tensor([1], [2.0])])
    expectClose(parameters["p"], Tensor([1], [0.9]), within: .closedForm)
    parameters = adam.updated(parameters, with: ["p": Tensor([1], [-1.0])])
    expectClose(parameters["p"], Tensor([1], [0.9]), within: .closedForm)
    parameters = adam.updated(parameters, with: ["p": Tensor([1], [3.0])])
    let third = 0.9 - 0.1 * (1.5 / 0.875) / (3 / 0.578125).squareRoot()
    expectClose(parameters["p"], Tensor([1], [third]), within: .closedForm)
  }

  /// p = 1, g = 2, β = 0, ε = 1, rate 0.3: 1 − 0.3 · 2/(2 + 1) = 0.8.
  @Test func epsilonIsAddedToTheRoot() {
    var adam = Adam(rate: 0.3, beta1: 0, beta2: 0, epsilon: 1)
    let updated = adam.updated(
      Parameters(["p": Tensor([1], [1.0])]), with: ["p": Tensor([1], [2.0])])
    expectClose(updated["p"], Tensor([1], [0.8]), within: .closedForm)
  }

  /// The reference systems' corrections for lazy updates: factors of 4/5 and 16/17.
  @Test func lazyCorrectionsAreThoseOfTheReferences() {
    #expect(abs(Adam(lazyInterval: 4).rate - 0.0016) < 1e-15)
    #expect(abs(Adam(lazyInterval: 4).beta2 - 0.99199) < 1e-5)
    #expect(abs(Adam(lazyInterval: 16).rate - 0.001882) < 1e-6)
    #expect(abs(Adam(lazyInterval: 16).beta2 - 0.99059) < 1e-5)
    #expect(Adam(lazyInterval: 4).beta1 == 0)
  }

  @Test func parametersWithoutAGradientStay() {
    var adam = Adam()
    let parameters = Parameters(["a": Tensor([1], [1.0]), "b": Tensor([1], [5.0])])
    let updated = adam.updated(parameters, with: ["a": Tensor([1], [0.0])])
    #expect(updated["b"].item == 5)
    #expect(updated["a"].item == 1)
    #expect(adam.mean["b"] == nil)
  }

  /// Minimizes (p − 3)² from 0; with β₁ = 0, no step of Adam exceeds `rate`.
  @Test func adamFindsTheMinimumOfAParabola() throws {
    var adam = Adam(rate: 0.05)
    var parameters = Parameters(["p": Tensor([], [0.0])])
    for _ in 0..<400 {
      let tracked = parameters.tracked()
      let loss = (tracked["p"] - 3).squared()
      let gradient = try gradient(of: loss, withRespectTo: tracked["p"])
      parameters = adam.updated(parameters, with: ["p": gradient])
    }
    #expect(abs(parameters["p"].item - 3) < 0.1)
  }

  /// The decay is 0.99778; 2 becomes 0.75 · 2 + 0.25 · 6 = 3; an untrained parameter is copied.
  @Test func theAverageFollowsTheParameters() {
    #expect(abs(MovingAverage.decay - 0.99778) < 1e-5)
    let start = Parameters(["w": Tensor([1], [2.0]), "noise": Tensor([1], [1.0])])
    var average = MovingAverage(start, decay: 0.75)
    average.follow(
      Parameters(["w": Tensor([1], [6.0]), "noise": Tensor([1], [9.0])]), trained: ["w"])
    #expect(average.parameters["w"].item == 3)
    #expect(average.parameters["noise"].item == 9)
  }
}
