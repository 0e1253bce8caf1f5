import GaussianLifting
import Tensors
import TestSupport
import Testing

/// Wrong versions of equations 5–7, each a mistake that somebody made or might make; the golden files
/// must reject every one.
@Suite("Eq. 5–7: broken twins")
struct BrokenTwinTests {
  /// ψ with α = 1 in place of the case's α.
  @Test(arguments: ["gaussian", "inverse", "inverse_square"])
  func forgettingAlphaIsRejected(name: String) throws {
    let golden = try GoldenCase.named(name, of: "GaussianLifting")
    var lifting = try GaussianLifting(golden)
    lifting.alpha = 1
    let misses = try goldenMisses(golden) { try answers(of: lifting, to: $0) }
    #expect(misses.count == golden.answerCount)
  }

  @Test func anotherKernelIsRejected() throws {
    let golden = try GoldenCase.named("inverse", of: "GaussianLifting")
    var lifting = try GaussianLifting(golden)
    for kernel in [LiftingKernel.gaussian, .inverseSquare] {
      lifting.kernel = kernel
      let misses = try goldenMisses(golden) { try answers(of: lifting, to: $0) }
      #expect(misses.count == golden.answerCount)
    }
  }

  /// z counted from 1, from the far end, or spread over [−1, 1] as a metric depth would be.
  @Test(
    arguments: [
      { $0 - 1 }, { 5 - $0 }, { $0 * 2.5 + 2.5 },
    ] as [@Sendable (Tensor) -> Tensor])
  func anotherNumberingOfThePlanesIsRejected(respelled: @Sendable (Tensor) -> Tensor) throws {
    let golden = try GoldenCase.named("gaussian", of: "GaussianLifting")
    let lifting = try GaussianLifting(golden)
    let misses = try goldenMisses(golden) { inputs in
      try answers(of: lifting, to: inputs) { respelled($0) }
    }
    #expect(misses.contains { $0.hasPrefix("psi:") })
  }
}
