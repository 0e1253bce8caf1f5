import Tensors

/// The kind of a part generator's base layers.
public enum BaseStyle: String, Sendable, CaseIterable, Codable {
  /// Modulated 1×1 layers like the other layers: the paper's "one-layer MLP" as drawn in Fig. 3.
  case conv
  /// Two modulated maps of one channel each, which scale and shift the embedding.
  case scaleShift
}

/// The activation that turns the output of ToDensity into a density.
public enum DensityActivation: String, Sendable, CaseIterable, Codable {
  /// max(x, 0).
  case relu
  /// ln(1 + eˣ).
  case softplus
}

/// The 2D maps of all parts, the output of the part generators.
public struct GeneratedMaps: Sendable {
  /// The features f²ᵈ, `[B, K, C, H, W]`.
  public let feature: Tensor
  /// The predicted depths d²ᵈ, `[B, K, H, W]`, in depth planes; for part 0, the fixed depth if given.
  public let relativeDepth: Tensor
  /// The densities σ²ᵈ, `[B, K, H, W]`, ≥ 0; nil if the generators have no ToDensity.
  public let densityMap: Tensor?
  /// The latents of the maps, one for every layer of every part, `[B, K, layers, L]`.
  public let latents: Tensor
  /// The outputs of the modulated layers in order, `[B, K, c, H, W]` each; empty unless they are kept.
  public let layers: [Tensor]
  /// The two maps of `scaleShift`; nil with `conv`, or if the layers are not kept.
  public let base: Base?

  /// The maps with which the base layers of `scaleShift` scale and shift the embedding.
  public struct Base: Sendable {
    /// The map that multiplies the embedding, `[B, K, H, W]`.
    public let scale: Tensor
    /// The map that is added to the scaled embedding, `[B, K, H, W]`.
    public let shift: Tensor
  }
}

/// The independent 2D generators of all parts, which turn position features and latents into maps.
///
/// Paper §3.2 and Fig. 3. Each part has its own network. All networks have the same architecture, so
/// their weights are stacked and one call computes all of them.
///
///     embedding → base layers → shape layers ┬→ texture layers → ToFeature → f²ᵈ
///                                            ├→ ToDepth                   → d²ᵈ
///                                            └→ ToDensity → activation    → σ²ᵈ
///
/// Departure from the paper: none with `conv`; `scaleShift` is another reading of the "one-layer MLP".
public struct PartGenerators: Sendable {
  let parameters: [Parameters]
  let baseStyle: BaseStyle
  let (baseLayers, shapeLayers, textureLayers): (Int, Int, Int)
  let densityActivation: DensityActivation?

  /// Creates the generators of `local_nets.0`, `local_nets.1`, …; without a density activation, they
  /// have no ToDensity.
  public init(
    _ parameters: Parameters, parts: Int, baseStyle: BaseStyle, baseLayers: Int, shapeLayers: Int,
    textureLayers: Int, densityActivation: DensityActivation?
  ) {
    self.parameters = (0..<parts).map { parameters.scope("local_nets.\($0)") }
    self.baseStyle = baseStyle
    self.baseLayers = baseLayers
    self.shapeLayers = shapeLayers
    self.textureLayers = textureLayers
    self.densityActivation = densityActivation
  }

  /// Computes the maps of all parts.
  ///
  /// - Parameters:
  ///   - embedding: the projected Fourier features, `[c, H, W]`.
  ///   - latents: a latent for every layer of every part, `[B, K, layers, L]`.
  ///   - fixedDepth: the depth of part 0, `[H, W]`, if it has no ToDepth; all other parts have one.
  ///   - keepingLayers: whether the outputs of all layers are kept for inspection.
  /// - Returns: features, depths and densities.
  public func callAsFunction(
    _ embedding: Tensor, _ latents: Tensor, fixedDepth: Tensor? = nil, keepingLayers: Bool = true
  ) -> GeneratedMaps {
    let parts = parameters.count
    let layerCount = baseLayers + shapeLayers + textureLayers
    requireShape(latents, [nil, parts, layerCount, nil], "latents", axes: "[B, K, layers, L]")
    requireShape(embedding, [nil, nil, nil], "embedding", axes: "[c, H, W]")
    let (batch, rows, columns) = (latents.shape[0], embedding.shape[1], embedding.shape[2])
    var outputs: [Tensor] = []
    func asMaps(_ x: Tensor) -> Tensor { x.reshaped([batch, parts, -1, rows, columns]) }
    func asPlanes(_ x: Tensor) -> Tensor { x.reshaped([batch, parts, rows, columns]) }
    func run(_ x: Tensor, _ name: String, latent: Int) -> Tensor {
      let y = ModulatedLayers(parameters, name)(x, latents[axis: 2, latent])
      if keepingLayers { outputs.append(asMaps(y)) }
      return y
    }
    func run(_ x: Tensor, _ range: Range<Int>) -> Tensor {
      // With scaleShift the base layers are not among `linears`.
      let offset = baseStyle == .scaleShift ? baseLayers : 0
      return range.reduce(x) { run($0, "linears.\($1 - offset)", latent: $1) }
    }

    let pixels = embedding.flattened(axes: 1...2).unsqueezed(axis: 0).unsqueezed(axis: 0)
      .broadcast(to: [1, parts, embedding.shape[0], rows * columns])
    let base = baseStyle == .scaleShift ? scaleAndShift(pixels, latents) : nil
    let coarse = base.map { $0.scale * pixels + $0.shift } ?? run(pixels, 0..<baseLayers)
    let shaped = run(coarse, baseLayers..<baseLayers + shapeLayers)
    let (depth, density) = self.depthAndDensity(shaped, fixedDepth)
    let textured = run(shaped, baseLayers + shapeLayers..<layerCount)
    return GeneratedMaps(
      feature: asMaps(Heads(parameters, "to_feat")(textured, pixelByPixel: true)),
      relativeDepth: depth.reshaped([batch, parts, rows, columns]),
      densityMap: density?.reshaped([batch, parts, rows, columns]), latents: latents,
      layers: outputs,
      base: base.flatMap { maps in
        guard keepingLayers else { return nil }
        return GeneratedMaps.Base(scale: asPlanes(maps.scale), shift: asPlanes(maps.shift))
      })
  }

  /// Returns scale and shift of `scaleShift`, maps of one channel for each part.
  private func scaleAndShift(_ x: Tensor, _ latents: Tensor) -> (scale: Tensor, shift: Tensor) {
    let latent = latents[axis: 2, 0]
    return (
      ModulatedLayers(parameters, "weight")(x, latent),
      ModulatedLayers(parameters, "bias")(x, latent)
    )
  }

  /// Returns depth and density of all parts, `[B, K, P]` each.
  ///
  /// A fixed depth, if given, is the depth of part 0, which then has no ToDepth.
  private func depthAndDensity(_ x: Tensor, _ fixedDepth: Tensor?) -> (Tensor, Tensor?) {
    let toDepth =
      fixedDepth == nil
      ? Heads(parameters, "to_depth")
      : Heads(Array(parameters.dropFirst()), "to_depth").afterPartWithout()
    let toDensity = densityActivation.map { _ in Heads(parameters, "to_sigma") }
    let outputs = Heads(joining: [toDepth] + [toDensity].compactMap { $0 })(x)
    let density = densityActivation.map { activation in
      let raw = outputs[axis: 2, 1]
      return activation == .relu ? raw.relu() : raw.softplus()
    }
    let depth = outputs[axis: 2, 0]
    guard let fixedDepth else { return (depth, density) }
    let fixed = fixedDepth.flattened().broadcast(to: [depth.shape[0], 1, depth.shape[2]])
    let predicted = depth.sliced(axis: 1, from: 1, length: parameters.count - 1)
    return (.concatenated([fixed, predicted], axis: 1), density)
  }
}
