import Tensors

/// Samples of the lifted volumes of some parts, without building those of the features.
///
/// f²ᵈ does not depend on z, so in a trilinear sample of ψ·f²ᵈ the feature can be taken out of the
/// sum over planes:
///
///     sample(p) = Σ over 4 map corners c of [ Σ over 2 planes z of w(c,z) ψ(c,z) ] · f²ᵈ(c)
///
/// which is the same number from 4 feature rows per part in place of 8 voxels of a volume with
/// C · D · H · W numbers: at the paper's size 13 parts would need 1.6 GiB for one image. Only ψ
/// itself, one number per voxel and part, is laid out. Equal to sampling the explicit volume, term
/// by term; the tests hold values and gradients of first and second order together.
///
/// Paper §3.3, equation 11's SAMPLE (trilinear, border voxels continue outside) on equations 5–7.
public struct StreamingLift: Sendable {
  /// B, K, H, W of the maps.
  let extent: (batch: Int, parts: Int, rows: Int, columns: Int)
  let depthPlanes: Int
  /// ψ of every part at every voxel, pixel by pixel: `[B·H·W·D, K]`.
  public let psi: Tensor
  /// The 8 voxels around every point.
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
    // Planes fastest, so that a map corner's two planes are neighbours: corner 2c + z.
    let planeFirst = Tensor.concatenated(
      [points.sliced(2, from: 2, length: 1), points.sliced(2, from: 0, length: 2)], 2)
    corners = GridCorners(planeFirst, lengths: [shape[2], shape[3], depthPlanes])
  }

  /// A map of every part at every voxel of its pixel: `[B, K, H, W]` → `[B·H·W·D, K]`.
  private func alongPlanes(_ map: Tensor) -> Tensor {
    map.permuted([0, 2, 3, 1]).expanded(3).repeated(3, times: depthPlanes)
      .reshaped([-1, extent.parts])
  }

  /// σ³ᵈ of every part at every voxel, equation 6, laid out like `psi`.
  public func liftedDensity(_ densityMap: Tensor) -> Tensor {
    requireShape(
      densityMap, [extent.batch, extent.parts, extent.rows, extent.columns], "densityMap",
      axes: "[B, K, H, W]")
    return psi * alongPlanes(densityMap)
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
    let spread = share.map { psi * $0 } ?? psi
    let points = batch * pointsPerImage
    // Two planes of one map corner at a time: [B·P·4, 2] voxels → ψ interpolated along z, [B·P·4, K].
    let pairs = RowIndex(corners.index.rows.reshaped([points * 4, 2]), tableRows: spread.shape[0])
    let coefficients = spread.weightedRows(pairs, corners.weights.reshaped([points * 4, 2]))
    let table = feature.permuted([0, 3, 4, 1, 2]).reshaped([-1, feature.shape[2]])
    return table.weightedRows(featureRows, coefficients.reshaped([points, 4 * parts]))
      .reshaped([batch, pointsPerImage, feature.shape[2]])
  }

  /// Rows of the feature table `[B·H·W·K, C]` that each point reads: 4 map corners times K parts.
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
