import GaussianLifting
import Tensors

/// Samples of the lifted volumes of all parts, without building those of the features.
///
/// Paper §3.3, equation 11's SAMPLE (trilinear, border voxels continue outside) on equations 5–7.
/// f²ᵈ does not depend on z, so in a trilinear sample of ψ·f²ᵈ it can be taken out of the sum over
/// planes:
///
///     sample(X) = Σ over 8 voxels v of a(v) ψ(v) f²ᵈ(c)                 c: the map corner under v
///               = Σ over 4 map corners c of [ Σ over 2 planes z of a(c,z) ψ(c,z) ] · f²ᵈ(c)
///
/// which is the same number from 4 rows of a map in place of 8 voxels of a volume of C · D · H · W
/// numbers. What a ray makes of its samples, Σ wᵢ sample(Xᵢ), goes the same way: w joins a and ψ in
/// the bracket, and the outer sum runs over the pixels that the ray passes, each of them once.
///
/// At the paper's size the volumes of 13 parts take 13 · 128 MiB for one image (PaperNotes 15); here
/// only ψ is laid out, one number per voxel and part, 6.5 MiB. The tests hold values and gradients of
/// first and second order equal to those of the sampled explicit volume.
///
/// | Paper | Code          | Shape          | Unit or range                           |
/// |-------|---------------|----------------|-----------------------------------------|
/// | X     | `points`      | `[B, P, 3]`    | voxel coordinates (column, row, plane)  |
/// | a     | `corners`     | `[B·P, 8]`     | 0 … 1, sums to 1 over the 8 voxels      |
/// | ψ     | `psi`         | `[B·H·W·D, K]` | 0 … 1                                   |
/// | σ_k^i | `density(_:)` | `[B, P, K]`    | ≥ 0                                     |
///
/// Departure from the paper: none. Open choice: SAMPLE's border (PaperNotes 19), and that the volume
/// is read as it is, with no network after the sample (PaperNotes 20).
public struct StreamingLift: Sendable {
  /// B, K, H, W of the maps.
  let extent: (batch: Int, parts: Int, rows: Int, columns: Int)
  /// Equations 6 and 7.
  let lifting: GaussianLifting
  /// ψ of every part at every voxel, pixel by pixel and plane by plane: `[B·H·W·D, K]`.
  public let psi: Tensor
  /// The 8 voxels around every point, the two planes of a map corner side by side.
  private(set) var corners: GridCorners
  /// P, sample points of one image.
  private(set) var pointsPerImage: Int

  /// Finds the voxels around the points and lays out ψ.
  ///
  /// - Parameters:
  ///   - lifting: the bell and the number of planes.
  ///   - absoluteDepth: d̂ of every part, `[B, K, H, W]`, in planes.
  ///   - points: sample points in voxel coordinates (column, row, plane), `[B, P, 3]`.
  public init(_ lifting: GaussianLifting, absoluteDepth: Tensor, at points: Tensor) {
    requireShape(absoluteDepth, [nil, nil, nil, nil], "absoluteDepth", axes: "[B, K, H, W]")
    let shape = absoluteDepth.shape
    extent = (shape[0], shape[1], shape[2], shape[3])
    self.lifting = lifting
    // Parts last: a voxel's K numbers stand together, and a sample reads them together.
    let depth = absoluteDepth.permuted(axes: [0, 2, 3, 1])  // [B, H, W, K]
    psi = lifting.weights(at: depth, planeAxis: -2).reshaped([-1, shape[1]])
    pointsPerImage = points.shape.dropFirst().first ?? 0
    corners = Self.corners(around: points, extent, lifting.depthPlanes)
  }

  /// The same ψ, sampled at other points, `[B, P, 3]`.
  public func moved(to points: Tensor) -> StreamingLift {
    var result = self
    result.corners = Self.corners(around: points, extent, lifting.depthPlanes)
    result.pointsPerImage = points.shape[1]
    return result
  }

  private static func corners(
    around points: Tensor, _ extent: (batch: Int, parts: Int, rows: Int, columns: Int),
    _ depthPlanes: Int
  ) -> GridCorners {
    requireShape(
      points, [extent.batch, nil, 3], "points", axes: "[B, P, 3]", function: "StreamingLift")
    // The plane counts fastest, so that corners 2c and 2c + 1 are the two planes of map corner c.
    let planeFirst = Tensor.concatenated(
      [points.sliced(axis: 2, from: 2, length: 1), points.sliced(axis: 2, from: 0, length: 2)],
      axis: 2)
    return GridCorners(
      planeFirst, lengths: [extent.rows, extent.columns, depthPlanes], rowsPerGroup: depthPlanes)
  }

  /// σ³ᵈ of every part at every voxel, equation 6: `[B, K, H, W]` → laid out like `psi`.
  public func liftedDensity(_ densityMap: Tensor) -> Tensor {
    let (batch, parts, rows, columns) = extent
    requireShape(
      densityMap, [batch, parts, rows, columns], "densityMap", axes: "[B, K, H, W]")
    return lifting.lifted(
      densityMap: densityMap.permuted(axes: [0, 2, 3, 1]).reshaped([-1, parts]),
      weights: psi.reshaped([-1, lifting.depthPlanes, parts]), planeAxis: -2
    ).reshaped(psi.shape)
  }

  /// The sampled density of every part, equation 11: `[B, K, H, W]` → `[B, P, K]`.
  public func density(_ densityMap: Tensor) -> Tensor {
    density(lifted: liftedDensity(densityMap))
  }

  /// The sampled density of every part from `liftedDensity(_:)`, equation 11: → `[B, P, K]`.
  public func density(lifted: Tensor) -> Tensor {
    EquationTrace.mark("Eq. 11", Self.self)
    requireShape(lifted, psi.shape, "lifted", axes: "[B·H·W·D, K]")
    return lifted.weightedRows(corners.links, corners.weights.reshaped([-1, 1]))
      .reshaped([extent.batch, pointsPerImage, extent.parts])
  }

  /// The sampled feature, summed over the parts: `[B, K, C, H, W]` → `[B, P, C]`.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ of every part.
  ///   - share: a factor for every voxel and part, laid out like `psi`; none by default.
  /// - Returns: the fused feature at every point.
  public func feature(_ feature: Tensor, share: Tensor? = nil) -> Tensor {
    let each = Tensor.ones([extent.batch, pointsPerImage, 1], psi.scalarType)
    return renderedFeature(feature, share: share, renderingWeights: each)
  }

  /// Σᵢ wᵢ of the sampled features along every ray, summed over the parts: `[B, R, C]`.
  ///
  /// Equation 4 with equations 5, 8 and SAMPLE inside; no sample's feature is ever made.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - share: a factor for every voxel and part, laid out like `psi`; none by default.
  ///   - renderingWeights: wᵢ of the points, taken in order as R rays of N, `[B, R, N]`.
  /// - Returns: the rendered feature of every ray.
  public func renderedFeature(
    _ feature: Tensor, share: Tensor? = nil, renderingWeights: Tensor
  ) -> Tensor {
    let (batch, parts, rows, columns) = extent
    requireShape(
      feature, [batch, parts, nil, rows, columns], "feature", axes: "[B, K, C, H, W]")
    requireShape(renderingWeights, [batch, nil, nil], "renderingWeights", axes: "[B, R, N]")
    let perRay = renderingWeights.shape[2]
    require(
      renderingWeights.shape[1] * perRay == pointsPerImage,
      "renderedFeature: renderingWeights has shape \(renderingWeights.shape), expected R · N = "
        + "\(pointsPerImage)")
    EquationTrace.mark("Eq. 4, 5", Self.self)
    let (toPairs, toRays) = corners.links.byRay(targetsPerRay: perRay)
    // The bracket, w a ψ summed over samples and planes for every pixel that a ray passes: [J, K].
    let spread = share.map { psi * $0 } ?? psi
    let voxelWeights = (corners.weights * renderingWeights.reshaped([-1, 1])).reshaped([-1, 1])
    let bracket = spread.weightedRows(toPairs, voxelWeights)
    // The outer sum, over pixels and parts: K rows of the maps for every pair of ray and pixel.
    let table = feature.permuted(axes: [0, 3, 4, 1, 2]).reshaped([-1, feature.shape[2]])
    return table.weightedRows(toRays, bracket).reshaped([batch, -1, feature.shape[2]])
  }
}
