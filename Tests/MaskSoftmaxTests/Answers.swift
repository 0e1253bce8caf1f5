import MaskSoftmax
import Tensors
import TestSupport
import Testing

/// What this module answers to a golden case; which of its functions are asked follows from the inputs.
func answers(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
  let masks = MaskSoftmax()
  if let volume = inputs["volume"], let points = inputs["points"] {
    return ["sampled": masks.sampled(volume, at: points)]
  }
  if let mask = inputs["mask_probabilities"], let residual = inputs["mask_residual"] {
    let final = MaskSoftmax.finalMask(
      coarseMask: MaskSoftmax.coarseMask(mask.unsqueezed(axis: 0)),
      maskResidual: residual.unsqueezed(axis: 0))
    return ["mask_final": final.squeezed(axis: 0)]
  }
  if let logits = inputs["mask_logits"] {
    return ["mask_probabilities": masks.maskProbabilities(logits)]
  }
  let densities = try #require(inputs["part_density"])
  var answers: [String: Tensor] = [:]
  for (weighting, suffix) in [(MaskWeighting.rendering, ""), (.ones, "_ones")] {
    let logits = MaskSoftmax(weighting).maskLogits(
      partDensities: densities, renderingWeights: try #require(inputs["weights"]))
    answers["mask_logits\(suffix)"] = logits
    answers["mask_probabilities\(suffix)"] = masks.maskProbabilities(logits)
  }
  return answers
}
