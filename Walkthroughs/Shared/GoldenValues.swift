import Foundation
import GoldenFiles
import Inspection
import Tensors

// Golden values that a reader can calculate by hand; nil without the files of the golden cases.
extension GoldenValue {
  /// Equation 3: how much light reaches the third sample of the first ray.
  static var transmittance: GoldenValue? {
    value("far", of: "VolumeWeights") { golden, folder in
      let (density, spacing) = (try golden.array("density"), try golden.array("spacing"))
      let s = try golden.number("opticalScale")
      let sigmas = [density[0][0].item, density[0][1].item]
      let deltas = [spacing[0][0].item, spacing[0][1].item]
      let depths = zip(sigmas, deltas).map { Arithmetic.number($0) * .number($1) }
      return GoldenValue(
        in: folder,
        [
          Entry(#"\sigma_1"#, "density.npy[0, 0]", sigmas[0]),
          Entry(#"\sigma_2"#, "density.npy[0, 1]", sigmas[1]),
          Entry(#"\delta_1"#, "spacing.npy[0, 0]", deltas[0]),
          Entry(#"\delta_2"#, "spacing.npy[0, 1]", deltas[1]),
          Entry("s", "opticalScale in case.json", s),
        ], .exp(-(.number(s) * .sum(depths))),
        gives: Entry(
          "T_3", "transmittance.npy[0, 2]", try golden.array("transmittance")[0][2].item))
    }
  }

  /// Equation 7: the share of the first pixel on plane 5.
  static var bell: GoldenValue? {
    value("gaussian", of: "GaussianLifting") { golden, folder in
      let (depth, alpha) = (
        try golden.array("absolute_depth")[0][0].item, try golden.number("liftingAlpha")
      )
      return GoldenValue(
        in: folder,
        [
          Entry(#"\hat d"#, "absolute_depth.npy[0, 0]", depth),
          Entry(#"\alpha"#, "liftingAlpha in case.json", alpha),
          Entry("z", "the number of the plane, from 0", 5),
        ], .exp(-(.number(alpha) * .power(.number(depth) - 5, 2))),
        gives: Entry(#"\psi"#, "psi.npy[5, 0, 0]", try golden.array("psi")[5][0][0].item))
    }
  }

  /// Equation 10: the logit of part 0 for the first ray, a sum over all samples.
  static var maskLogit: GoldenValue? {
    value("masks", of: "MaskSoftmax") { golden, folder in
      let (weights, density) = (
        try golden.array("weights")[0], try golden.array("part_density")[0][axis: 1, 0]
      )
      let terms = zip(weights.scalars, density.scalars).map { Arithmetic.number($0) * .number($1) }
      let count = weights.scalars.count
      return GoldenValue(
        in: folder,
        [
          Entry("w_1", "weights.npy[0, 0], and so on to [0, \(count - 1)]", weights.scalars[0]),
          Entry(
            #"\sigma_0^1"#, "part_density.npy[0, 0, 0], and so on to [0, \(count - 1), 0]",
            density.scalars[0]),
        ], .sum(terms),
        gives: Entry(
          #"m_0^{\text{init}}"#, "mask_logits.npy[0, 0]", try golden.array("mask_logits")[0][0].item
        ))
    }
  }

  private static func value(
    _ name: String, of module: String,
    _ make: (_ golden: GoldenCase, _ folder: String) throws -> GoldenValue
  ) -> GoldenValue? {
    guard let golden = try? GoldenCase.named(name, of: module) else { return nil }
    return try? make(golden, "Fixtures/\(module)/\(name)")
  }
}
