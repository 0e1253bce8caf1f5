import Tensors

/// The part generators of figure 3, evaluated at points of space: a 3D generator per part (CNeRF-style).
///
/// This is the baseline with which lifted maps are compared (PaperNotes 58). Layers, latents and heads are
/// those of `PartGenerators`; only the input differs: Fourier features of x, y and z in place of x and y.
/// There is no ToDepth.
///
///     embedding → base layers → shape layers ┬→ texture layers → ToFeature → f_k
///                                            └→ ToDensity → activation    → σ_k
///
/// | Symbol    | Code              | Shape          | Unit or range |
/// |-----------|-------------------|----------------|---------------|
/// | embedding | `embedding`       | `[B, c, P]`    | any           |
/// | latents   | `latents`         | `[B, K, M, L]` | any           |
/// | σ_k       | `density(_:)`     | `[B, K, P]`    | ≥ 0           |
/// | Σ c_k f_k | `feature(_:_:)`   | `[B, C, R]`    | any           |
public struct PartFields: Sendable {
  let parameters: [Parameters]
  let baseStyle: BaseStyle
  let (baseLayers, shapeLayers, textureLayers): (Int, Int, Int)
  let densityActivation: DensityActivation

  /// Creates the generators of `local_nets.0`, `local_nets.1`, ….
  public init(
    _ parameters: Parameters, parts: Int, baseStyle: BaseStyle, baseLayers: Int, shapeLayers: Int,
    textureLayers: Int, densityActivation: DensityActivation
  ) {
    self.parameters = (0..<parts).map { parameters.scope("local_nets.\($0)") }
    self.baseStyle = baseStyle
    self.baseLayers = baseLayers
    self.shapeLayers = shapeLayers
    self.textureLayers = textureLayers
    self.densityActivation = densityActivation
  }

  /// Returns the outputs of the last shape layers, from which densities and textures are computed.
  ///
  /// - Parameters:
  ///   - embedding: the projected Fourier features of P points, `[B, c, P]`.
  ///   - latents: a latent for every layer of every part, `[B, K, layers, L]`.
  /// - Returns: `[B, K, c, P]`.
  public func shaped(_ embedding: Tensor, _ latents: Tensor) -> Tensor {
    let (parts, layers) = (parameters.count, baseLayers + shapeLayers + textureLayers)
    requireShape(latents, [nil, parts, layers, nil], "latents", axes: "[B, K, layers, L]")
    requireShape(embedding, [latents.shape[0], nil, nil], "embedding", axes: "[B, c, P]")
    let shape = embedding.shape
    let points = embedding.unsqueezed(axis: 1)
      .broadcast(to: [shape[0], parts, shape[1], shape[2]])
    let coarse: Tensor
    if baseStyle == .scaleShift {
      let latent = latents[axis: 2, 0]
      coarse =
        ModulatedLayers(parameters, "weight")(points, latent) * points
        + ModulatedLayers(parameters, "bias")(points, latent)
    } else {
      coarse = run(points, latents, 0..<baseLayers)
    }
    return run(coarse, latents, baseLayers..<baseLayers + shapeLayers)
  }

  /// Returns the densities σ_k of the parts: `[B, K, c, P]` → `[B, K, P]`.
  public func density(_ shaped: Tensor) -> Tensor {
    let raw = Heads(parameters, "to_sigma")(shaped)[axis: 2, 0]
    return densityActivation == .relu ? raw.relu() : raw.softplus()
  }

  /// Returns the outputs of the last texture layers: `[B, K, c, P]` → `[B, K, c, P]`.
  public func textured(_ shaped: Tensor, _ latents: Tensor) -> Tensor {
    let first = baseLayers + shapeLayers
    return run(shaped, latents, first..<first + textureLayers)
  }

  /// Returns Σᵢ Σ_k c_k,i f_k,i for every ray: features summed over samples and parts.
  ///
  /// ToFeature is linear, f = W h + b, so the sum over the samples of a ray is taken before it:
  ///
  ///     Σᵢ Σ_k c_k,i (W_k h_k,i + b_k) = Σ_k ( W_k Σᵢ c_k,i h_k,i + b_k Σᵢ c_k,i )
  ///
  /// The features of single points, C numbers for each part and point, never exist.
  ///
  /// - Parameters:
  ///   - textured: h, the outputs of the last texture layers, `[B, K, c, R · N]`.
  ///   - coefficients: c, `[B, R, N, K]`.
  /// - Returns: `[B, C, R]`.
  public func feature(_ textured: Tensor, _ coefficients: Tensor) -> Tensor {
    requireShape(
      coefficients, [nil, nil, nil, parameters.count], "coefficients", axes: "[B, R, N, K]")
    let shape = coefficients.shape
    let (batch, rays, samples, parts) = (shape[0], shape[1], shape[2], shape[3])
    requireShape(textured, [batch, parts, nil, rays * samples], "textured", axes: "[B, K, c, R·N]")
    let channels = textured.shape[2]
    let ofPart = coefficients.permuted(axes: [0, 3, 1, 2])  // [B, K, R, N]
    let summed =
      (textured.reshaped([batch, parts, channels, rays, samples])
      * ofPart.unsqueezed(axis: 2)).sum(axes: [-1])  // [B, K, c, R]
    let head = Heads(parameters, "to_feat")
    let weight = head.weight.permuted(axes: [1, 0, 2]).reshaped([-1, parts * channels])
    let bias = head.bias.squeezed(axis: 2).transposed()  // [C, K]
    return weight.matmul(summed.reshaped([batch, parts * channels, rays]))
      + bias.matmul(ofPart.sum(axes: [-1]))
  }

  private func run(_ x: Tensor, _ latents: Tensor, _ range: Range<Int>) -> Tensor {
    // With scaleShift the base layers are not among `linears`.
    let offset = baseStyle == .scaleShift ? baseLayers : 0
    return range.reduce(x) {
      ModulatedLayers(parameters, "linears.\($1 - offset)")($0, latents[axis: 2, $1])
    }
  }
}
