/// The corners of grid cells around points, with the weights of linear interpolation.
///
/// Coordinates count grid points from 0 to n − 1 along each axis ("align corners"); what lies outside
/// is moved to the border, so that it reads the border's value and its coordinate gets no gradient.
public struct GridCorners: Sendable {
  /// Row numbers of the 2ᵃ corners in the flattened grid, `[P, 2ᵃ]`, last axis fastest.
  public let index: RowIndex
  /// Interpolation weights of the corners, `[P, 2ᵃ]`; they add up to 1.
  public let weights: Tensor

  /// Finds the corners of points in a grid.
  ///
  /// - Parameters:
  ///   - points: `[P, a]`; the first coordinate runs along the grid's last axis (column), the next
  ///     along the one before (row), and so on.
  ///   - lengths: the grid's axis lengths in the order of its shape, for example `[D, H, W]`.
  public init(_ points: Tensor, lengths: [Int]) {
    requireShape(points, [nil, lengths.count], "points", axes: "[P, axes]")
    let count = points.shape[0]
    var weights = Tensor.ones([count, 1], points.scalarType)
    var cells: [(low: [Int32], high: [Int32])] = []
    for (coordinate, length) in lengths.reversed().enumerated() {
      let place = points.sliced(1, from: coordinate, length: 1).clamped(0, Double(length - 1))
      let low = withoutGradients { place.floor() }
      let fraction = place - low
      // Corner order: the first coordinate's two neighbours are next to each other.
      let both = Tensor.concatenated([1 - fraction, fraction], 1)
      weights = (both.expanded(2) * weights.expanded(1)).reshaped([count, -1])
      let lower = low.scalars.map { Int32($0) }
      cells.append((lower, lower.map { min($0 + 1, Int32(length - 1)) }))
    }
    let corners = 1 << lengths.count
    let strides = lengths.rowMajorStrides.reversed().map(Int32.init)
    var flat = [Int32](repeating: 0, count: count * corners)
    for point in 0..<count {
      for corner in 0..<corners {
        var row: Int32 = 0
        for axis in strides.indices {
          let cell = cells[axis]
          row += strides[axis] * (corner >> axis & 1 == 0 ? cell.low[point] : cell.high[point])
        }
        flat[point * corners + corner] = row
      }
    }
    self.weights = weights
    index = RowIndex(Tensor([count, corners], flat), tableRows: lengths.reduce(1, *))
  }
}

extension Tensor {
  /// Linear interpolation of a grid at points, in any number of dimensions.
  ///
  /// Bilinear for `[C, H, W]`, trilinear for `[C, D, H, W]`; see `GridCorners` for coordinates and
  /// borders.
  ///
  /// - Parameter points: `[P, 2]` (column, row) or `[P, 3]` (column, row, plane).
  /// - Returns: `[P, C]`.
  public func sampled(at points: Tensor) -> Tensor {
    let lengths = Array(shape.dropFirst())
    let corners = GridCorners(points, lengths: lengths)
    let table = reshaped([shape[0], -1]).transposed()
    return table.weightedRows(corners.index, corners.weights)
  }
}
