import Camera
import GaussianLifting
import MaskSoftmax
import PartFusion
import Tensors
import VolumeWeights

/// What the part generators hand to the renderer: each part's 2D maps.
public struct PartStack: Sendable {
  /// f²ᵈ, `[B, K, C, H, W]`.
  public var feature: Tensor
  /// σ²ᵈ, `[B, K, H, W]`, ≥ 0.
  public var densityMap: Tensor
  /// d̂²ᵈ, `[B, K, H, W]`, depth planes.
  public var absoluteDepth: Tensor

  /// Puts the maps of all parts side by side.
  public init(feature: Tensor, densityMap: Tensor, absoluteDepth: Tensor) {
    requireShape(feature, [nil, nil, nil, nil, nil], "feature", axes: "[B, K, C, H, W]")
    let maps = Array(feature.shape[0...1] + feature.shape[3...4])
    requireShape(densityMap, maps, "densityMap", axes: "[B, K, H, W]")
    requireShape(absoluteDepth, maps, "absoluteDepth", axes: "[B, K, H, W]")
    self.feature = feature
    self.densityMap = densityMap
    self.absoluteDepth = absoluteDepth
  }
}

/// Everything that is known about a rendered view, in the order in which it was computed.
///
/// R = size² rays, row by row from the top; N samples on each; `size` rows and columns.
public struct RenderedView: Sendable {
  /// Rows and columns of the view.
  public let size: Int
  /// Xᵢ, world coordinates, `[B, R, N, 3]`.
  public let samplePoints: Tensor
  /// tᵢ, ascending, `[B, R, N]`.
  public let rayDepths: Tensor
  /// σ_kⁱ of equation 11, `[B, R, N, K]`.
  public let partDensities: Tensor
  /// σᵢ of the fused volume, `[B, R, N]`.
  public let sampleDensity: Tensor
  /// Opacity, transmittance and weights of equations 2 and 3.
  public let ray: VolumeWeights.Ray
  /// f_render of equation 4, `[B, C, size, size]`.
  public let feature: Tensor
  /// Σ wᵢ tᵢ, `[B, size, size]`, world units along the ray.
  public let expectedDepth: Tensor
  /// m_init of equation 10, `[B, K, size, size]`.
  public let maskLogits: Tensor
  /// m of equation 9, `[B, K, size, size]`.
  public let maskProbabilities: Tensor
}

/// The middle of the paper's figure 2: from the parts' 2D maps to a view for any camera.
///
/// Paper §3.1–3.3. One equation after the other, each in its own module: the lifting of 5–7, the
/// fusion of 8 and SAMPLE of 11 in `StreamingLift`, the weights of 2–4, the masks of 9–10.
public struct VolumeRenderer: Sendable {
  /// Equations 5–7.
  public var lifting: GaussianLifting
  /// Equation 8.
  public var fusion: PartFusion
  /// Equations 2–4.
  public var volumeWeights: VolumeWeights
  /// Equations 9–10.
  public var masks: MaskSoftmax
  /// Radius, field of view, and the ends of the rays.
  public var camera: Camera
  /// The world box of the voxel centres.
  public var box: VolumeBox
  /// Whether row 0 of a part map is its top.
  public var rowAxis: RowAxis
  /// Coarse samples on a ray (12 in the paper's training, 36 in its tests).
  ///
  /// 2 or more; 3 or more with an importance pass, which needs a stretch between two middles.
  public var samples: Int
  /// Samples that the importance pass adds, 0 or more; 0 switches it off.
  public var importanceSamples: Int

  /// A renderer; what is left out is the paper's where the paper says it.
  ///
  /// The equations are as printed, α is 2 (PaperNotes 36), and there are 12 samples as in training.
  /// Not the paper's: the importance pass, the box, and the camera but for its angles are VolumeGAN's
  /// (PaperNotes 9, 25, 28); that row 0 is the top is this project's (27).
  public init(
    lifting: GaussianLifting = GaussianLifting(), fusion: PartFusion = PartFusion(),
    volumeWeights: VolumeWeights = VolumeWeights(), masks: MaskSoftmax = MaskSoftmax(),
    camera: Camera = Camera(), box: VolumeBox = .reference, rowAxis: RowAxis = .down,
    samples: Int = 12, importanceSamples: Int = 12
  ) {
    self.lifting = lifting
    self.fusion = fusion
    self.volumeWeights = volumeWeights
    self.masks = masks
    self.camera = camera
    self.box = box
    self.rowAxis = rowAxis
    self.samples = samples
    self.importanceSamples = importanceSamples
  }

  /// The numbers that place samples at random; without them samples stand at fixed quantiles.
  public struct Jitter: Sendable {
    /// For the coarse samples, between 0 and 1, `[B, R, samples]`, the renderer's `samples`.
    public var coarse: Tensor
    /// For the importance pass, between 0 and 1, `[B, R, importanceSamples]`; unread without one.
    public var importance: Tensor

    /// Uniform random numbers for both passes.
    public init(coarse: Tensor, importance: Tensor) {
      self.coarse = coarse
      self.importance = importance
    }
  }

  /// The view of every image's parts from its own pose.
  ///
  /// - Parameters:
  ///   - parts: the 2D maps.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - size: rows and columns of the view.
  ///   - jitter: random numbers that move the samples, as in training; none for evaluation.
  ///   - given: depths `[B, R, N]`, rising, in place of the samples that the renderer would choose:
  ///     where the importance pass puts them hangs on the last digits of the coarse weights.
  /// - Returns: the rendered feature and mask, and all that led to them.
  public func view(
    of parts: PartStack, from poses: Tensor, size: Int, jitter: Jitter? = nil,
    rayDepths given: Tensor? = nil
  ) -> RenderedView {
    requireSamples(batch: parts.feature.shape[0], rays: size * size, jitter, given)
    let rays = RayBundle(camera, poses: poses, size: size)
    let grid = grid(of: parts)
    var rayDepths = given ?? coarseDepths(along: rays, jitter)
    var lift = StreamingLift(
      lifting, absoluteDepth: parts.absoluteDepth, at: grid.points(rays, rayDepths))  // Eq. 7
    let liftedDensity = lift.liftedDensity(parts.densityMap)  // Eq. 6
    if importanceSamples > 0 && given == nil {
      rayDepths = refined(rayDepths, lift, liftedDensity, jitter)
      lift = lift.moved(to: grid.points(rays, rayDepths))
    }

    let partDensities = lift.density(lifted: liftedDensity)
      .reshaped(rayDepths.shape + [-1])  // Eq. 11
    let density = fusion.fused(densities: partDensities, partAxis: -1)  // Eq. 8, for the density
    let ray = volumeWeights.ray(density: density, at: rayDepths)  // Eq. 2, 3
    // Equation 4 with 5 and 8 inside: the sums over samples, planes and parts change places.
    let rendered = fusion.rendered(
      lift, feature: parts.feature, liftedDensity: liftedDensity,
      renderingWeights: ray.renderingWeights)
    let logits = masks.maskLogits(
      partDensities: partDensities, renderingWeights: ray.renderingWeights)  // Eq. 10
    return RenderedView(
      size: size, samplePoints: rays.points(at: rayDepths), rayDepths: rayDepths,
      partDensities: partDensities,
      sampleDensity: density, ray: ray, feature: asImage(rendered, size),
      expectedDepth: volumeWeights.expectedDepth(ray.renderingWeights, at: rayDepths)
        .reshaped([-1, size, size]),
      maskLogits: asImage(logits, size),
      maskProbabilities: asImage(masks.maskProbabilities(logits), size))  // Eq. 9
  }

  /// Stops unless there are enough samples, and a random number for each of them.
  private func requireSamples(batch: Int, rays: Int, _ jitter: Jitter?, _ given: Tensor?) {
    let function = "view(of:from:size:jitter:rayDepths:)"
    if let given {
      requireShape(given, [batch, rays, nil], "rayDepths", axes: "[B, R, N]", function: function)
    }
    require(
      importanceSamples >= 0,
      "\(function): importanceSamples is \(importanceSamples), expected 0 or more")
    let least = importanceSamples > 0 ? 3 : 2
    require(
      samples >= least,
      "\(function): samples is \(samples), expected \(least) or more with "
        + "importanceSamples \(importanceSamples)")
    guard let jitter else { return }
    requireShape(
      jitter.coarse, [batch, rays, samples], "jitter.coarse", axes: "[B, R, samples]",
      function: function)
    guard importanceSamples > 0 else { return }
    requireShape(
      jitter.importance, [batch, rays, importanceSamples], "jitter.importance",
      axes: "[B, R, importanceSamples]", function: function)
  }

  /// Evenly spaced samples, moved at random where there are numbers for it: `[B, R, samples]`.
  private func coarseDepths(along rays: RayBundle, _ jitter: Jitter?) -> Tensor {
    let lead = Array(rays.directions.shape.dropLast())
    return jitter.map { camera.jitteredDepths($0.coarse) }
      ?? camera.coarseDepths(samples, rays.directions.scalarType).broadcast(to: lead + [samples])
  }

  /// The coarse samples, and where their weights are large, more of them: `[B, R, N]`.
  private func refined(
    _ coarse: Tensor, _ lift: StreamingLift, _ liftedDensity: Tensor, _ jitter: Jitter?
  ) -> Tensor {
    withoutGradients {
      let sampled = lift.density(lifted: liftedDensity.detached()).reshaped(coarse.shape + [-1])
      let density = fusion.fused(densities: sampled, partAxis: -1)
      let found = volumeWeights.ray(
        density: density.cast(to: .float64), at: coarse.cast(to: .float64)
      ).renderingWeights
      let uniforms =
        jitter?.importance
        ?? ImportanceSampling.quantiles(importanceSamples, for: coarse.shape.dropLast())
      return ImportanceSampling.merged(
        coarse, ImportanceSampling.depths(coarse, found, uniforms: uniforms))
    }
  }

  private func grid(of parts: PartStack) -> VoxelGrid {
    let shape = parts.densityMap.shape
    return VoxelGrid(
      box: box, planes: lifting.depthPlanes, rows: shape[2], columns: shape[3], rowAxis: rowAxis)
  }

  /// `[B, R, Q]` → `[B, Q, size, size]`.
  private func asImage(_ rays: Tensor, _ size: Int) -> Tensor {
    rays.transposed().reshaped([rays.shape[0], rays.shape[2], size, size])
  }
}

extension VoxelGrid {
  /// Voxel coordinates of the points at some depths of every ray, `[B, R · N, 3]`.
  fileprivate func points(_ rays: RayBundle, _ depths: Tensor) -> Tensor {
    coordinates(of: rays.points(at: depths)).reshaped([depths.shape[0], -1, 3])
  }
}
