import Tensors
import WPlusFactorization

/// The latents of a portrait, given by seeds: one for the whole, and others for single parts.
///
/// W⁺ is made in this order: every row from `seed`; the rows of `parts` from their own seeds; then all
/// rows, or those of one part, are moved towards the portrait of another seed.
public struct PortraitRecipe: Codable, Sendable, Hashable {
  /// The seeds of a part's own latents.
  public struct PartSeeds: Codable, Sendable, Hashable {
    /// The part, 0 ..< K.
    public var part: Int
    /// The seed of the shape row W_s^k; nil to keep that of the portrait.
    public var shape: UInt64?
    /// The seed of the texture row W_t^k; nil to keep that of the portrait.
    public var texture: UInt64?

    /// Creates the seeds of a part.
    public init(part: Int, shape: UInt64? = nil, texture: UInt64? = nil) {
      (self.part, self.shape, self.texture) = (part, shape, texture)
    }
  }

  /// A linear interpolation towards the portrait of another seed, as in figure 10.
  public struct Blend: Codable, Sendable, Hashable {
    /// The seed of the other portrait.
    public var seed: UInt64
    /// The share of the other portrait, 0 … 1.
    public var amount: Double
    /// The part that is blended; nil for all of them.
    public var part: Int?
    /// The rows that are blended; with `both` and no part, the base rows are blended as well.
    public var aspect: PartAspect

    /// Creates a blend.
    public init(seed: UInt64, amount: Double, part: Int? = nil, aspect: PartAspect = .both) {
      (self.seed, self.amount, self.part, self.aspect) = (seed, amount, part, aspect)
    }
  }

  /// The seed of the portrait; unused if the portrait is given by its latents.
  public var seed: UInt64
  /// The truncation of every w towards the mean latent, −10 … 10: 1 for none.
  public var truncation: Double
  /// The parts with seeds of their own; a later entry of the same part replaces its rows again.
  public var parts: [PartSeeds]
  /// The blend; nil for none.
  public var blend: Blend?

  /// Creates a recipe; by default the portrait of seed 0.
  public init(
    seed: UInt64 = 0, truncation: Double = 1, parts: [PartSeeds] = [], blend: Blend? = nil
  ) {
    (self.seed, self.truncation, self.parts, self.blend) = (seed, truncation, parts, blend)
  }

  /// Whether the mean latent is needed.
  public var isTruncated: Bool { truncation != 1 }
}

extension Generator {
  /// Returns the W⁺ that a recipe describes, `[1, rows, L]`.
  ///
  /// - Parameters:
  ///   - recipe: the seeds; their parts are 0 ..< K.
  ///   - given: the W⁺ of a portrait that takes the place of the seed's, `[1, rows, L]`, already truncated.
  ///   - mean: the mean latent, `[L]`; computed if it is needed and nil.
  /// - Returns: the W⁺.
  public func wplus(
    _ recipe: PortraitRecipe, from given: Tensor? = nil, mean: Tensor? = nil
  ) -> Tensor {
    let center = recipe.isTruncated ? mean ?? meanLatent() : nil
    func own(_ seed: UInt64) -> Tensor {
      latents(seed: seed, truncation: recipe.truncation, mean: center).wplus
    }
    var wplus = given ?? own(recipe.seed)
    for part in recipe.parts {
      for (aspect, seed) in [(PartAspect.shape, part.shape), (.texture, part.texture)] {
        guard let seed else { continue }
        wplus = factorization.swapping(aspect, ofPart: part.part, in: wplus, with: own(seed))
      }
    }
    guard let blend = recipe.blend else { return wplus }
    return wplus * (1 - rowShares(blend)) + own(blend.seed) * rowShares(blend)
  }

  /// Returns the share of the other portrait in every row of W⁺, `[rows, 1]`.
  private func rowShares(_ blend: PortraitRecipe.Blend) -> Tensor {
    var shares = [Double](repeating: 0, count: factorization.rows)
    for part in blend.part.map({ $0..<$0 + 1 }) ?? 0..<configuration.parts {
      for row in factorization.rows(of: blend.aspect, part: part) { shares[row] = blend.amount }
    }
    if blend.part == nil, blend.aspect == .both {
      for row in 0..<factorization.baseLayers { shares[row] = blend.amount }
    }
    return Tensor([factorization.rows, 1], shares).cast(to: scalarType)
  }
}
