import Camera
import GaussianLifting
import MaskSoftmax
import PartFusion
import Tensors
import VolumeWeights

/// The 2D maps of all parts, the renderer's input.
public struct PartStack: Sendable {
  /// The features f²ᵈ, `[B, K, C, H, W]`.
  public var feature: Tensor
  /// The densities σ²ᵈ, `[B, K, H, W]`, ≥ 0.
  public var densityMap: Tensor
  /// The absolute depths d̂²ᵈ, `[B, K, H, W]`, in depth planes.
  public var absoluteDepth: Tensor

  /// Creates a stack of the maps of all parts.
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

/// A rendered view with its intermediate results, in the order of their computation.
///
/// A view has R = size² rays, row by row from the top, with N samples on each.
public struct RenderedView: Sendable {
  /// The number of rows, and of columns, of the view.
  public let size: Int
  /// The sample points Xᵢ in world coordinates, `[B, R, N, 3]`.
  public let samplePoints: Tensor
  /// The depths tᵢ of the samples, ascending, `[B, R, N]`.
  public let rayDepths: Tensor
  /// The sampled densities σ_kⁱ of the parts, equation 11, `[B, R, N, K]`.
  public let partDensities: Tensor
  /// The sampled density σᵢ of the fused volume, `[B, R, N]`.
  public let sampleDensity: Tensor
  /// Opacity, transmittance and rendering weights, equations 2 and 3.
  public let ray: VolumeWeights.Ray
  /// The rendered feature f_render, equation 4, `[B, C, size, size]`.
  public let feature: Tensor
  /// The expected depth Σ wᵢ tᵢ, `[B, size, size]`, in world units along the ray.
  public let expectedDepth: Tensor
  /// The mask logits m_init, equation 10, `[B, K, size, size]`.
  public let maskLogits: Tensor
  /// The mask probabilities m, equation 9, `[B, K, size, size]`.
  public let maskProbabilities: Tensor
}

/// A renderer of the parts' 2D maps for any camera: the middle of the paper's figure 2.
///
/// Paper §3.1–3.3. Each group of equations has its own module: the lifting (5–7), the weights (2–4)
/// and the masks (9–10). `StreamingLift` combines the lifting with the fusion (8) and SAMPLE (11).
public struct VolumeRenderer: Sendable {
  /// The lifting, equations 5–7.
  public var lifting: GaussianLifting
  /// The fusion of the parts, equation 8.
  public var fusion: PartFusion
  /// The rendering weights, equations 2–4.
  public var volumeWeights: VolumeWeights
  /// The masks, equations 9–10.
  public var masks: MaskSoftmax
  /// The camera: radius, field of view, near and far end of the rays.
  public var camera: Camera
  /// The world box of the voxel centers.
  public var box: VolumeBox
  /// Whether row 0 of a part map is its top.
  public var rowAxis: RowAxis
  /// The number of coarse samples on a ray (12 in the paper's training, 36 in its tests).
  ///
  /// At least 2, and at least 3 with an importance pass, which needs an interval between two midpoints.
  public var samples: Int
  /// The number of samples that the importance pass adds, 0 or more; 0 switches the pass off.
  public var importanceSamples: Int

  /// Creates a renderer; the defaults are the paper's values if the paper states them.
  ///
  /// By default, the equations are as printed, α is 2 (PaperNotes 36), and there are 12 samples as in
  /// the paper's training. The importance pass, the box, and the camera except for its angles are not
  /// from the paper but from VolumeGAN (PaperNotes 9, 25, 28). Row 0 as the top row is a choice of this
  /// project (PaperNotes 27).
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

  /// The random numbers that place samples; without them, samples are at fixed positions.
  public struct Jitter: Sendable {
    /// Numbers between 0 and 1 for the coarse samples, `[B, R, samples]`.
    public var coarse: Tensor
    /// Numbers between 0 and 1 for the importance pass, `[B, R, importanceSamples]`; ignored without it.
    public var importance: Tensor

    /// Creates jitter from uniform random numbers for both passes.
    public init(coarse: Tensor, importance: Tensor) {
      self.coarse = coarse
      self.importance = importance
    }
  }

  /// Renders the parts of every image from the pose of that image.
  ///
  /// - Parameters:
  ///   - parts: the 2D maps.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - size: rows and columns of the view.
  ///   - jitter: random numbers that move the samples, as in training; nil for evaluation.
  ///   - given: ascending depths `[B, R, N]` that replace the samples of the renderer. With them, views
  ///     can be compared between implementations; the importance pass is sensitive to rounding in the
  ///     coarse weights.
  /// - Returns: the rendered feature and mask, with all intermediate results.
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
    // Equations 4, 5 and 8 together: the sums over samples, planes and parts are exchanged.
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

  /// Stops the program unless there are enough samples and one random number for each of them.
  func requireSamples(batch: Int, rays: Int, _ jitter: Jitter?, _ given: Tensor?) {
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

  /// Returns the depths of evenly spaced samples, moved by the jitter if there is one: `[B, R, samples]`.
  func coarseDepths(along rays: RayBundle, _ jitter: Jitter?) -> Tensor {
    let lead = Array(rays.directions.shape.dropLast())
    return jitter.map { camera.jitteredDepths($0.coarse) }
      ?? camera.coarseDepths(samples, rays.directions.scalarType).broadcast(to: lead + [samples])
  }

  /// Returns the coarse samples merged with more samples where their weights are large: `[B, R, N]`.
  private func refined(
    _ coarse: Tensor, _ lift: StreamingLift, _ liftedDensity: Tensor, _ jitter: Jitter?
  ) -> Tensor {
    withoutGradients {
      let sampled = lift.density(lifted: liftedDensity.detached()).reshaped(coarse.shape + [-1])
      return refined(coarse, sampled, uniforms: jitter?.importance)
    }
  }

  /// Returns the coarse samples merged with more samples where the weights of their densities are large.
  ///
  /// - Parameters:
  ///   - coarse: the coarse samples, `[B, R, samples]`.
  ///   - sampled: the densities of the parts there, `[B, R, samples, K]`.
  ///   - uniforms: numbers between 0 and 1, `[B, R, importanceSamples]`; nil for evenly spaced quantiles.
  /// - Returns: `[B, R, N]`, ascending and detached.
  func refined(_ coarse: Tensor, _ sampled: Tensor, uniforms: Tensor?) -> Tensor {
    withoutGradients {
      let density = fusion.fused(densities: sampled, partAxis: -1)
      let found = volumeWeights.ray(
        density: density.cast(to: .float64), at: coarse.cast(to: .float64)
      ).renderingWeights
      let uniforms =
        uniforms
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

  /// Returns values of rays as maps: `[B, R, Q]` → `[B, Q, size, size]`.
  func asImage(_ rays: Tensor, _ size: Int) -> Tensor {
    rays.transposed().reshaped([rays.shape[0], rays.shape[2], size, size])
  }
}

extension VoxelGrid {
  /// Returns the voxel coordinates of the points at the given depths of every ray, `[B, R · N, 3]`.
  fileprivate func points(_ rays: RayBundle, _ depths: Tensor) -> Tensor {
    coordinates(of: rays.points(at: depths)).reshaped([depths.shape[0], -1, 3])
  }
}
