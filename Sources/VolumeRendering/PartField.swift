import Camera
import Tensors
import VolumeWeights

/// A 3D generator per part (CNeRF-style) as the renderer sees it: densities and features at points.
public protocol PartField: Sendable {
  /// Returns the densities σ_k of the parts at points of the world: `[B, P, 3]` → `[B, P, K]`, ≥ 0.
  func densities(at points: Tensor) -> Tensor

  /// Evaluates the parts at points of the world, `[B, P, 3]`.
  func samples(at points: Tensor) -> FieldSamples
}

/// The parts of a field at sample points.
public struct FieldSamples: Sendable {
  /// The densities σ_k, `[B, P, K]`, ≥ 0.
  public let densities: Tensor
  /// Returns Σᵢ Σ_k c_k,i f_k,i for coefficients c, `[B, R, N, K]` with R · N = P: `[B, C, R]`.
  public let feature: @Sendable (_ coefficients: Tensor) -> Tensor

  /// Collects densities and the sum of features.
  public init(densities: Tensor, feature: @escaping @Sendable (_ coefficients: Tensor) -> Tensor) {
    (self.densities, self.feature) = (densities, feature)
  }
}

// Rendering of a 3D generator per part, the baseline (PaperNotes 58). Equations 5–7 are absent, and so is
// SAMPLE of equation 11: densities and features are read at the sample points themselves.
//
//     σᵢ = Σ_k σ_k,i      fᵢ = Σ_k σ_k,i / (σᵢ + 1e-8) · f_k,i      f_render = Σᵢ wᵢ fᵢ
extension VolumeRenderer {
  /// The number that keeps a feature finite where no part has density.
  static let shareFloor = 1e-8

  /// Renders a field from the pose of every image.
  ///
  /// - Parameters:
  ///   - field: the parts.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - size: rows and columns of the view.
  ///   - jitter: random numbers that move the samples, as in training; nil for evaluation.
  ///   - given: ascending depths `[B, R, N]` that replace the samples of the renderer.
  ///   - raysTogether: the number of rays of an image that are rendered at a time, 1 or more; nil for all.
  ///     Rays are independent of each other. Fewer at a time take less memory, unless gradients are
  ///     recorded.
  /// - Returns: the rendered feature and mask, with all intermediate results.
  public func view(
    of field: some PartField, from poses: Tensor, size: Int, jitter: Jitter? = nil,
    rayDepths given: Tensor? = nil, raysTogether: Int? = nil
  ) -> RenderedView {
    let count = size * size
    requireSamples(batch: poses.shape[0], rays: count, jitter, given)
    let together = raysTogether ?? count
    require(
      together > 0,
      "view(of:from:size:jitter:rayDepths:raysTogether:): raysTogether is \(together), expected 1 or more"
    )
    let rays = RayBundle(camera, poses: poses, size: size)
    let coarse = given ?? coarseDepths(along: rays, jitter)
    let pieces = stride(from: 0, to: count, by: together).map { first in
      let range = first..<min(first + together, count)
      return piece(
        of: field, rays, range, coarse.rays(range), isGiven: given != nil,
        uniforms: importanceSamples > 0 ? jitter?.importance.rays(range) : nil)
    }
    let all = pieces.count == 1 ? pieces[0] : FieldPiece(joining: pieces)
    let ray = all.ray ?? volumeWeights.ray(density: all.density, at: all.depths)
    return RenderedView(
      size: size, samplePoints: all.points, rayDepths: all.depths, partDensities: all.partDensities,
      sampleDensity: all.density, ray: ray, feature: asImage(all.feature, size),
      expectedDepth: volumeWeights.expectedDepth(ray.renderingWeights, at: all.depths)
        .reshaped([-1, size, size]),
      maskLogits: asImage(all.logits, size),
      maskProbabilities: asImage(masks.maskProbabilities(all.logits), size))  // Eq. 9
  }

  /// Renders some rays of every image.
  private func piece(
    of field: some PartField, _ rays: RayBundle, _ range: Range<Int>, _ coarse: Tensor,
    isGiven: Bool, uniforms: Tensor?
  ) -> FieldPiece {
    func points(_ depths: Tensor) -> Tensor {
      rays.position.unsqueezed(axis: 1).unsqueezed(axis: 1)
        + rays.directions.rays(range).unsqueezed(axis: 2) * depths.unsqueezed(axis: 3)
    }
    func flat(_ points: Tensor) -> Tensor { points.reshaped([points.shape[0], -1, 3]) }
    var depths = coarse
    if importanceSamples > 0 && !isGiven {
      let sampled = withoutGradients { field.densities(at: flat(points(coarse))) }
      depths = refined(coarse, sampled.reshaped(coarse.shape + [-1]), uniforms: uniforms)
    }
    let place = points(depths)
    let samples = field.samples(at: flat(place))
    let partDensities = samples.densities.reshaped(depths.shape + [-1])
    let density = fusion.fused(densities: partDensities, partAxis: -1)
    let ray = volumeWeights.ray(density: density, at: depths)  // Eq. 2, 3
    let shares = partDensities / (density + Self.shareFloor).unsqueezed(axis: -1)
    let feature = samples.feature(ray.renderingWeights.unsqueezed(axis: -1) * shares)  // Eq. 4
    return FieldPiece(
      points: place, depths: depths, partDensities: partDensities, density: density, ray: ray,
      feature: feature.transposed(),
      logits: masks.maskLogits(
        partDensities: partDensities, renderingWeights: ray.renderingWeights))  // Eq. 10
  }
}

/// Some rendered rays of every image; the axis of the rays is the second one of every tensor.
private struct FieldPiece {
  let (points, depths, partDensities, density): (Tensor, Tensor, Tensor, Tensor)
  /// Equations 2 and 3; nil after joining, because they follow from densities and depths.
  let ray: VolumeWeights.Ray?
  let (feature, logits): (Tensor, Tensor)

  init(
    points: Tensor, depths: Tensor, partDensities: Tensor, density: Tensor, ray: VolumeWeights.Ray?,
    feature: Tensor, logits: Tensor
  ) {
    (self.points, self.depths, self.partDensities) = (points, depths, partDensities)
    (self.density, self.ray, self.feature, self.logits) = (density, ray, feature, logits)
  }

  /// Joins rays in their order.
  init(joining pieces: [FieldPiece]) {
    func joined(_ tensor: (FieldPiece) -> Tensor) -> Tensor {
      .concatenated(pieces.map(tensor), axis: 1)
    }
    self.init(
      points: joined(\.points), depths: joined(\.depths), partDensities: joined(\.partDensities),
      density: joined(\.density), ray: nil, feature: joined(\.feature), logits: joined(\.logits))
  }
}

extension Tensor {
  /// Returns some rays of every image; rays are on axis 1.
  fileprivate func rays(_ range: Range<Int>) -> Tensor {
    range.count == shape[1] ? self : sliced(axis: 1, from: range.lowerBound, length: range.count)
  }
}
