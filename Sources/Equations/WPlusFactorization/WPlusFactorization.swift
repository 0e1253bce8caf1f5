import Tensors

/// The latents of a part that an edit replaces: shape, texture or both.
public enum PartAspect: String, Codable, Sendable, CaseIterable {
  /// The shape row, W_s^k.
  case shape
  /// The texture row, W_t^k.
  case texture
  /// Both rows.
  case both
}

/// The factors of W⁺: base latents for all parts, and a shape and a texture latent for each part.
public struct PartLatents: Sendable {
  /// The base latents W^base, `[B, baseLayers, L]`.
  public var base: Tensor
  /// The shape latents W_s^1 … W_s^K, `[B, K, L]`.
  public var shape: Tensor
  /// The texture latents W_t^1 … W_t^K, `[B, K, L]`.
  public var texture: Tensor

  /// Creates a set of factors.
  public init(base: Tensor, shape: Tensor, texture: Tensor) {
    self.base = base
    self.shape = shape
    self.texture = texture
  }
}

/// The latent space W⁺ as a product of a base space and two spaces for each semantic part.
///
/// Paper §3.1, equation 1.
///
///     W⁺ = W^base × W_s^1 × W_t^1 × W_s^2 × W_t^2 ⋯ × W_s^K × W_t^K          Eq. 1
///
/// | Paper  | Code                   | Shape                      | Unit or range           |
/// |--------|------------------------|----------------------------|-------------------------|
/// | W⁺     | `wplus`                | `[B, baseLayers + 2K, L]`  | latent                  |
/// | W^base | `PartLatents.base`     | `[B, baseLayers, L]`       | latent, shared by parts |
/// | W_s^k  | `PartLatents.shape`    | `[B, K, L]`                | latent                  |
/// | W_t^k  | `PartLatents.texture`  | `[B, K, L]`                | latent                  |
/// | W^k    | `expanded(_:)`         | `[B, K · layersPerPart, L]`| one row for every layer |
/// | K      | `parts`                | scalar                     | 13 in the paper         |
///
/// Departure from the paper: the background, part 0, uses its shape row where the other parts use
/// the base rows, although §3.1 says that all parts share W^base (PaperNotes 18).
/// Open choice: the paper states the number of base layers (1), but not that of the other layers; 4
/// shape and 4 texture layers are those of the apparent development code (PaperNotes 37).
public struct WPlusFactorization: Sendable, Equatable {
  /// The number of semantic parts, K, 1 or more.
  public let parts: Int
  /// The number of layers that the base latent modulates, 0 or more; 1 in the paper ("one-layer MLP").
  public let baseLayers: Int
  /// The number of layers that a part's shape latent modulates, 0 or more.
  public let shapeLayers: Int
  /// The number of layers that a part's texture latent modulates, 0 or more.
  public let textureLayers: Int

  /// Creates a factorization for K parts with the given numbers of layers.
  public init(parts: Int, baseLayers: Int = 1, shapeLayers: Int = 4, textureLayers: Int = 4) {
    let function = "WPlusFactorization(parts:baseLayers:shapeLayers:textureLayers:)"
    require(parts >= 1, "\(function): parts is \(parts), expected 1 or more")
    require(
      baseLayers >= 0 && shapeLayers >= 0 && textureLayers >= 0,
      "\(function): layers are \(baseLayers), \(shapeLayers), \(textureLayers), "
        + "expected 0 or more each")
    self.parts = parts
    self.baseLayers = baseLayers
    self.shapeLayers = shapeLayers
    self.textureLayers = textureLayers
  }

  /// The number of rows of W⁺: the base rows, then a shape and a texture row for each part.
  public var rows: Int { baseLayers + 2 * parts }
  /// The number of layers of one part's generator.
  public var layersPerPart: Int { baseLayers + shapeLayers + textureLayers }

  /// Returns the W⁺ whose rows all equal one latent: `[B, L]` → `[B, rows, L]`.
  public func wplus(from w: Tensor) -> Tensor {
    requireShape(w, [nil, nil], "w", axes: "[B, L]")
    return w.unsqueezed(axis: 1).repeated(axis: 1, times: rows)
  }

  /// Returns the factors of W⁺, equation 1 read from left to right.
  public func split(_ wplus: Tensor) -> PartLatents {
    EquationTrace.mark(Self.self)
    requireShape(wplus, [nil, rows, nil], "wplus", axes: "[B, baseLayers + 2K, L]")
    let pairs = wplus.sliced(axis: 1, from: baseLayers, length: 2 * parts)
    return PartLatents(
      base: wplus.sliced(axis: 1, from: 0, length: baseLayers),
      shape: pairs.sliced(axis: 1, from: 0, length: parts, step: 2),
      texture: pairs.sliced(axis: 1, from: 1, length: parts, step: 2))
  }

  /// Returns the W⁺ with the given factors: the inverse of `split(_:)`.
  public func joined(_ latents: PartLatents) -> Tensor {
    requireShape(latents.base, [nil, baseLayers, nil], "base", axes: "[B, baseLayers, L]")
    requireShape(latents.shape, [nil, parts, nil], "shape", axes: "[B, K, L]")
    requireShape(latents.texture, [nil, parts, nil], "texture", axes: "[B, K, L]")
    let (batch, width) = (latents.base.shape[0], latents.base.shape[2])
    let pairs = Tensor.stacked([latents.shape, latents.texture], axis: 2)
    return .concatenated([latents.base, pairs.reshaped([batch, 2 * parts, width])], axis: 1)
  }

  /// Returns one latent row for each layer of each part's generator.
  ///
  /// The rows of a part are the base rows, then its shape row and its texture row, each repeated for
  /// its layers. `[B, baseLayers + 2K, L]` → `[B, K · layersPerPart, L]`, part after part.
  public func expanded(_ wplus: Tensor) -> Tensor {
    let latents = split(wplus)
    let rowsOfParts = (0..<parts).flatMap { part -> [Tensor] in
      let shape = latents.shape.sliced(axis: 1, from: part, length: 1)
      let texture = latents.texture.sliced(axis: 1, from: part, length: 1)
      // W^base gives the parts of the head a common coarse structure; part 0 is not one of them.
      let base = part == 0 ? shape.repeated(axis: 1, times: baseLayers) : latents.base
      return [
        base, shape.repeated(axis: 1, times: shapeLayers),
        texture.repeated(axis: 1, times: textureLayers),
      ]
    }
    return .concatenated(rowsOfParts, axis: 1)
  }
}
