import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// What must hold for any latents, with lengths that all differ.
@Suite("Eq. 1: properties")
struct PropertyTests {
  let factorization = WPlusFactorization(
    parts: 5, baseLayers: 2, shapeLayers: 3, textureLayers: 4)

  /// B = 3, rows = 2 + 2·5 = 12, L = 7.
  func latents(seed: UInt64) -> Tensor {
    var numbers = TestNumbers(seed: seed)
    return numbers.tensor([3, 12, 7])
  }

  @Test func joiningUndoesSplitting() {
    let wplus = latents(seed: 1)
    expectClose(factorization.joined(factorization.split(wplus)), wplus, within: .exact)
  }

  @Test func thereAreAsManyRowsAndLayersAsTheEquationCounts() {
    #expect(factorization.rows == 12)
    #expect(factorization.layersPerPart == 9)
    #expect(factorization.expanded(latents(seed: 2)).shape == [3, 45, 7])
  }

  /// Rows of different parts never overlap, and with the base they are all rows of W⁺.
  @Test func theFactorsTileTheRows() {
    let rows = (0..<5).flatMap { Array(factorization.rows(of: .both, part: $0)) }
    #expect([0, 1] + rows == Array(0..<12))
    for part in 0..<5 {
      let both = factorization.rows(of: .both, part: part)
      let shape = factorization.rows(of: .shape, part: part)
      let texture = factorization.rows(of: .texture, part: part)
      #expect(Array(both) == Array(shape) + Array(texture))
    }
  }

  @Test(arguments: PartAspect.allCases, 0..<5)
  func aSwapTouchesItsOwnRowsAlone(aspect: PartAspect, part: Int) {
    let (portrait, donor) = (latents(seed: 3), latents(seed: 4))
    let edited = factorization.swapping(aspect, ofPart: part, in: portrait, with: donor)
    let taken = factorization.rows(of: aspect, part: part)
    for row in 0..<12 {
      let source = taken.contains(row) ? donor : portrait
      expectClose(edited[axis: 1, row], source[axis: 1, row], within: .exact, "row \(row)")
    }
  }

  @Test(arguments: PartAspect.allCases)
  func swappingTwiceRestores(aspect: PartAspect) {
    let (portrait, donor) = (latents(seed: 5), latents(seed: 6))
    let edited = factorization.swapping(aspect, ofPart: 3, in: portrait, with: donor)
    let restored = factorization.swapping(aspect, ofPart: 3, in: edited, with: portrait)
    expectClose(restored, portrait, within: .exact)
  }

  /// A part's generator sees its own two rows and the base, nothing of the other parts.
  @Test(arguments: 1..<5)
  func theLayersOfOtherPartsIgnoreASwap(part: Int) {
    let (portrait, donor) = (latents(seed: 7), latents(seed: 8))
    let edited = factorization.swapping(.both, ofPart: part, in: portrait, with: donor)
    let (before, after) = (factorization.expanded(portrait), factorization.expanded(edited))
    for other in 0..<5 where other != part {
      let layersBefore = before.sliced(axis: 1, from: other * 9, length: 9)
      let layersAfter = after.sliced(axis: 1, from: other * 9, length: 9)
      expectClose(layersAfter, layersBefore, within: .exact)
    }
    #expect(!isClose(after, before, within: .exact))
  }

  /// Note 18: the background has its shape row where the others have the base rows.
  @Test func theBackgroundDoesNotReadTheBase() {
    let latents = factorization.split(latents(seed: 9))
    let changed = PartLatents(
      base: latents.base + 1, shape: latents.shape, texture: latents.texture)
    let before = factorization.expanded(factorization.joined(latents))
    let after = factorization.expanded(factorization.joined(changed))
    expectClose(
      after.sliced(axis: 1, from: 0, length: 9), before.sliced(axis: 1, from: 0, length: 9),
      within: .exact)
    let face = before.sliced(axis: 1, from: 9, length: 2)
    expectClose(after.sliced(axis: 1, from: 9, length: 2), face + 1, within: .closedForm)
  }

  @Test func mixingALatentWithItselfIsNoMixing() {
    var numbers = TestNumbers(seed: 10)
    let w = numbers.tensor([3, 7])
    let choices = numbers.integers([3, 5], in: 0..<3)
    expectClose(
      factorization.mixed(w, w, choices: choices), factorization.wplus(from: w), within: .exact)
  }

  /// The pair (second, first) never occurs: where the shape is the second's, so is the texture.
  @Test func mixingNeverTakesShapeWithoutTexture() {
    var numbers = TestNumbers(seed: 11)
    let (first, second) = (numbers.tensor([3, 7]), numbers.tensor([3, 7]))
    let choices = numbers.integers([3, 5], in: 0..<3)
    let latents = factorization.split(factorization.mixed(first, second, choices: choices))
    for (index, choice) in choices.integers.enumerated() {
      let (image, part) = (index / 5, index % 5)
      let shape = choice == 2 ? second : first
      let texture = choice == 0 ? first : second
      expectClose(latents.shape[image, part], shape[image], within: .exact)
      expectClose(latents.texture[image, part], texture[image], within: .exact)
    }
  }

  @Test func truncationMovesAlongALine() {
    var numbers = TestNumbers(seed: 12)
    let (w, mean) = (numbers.tensor([3, 7]), numbers.tensor([7]))
    let once = factorization.truncated(w, towards: mean, psi: 0.42)
    let twice = factorization.truncated(
      factorization.truncated(w, towards: mean, psi: 0.6), towards: mean, psi: 0.7)
    expectClose(once, twice, within: .closedForm)
  }
}
