import GaussianLifting
import Tensors
import TestSupport
import Testing

extension GaussianLifting {
  /// The kernel, α and D of a golden case.
  init(_ golden: GoldenCase) throws {
    let kernel = try #require(LiftingKernel(rawValue: golden.word("liftingKernel")))
    self.init(
      kernel: kernel, alpha: try golden.number("liftingAlpha"),
      depthPlanes: try golden.whole("depthPlanes"))
  }
}

extension GoldenCase {
  /// Whether the case asks for samples of the fused maps.
  var isStream: Bool { name.hasPrefix("stream_") }

  /// How many arrays an implementation of the case has to answer, gradients included.
  var answerCount: Int { files.count { $0.role == .expected || $0.role == .gradient } }
}

/// What this module answers to a golden case: ψ and, where the case has them, the lifted maps.
///
/// - Parameters:
///   - lifting: the kernel, α and D.
///   - inputs: the case's inputs.
///   - respelled: what a broken twin takes for the depth; the depth itself by default.
/// - Returns: the answers by name.
/// - Throws: when the case has no depth.
func answers(
  of lifting: GaussianLifting, to inputs: [String: Tensor],
  depth respelled: (Tensor) -> Tensor = { $0 }
) throws -> [String: Tensor] {
  let psi = lifting.weights(at: respelled(try #require(inputs["absolute_depth"])))
  var answers = ["psi": psi]
  answers["lifted_feature"] = inputs["feature"].map { lifting.lifted(feature: $0, weights: psi) }
  answers["lifted_density"] = inputs["density"].map {
    lifting.lifted(densityMap: $0, weights: psi)
  }
  return answers
}
