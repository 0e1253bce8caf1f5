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
/// numbers. At the paper's size the volumes of 13 parts take 13 · 128 MiB for one image (PaperNotes
/// 15); here only ψ is laid out, one number per voxel and part, 6.5 MiB. The tests hold values and
/// gradients of first and second order equal to those of the sampled explicit volume.
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
  /// D, the number of depth planes.
  let depthPlanes: Int
  /// ψ of every part at every voxel, pixel by pixel and plane by plane: `[B·H·W·D, K]`.
  public let psi: Tensor
  /// The 8 voxels around every point, the two planes of a map corner side by side.
  let corners: GridCorners
  /// P, sample points of one image.
  let pointsPerImage: Int

  /// Finds the voxels around the points and lays out ψ.
  ///
  /// - Parameters:
  ///   - lifting: the bell and the number of planes.
  ///   - absoluteDepth: d̂ of every part, `[B, K, H, W]`, in planes.
  ///   - points: sample points in voxel coordinates (column, row, plane), `[B, P, 3]`.
  public init(_ lifting: GaussianLifting, absoluteDepth: Tensor, at points: Tensor) {
    requireShape(absoluteDepth, [nil, nil, nil, nil], "absoluteDepth", axes: "[B, K, H, W]")
    requireShape(points, [absoluteDepth.shape[0], nil, 3], "points", axes: "[B, P, 3]")
    let shape = absoluteDepth.shape
    extent = (shape[0], shape[1], shape[2], shape[3])
    depthPlanes = lifting.depthPlanes
    pointsPerImage = points.shape[1]
    // Parts last: a voxel's K numbers stand together, and a sample reads them together.
    let depth = absoluteDepth.permuted([0, 2, 3, 1]).expanded(3)  // [B, H, W, 1, K]
    let planes = Tensor.counting(to: depthPlanes, depth.scalarType).reshaped([depthPlanes, 1])
    psi = lifting.weights(ofOffset: depth - planes).reshaped([-1, shape[1]])
    // The plane counts fastest, so that corners 2c and 2c + 1 are the two planes of map corner c.
    let planeFirst = Tensor.concatenated(
      [points.sliced(2, from: 2, length: 1), points.sliced(2, from: 0, length: 2)], 2)
    corners = GridCorners(planeFirst, lengths: [shape[2], shape[3], depthPlanes])
  }

  /// σ³ᵈ of every part at every voxel, equation 6: `[B, K, H, W]` → laid out like `psi`.
  public func liftedDensity(_ densityMap: Tensor) -> Tensor {
    let (batch, parts, rows, columns) = extent
    requireShape(
      densityMap, [batch, parts, rows, columns], "densityMap", axes: "[B, K, H, W]")
    let alongPlanes = densityMap.permuted([0, 2, 3, 1]).expanded(3).repeated(3, times: depthPlanes)
    return psi * alongPlanes.reshaped([-1, parts])
  }

  /// The sampled density of every part, equation 11: `[B, K, H, W]` → `[B, P, K]`.
  public func density(_ densityMap: Tensor) -> Tensor {
    liftedDensity(densityMap).weightedRows(corners.index, corners.weights)
      .reshaped([extent.batch, pointsPerImage, extent.parts])
  }

  /// The sampled feature, summed over the parts: `[B, K, C, H, W]` → `[B, P, C]`.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ of every part.
  ///   - share: a factor for every voxel and part, laid out like `psi`; none by default.
  /// - Returns: the fused feature at every point.
  public func feature(_ feature: Tensor, share: Tensor? = nil) -> Tensor {
    let (batch, parts, rows, columns) = extent
    requireShape(
      feature, [batch, parts, nil, rows, columns], "feature", axes: "[B, K, C, H, W]")
    let points = batch * pointsPerImage
    // The bracket of the second line: ψ interpolated along z at every map corner, [B·P·4, K].
    let spread = share.map { psi * $0 } ?? psi
    let planePairs = RowIndex(
      corners.index.rows.reshaped([points * 4, 2]), tableRows: spread.shape[0])
    let bracket = spread.weightedRows(planePairs, corners.weights.reshaped([points * 4, 2]))
    // The sum over map corners, and over parts with it: 4 K rows of the maps, [B·H·W·K, C].
    let table = feature.permuted([0, 3, 4, 1, 2]).reshaped([-1, feature.shape[2]])
    return table.weightedRows(featureRows, bracket.reshaped([points, 4 * parts]))
      .reshaped([batch, pointsPerImage, feature.shape[2]])
  }

  /// The rows of the feature table `[B·H·W·K, C]` that each point reads: 4 map corners of K parts.
  private var featureRows: RowIndex {
    let parts = extent.parts
    let voxels = corners.index.rows.integers
    let points = extent.batch * pointsPerImage
    let rows = Tensor([points, 4 * parts], filling: Int32.self) { out in
      for corner in 0..<points * 4 {
        let pixel = voxels[2 * corner] / Int32(depthPlanes)
        for part in 0..<parts { out[corner * parts + part] = pixel * Int32(parts) + Int32(part) }
      }
    }
    return RowIndex(rows, tableRows: extent.batch * extent.rows * extent.columns * parts)
  }
}
