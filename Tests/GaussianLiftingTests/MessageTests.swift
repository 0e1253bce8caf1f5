import GaussianLifting
import Tensors
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 5–7: messages")
struct MessageTests {
  @Test func anAlphaOfZeroStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GaussianLifting(alpha: 0)
    }
    try expectMessage(result, mentions: ["alpha is 0.0", "expected > 0"])
  }

  @Test func settingANegativeAlphaStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var lifting = GaussianLifting()
      lifting.alpha = -1
      _ = lifting.alpha
    }
    try expectMessage(result, mentions: ["alpha is -1.0", "expected > 0"])
  }

  @Test func noPlanesStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GaussianLifting(depthPlanes: 0)
    }
    try expectMessage(result, mentions: ["GaussianLifting", "depthPlanes is 0", "expected > 0"])
  }

  @Test func aFeatureOfAnotherSizeStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let lifting = GaussianLifting(depthPlanes: 4)
      let psi = lifting.weights(at: .zeros([2, 3]))
      _ = lifting.lifted(feature: .zeros([5, 3, 2]), weights: psi)
    }
    try expectMessage(
      result,
      mentions: [
        "lifted(feature:weights:)", "feature has shape [5, 3, 2]", "[.., C, H, W] = [any, 2, 3]",
      ])
  }

  @Test func aDensityOfAnotherSizeStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let lifting = GaussianLifting(depthPlanes: 4)
      let psi = lifting.weights(at: .zeros([2, 3]))
      _ = lifting.lifted(densityMap: .zeros([2, 4]), weights: psi)
    }
    try expectMessage(
      result,
      mentions: [
        "lifted(densityMap:weights:planeAxis:)", "densityMap has shape [2, 4]",
        "[.., H, W] = [2, 3]",
      ])
  }
}
