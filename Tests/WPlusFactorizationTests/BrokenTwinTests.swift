import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// Deliberately wrong readings of equation 1; the golden files must reject each of them.
@Suite("Eq. 1: broken twins")
struct BrokenTwinTests {
  /// Texture before shape: the exercise of this equation.
  @Test func exchangingShapeAndTextureIsRejected() throws {
    let golden = try GoldenCase.named("expansion_base2", of: "WPlusFactorization")
    let misses = try misses(golden) { factorization, wplus in
      let right = factorization.split(wplus)
      return PartLatents(base: right.base, shape: right.texture, texture: right.shape)
    }
    #expect(misses.contains { $0.hasPrefix("shapes") })
    #expect(misses.contains { $0.hasPrefix("grad_wplus_of_textures") })
  }

  /// All shapes first, then all textures: W_s¹ × W_s² × … × W_t¹ × … .
  @Test func shapesAndTexturesInTwoBlocksAreRejected() throws {
    let golden = try GoldenCase.named("expansion_base1", of: "WPlusFactorization")
    let misses = try misses(golden) { factorization, wplus in
      let pairs = wplus.sliced(axis: 1, from: factorization.baseLayers, length: 8)
      return PartLatents(
        base: wplus.sliced(axis: 1, from: 0, length: factorization.baseLayers),
        shape: pairs.sliced(axis: 1, from: 0, length: 4),
        texture: pairs.sliced(axis: 1, from: 4, length: 4))
    }
    #expect(misses.contains { $0.hasPrefix("shapes") })
  }

  /// §3.1 to the letter, where the base drives the background too (note 18).
  @Test func aBackgroundWithTheBaseIsRejected() throws {
    let golden = try GoldenCase.named("expansion_base2", of: "WPlusFactorization")
    let misses = try goldenMisses(golden) { inputs in
      var right = try answers(of: golden, to: inputs)
      guard let expanded = right["expanded"], let base = right["base"] else { return right }
      let rest = expanded.sliced(axis: 1, from: 2, length: expanded.shape[1] - 2)
      right["expanded"] = .concatenated([base, rest], axis: 1)
      return right
    }
    #expect(misses.contains { $0.hasPrefix("expanded") })
    #expect(misses.allSatisfy { $0.contains("expanded") })
  }

  /// The fourth case of mixing: shape from the second latent, texture from the first.
  @Test func mixingShapeWithoutTextureIsRejected() throws {
    let golden = try GoldenCase.named("two_latents_base1", of: "WPlusFactorization")
    let misses = try goldenMisses(golden) { inputs in
      let right = try answers(of: golden, to: inputs)
      guard let wplus = right["wplus"] else { return right }
      let factorization = try factorization(of: golden)
      let latents = factorization.split(wplus)
      let wrong = PartLatents(
        base: latents.base, shape: latents.texture, texture: latents.shape)
      return ["wplus": factorization.joined(wrong)]
    }
    #expect(misses.contains { $0.hasPrefix("wplus") })
  }

  private func misses(
    _ golden: GoldenCase, _ wrongSplit: (WPlusFactorization, Tensor) -> PartLatents
  ) throws -> [String] {
    try goldenMisses(golden) { inputs in
      var right = try answers(of: golden, to: inputs)
      guard let wplus = inputs["wplus"] else { return right }
      let wrong = wrongSplit(try factorization(of: golden), wplus)
      right["base"] = wrong.base
      right["shapes"] = wrong.shape
      right["textures"] = wrong.texture
      return right
    }
  }
}
