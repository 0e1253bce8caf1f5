import TestSupport
import Tensors
import WPlusFactorization

/// What this module answers to a golden case.
func answers(of golden: GoldenCase, to inputs: [String: Tensor]) throws -> [String: Tensor] {
  if let w = inputs["w"], let mean = inputs["w_mean"] {
    let psi = try golden.number("psi")
    return ["truncated": WPlusFactorization(parts: 1).truncated(w, towards: mean, psi: psi)]
  }
  let factorization = try factorization(of: golden)
  if let w = inputs["w"] { return ["wplus": factorization.wplus(from: w)] }
  if let first = inputs["first"], let second = inputs["second"], let choice = inputs["choice"] {
    return ["wplus": factorization.mixed(first, second, choices: choice)]
  }
  guard let wplus = inputs["wplus"] else { return [:] }
  if let donor = inputs["donor"] {
    let part = try golden.whole("part")
    return Dictionary(
      uniqueKeysWithValues: PartAspect.allCases.map { aspect in
        let swapped = factorization.swapping(aspect, ofPart: part, in: wplus, with: donor)
        return ("swapped_\(aspect.rawValue)", swapped)
      })
  }
  let latents = factorization.split(wplus)
  return [
    "base": latents.base, "shapes": latents.shape, "textures": latents.texture,
    "expanded": factorization.expanded(wplus),
  ]
}

/// The factorization with a case's parameters; layers that the case does not name do not matter to it.
func factorization(of golden: GoldenCase) throws -> WPlusFactorization {
  let (parts, baseLayers) = (try golden.whole("parts"), try golden.whole("baseLayers"))
  guard golden.name.hasPrefix("expansion") else {
    return WPlusFactorization(parts: parts, baseLayers: baseLayers)
  }
  return WPlusFactorization(
    parts: parts, baseLayers: baseLayers, shapeLayers: try golden.whole("shapeLayers"),
    textureLayers: try golden.whole("textureLayers"))
}
