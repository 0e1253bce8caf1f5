import GaussianLifting
import Tensors

/// Samples of the lifted volumes of all parts, computed without building the feature volumes.
///
/// Paper §3.3: SAMPLE of equation 11 (trilinear; border voxel if outside) applied to equations 5–7.
/// f²ᵈ does not depend on z, so it can be moved out of the sum over planes in a trilinear sample of
/// ψ·f²ᵈ:
///
///     sample(X) = Σ over 8 voxels v of a(v) ψ(v) f²ᵈ(c)                 c: the map corner under v
///               = Σ over 4 map corners c of [ Σ over 2 planes z of a(c,z) ψ(c,z) ] · f²ᵈ(c)
///
/// Both lines give the same number. The second line reads 4 rows of a map instead of 8 voxels of a
/// volume with C · D · H · W numbers. The sum along a ray, Σ wᵢ sample(Xᵢ), is rearranged in the same
/// way: w joins a and ψ in the bracket, and the outer sum takes each pixel that the ray passes once.
///
/// At the paper's size, the feature volumes of 13 parts take 13 · 128 MiB for one image (PaperNotes
/// 15). Here only ψ and σ³ᵈ are stored, one number each per voxel and part, 6.5 MiB each. Tests check
/// that values, first and second derivatives equal those of samples of the explicit volume.
///
/// | Paper | Code          | Shape          | Unit or range                           |
/// |-------|---------------|----------------|-----------------------------------------|
/// | X     | `points`      | `[B, P, 3]`    | voxel coordinates (column, row, plane)  |
/// | a     | `corners`     | `[B·P, 8]`     | 0 … 1, sums to 1 over the 8 voxels      |
/// | ψ     | `psi`         | `[B·H·W·D, K]` | 0 … 1                                   |
/// | σ_k^i | `density(_:)` | `[B, P, K]`    | ≥ 0                                     |
///
/// Departure from the paper: none. Open choices: SAMPLE outside the volume (PaperNotes 19), and that
/// no network follows the sample (PaperNotes 20).
public struct StreamingLift: Sendable {
  /// The lengths B, K, H, W of the maps.
  let extent: (batch: Int, parts: Int, rows: Int, columns: Int)
  /// The lifting, equations 6 and 7.
  let lifting: GaussianLifting
  /// The weight ψ of every part at every voxel, pixel by pixel and plane by plane: `[B·H·W·D, K]`.
  public let psi: Tensor
  /// The 8 voxels around every point; the two planes of a map corner are adjacent.
  private(set) var corners: GridCorners
  /// The number P of sample points in one image.
  private(set) var pointsPerImage: Int

  /// Creates a lift: computes ψ and finds the voxels around the points.
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
    // Parts are the last axis, so the K numbers of a voxel, which a sample reads together, are adjacent.
    let depth = absoluteDepth.permuted(axes: [0, 2, 3, 1])  // [B, H, W, K]
    psi = lifting.weights(at: depth, planeAxis: -2).reshaped([-1, shape[1]])
    pointsPerImage = points.shape.dropFirst().first ?? 0
    corners = Self.corners(around: points, extent, lifting.depthPlanes)
  }

  /// Returns a lift with the same ψ for other points, `[B, P, 3]`.
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
    // The plane index varies fastest, so corners 2c and 2c + 1 are the two planes of map corner c.
    let planeFirst = Tensor.concatenated(
      [points.sliced(axis: 2, from: 2, length: 1), points.sliced(axis: 2, from: 0, length: 2)],
      axis: 2)
    return GridCorners(
      planeFirst, lengths: [extent.rows, extent.columns, depthPlanes], rowsPerGroup: depthPlanes)
  }

  /// Returns σ³ᵈ of every part at every voxel, equation 6: `[B, K, H, W]` → the layout of `psi`.
  public func liftedDensity(_ densityMap: Tensor) -> Tensor {
    let (batch, parts, rows, columns) = extent
    requireShape(
      densityMap, [batch, parts, rows, columns], "densityMap", axes: "[B, K, H, W]")
    return lifting.lifted(
      densityMap: densityMap.permuted(axes: [0, 2, 3, 1]).reshaped([-1, parts]),
      weights: psi.reshaped([-1, lifting.depthPlanes, parts]), planeAxis: -2
    ).reshaped(psi.shape)
  }

  /// Returns the sampled density of every part, equation 11: `[B, K, H, W]` → `[B, P, K]`.
  public func density(_ densityMap: Tensor) -> Tensor {
    density(lifted: liftedDensity(densityMap))
  }

  /// Returns the sampled density of every part, equation 11: the result of `liftedDensity(_:)` →
  /// `[B, P, K]`.
  public func density(lifted: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    requireShape(lifted, psi.shape, "lifted", axes: "[B·H·W·D, K]")
    return lifted.weightedRows(corners.links, corners.weights.reshaped([-1, 1]))
      .reshaped([extent.batch, pointsPerImage, extent.parts])
  }

  /// Returns the sampled feature, summed over the parts: `[B, K, C, H, W]` → `[B, P, C]`.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ of every part.
  ///   - share: a factor for every voxel and part in the layout of `psi`; nil for none.
  /// - Returns: the fused feature at every point.
  public func feature(_ feature: Tensor, share: Tensor? = nil) -> Tensor {
    let each = Tensor.ones([extent.batch, pointsPerImage, 1], psi.scalarType)
    return renderedFeature(feature, share: share, renderingWeights: each)
  }

  /// Returns Σᵢ wᵢ fᵢ of the sampled features for every ray, summed over the parts: `[B, R, C]`.
  ///
  /// Equations 4, 5, 8 and SAMPLE are computed together; the feature of a single sample never exists.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - share: a factor for every voxel and part in the layout of `psi`; nil for none.
  ///   - renderingWeights: wᵢ of the points, which form R rays of N samples in order, `[B, R, N]`.
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
    EquationTrace.mark(Self.self)
    let (toPairs, toRays) = corners.links.byRay(targetsPerRay: perRay)
    // The bracket: w a ψ summed over samples and planes, for every pixel that a ray passes, [J, K].
    let spread = share.map { psi * $0 } ?? psi
    let voxelWeights = (corners.weights * renderingWeights.reshaped([-1, 1])).reshaped([-1, 1])
    let bracket = spread.weightedRows(toPairs, voxelWeights)
    // The outer sum over pixels and parts reads K rows of the maps for every pair of ray and pixel.
    let table = feature.permuted(axes: [0, 3, 4, 1, 2]).reshaped([-1, feature.shape[2]])
    return table.weightedRows(toRays, bracket).reshaped([batch, -1, feature.shape[2]])
  }
}
