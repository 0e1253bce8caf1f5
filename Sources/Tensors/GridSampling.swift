/// The corners of grid cells around points, with the weights of linear interpolation.
///
/// Coordinates count grid points from 0 to n − 1 along each axis ("align corners"); what lies outside
/// is moved to the border, so that it reads the border's value and its coordinate gets no gradient.
public struct GridCorners: Sendable {
  /// Row numbers of the 2ᵃ corners in the flattened grids, `[B·P, 2ᵃ]`.
  ///
  /// Bit i of a corner's number says whether it is the upper neighbour along coordinate i.
  public let index: RowIndex
  /// Interpolation weights of the corners, `[B·P, 2ᵃ]`; they add up to 1.
  public let weights: Tensor

  /// Finds the corners of points in grids of one shape, one grid for each batch element.
  ///
  /// - Parameters:
  ///   - points: `[B, P, a]`; the first coordinate runs along the grid's last axis, the next along
  ///     the one before, and so on: (column, row, plane) for a grid `[D, H, W]`.
  ///   - lengths: the grid's axis lengths in the order of its shape.
  public init(_ points: Tensor, lengths: [Int]) {
    requireShape(points, [nil, nil, lengths.count], "points", axes: "[B, P, axes]")
    let (batch, perBatch) = (points.shape[0], points.shape[1])
    let places = lengths.reversed().enumerated().map { coordinate, length in
      points.sliced(2, from: coordinate, length: 1).reshaped([batch * perBatch, 1])
        .clamped(0, Double(length - 1))
    }
    var weights = Tensor.ones([batch * perBatch, 1], points.scalarType)
    for place in places {
      let fraction = place - withoutGradients { place.floor() }
      let both = Tensor.concatenated([1 - fraction, fraction], 1)
      // A later coordinate's neighbours are further apart: its bit stands left of the earlier ones.
      weights = (both.expanded(2) * weights.expanded(1))
        .reshaped([batch * perBatch, 2 * weights.shape[1]])
    }
    self.weights = weights
    let tableRows = batch * lengths.reduce(1, *)
    require(
      tableRows <= Int(Int32.max), "GridCorners: \(batch) grids of \(lengths) pass 2³¹ elements")
    index = RowIndex(
      Self.rows(places.map { $0.detached() }, lengths, perBatch: perBatch), tableRows: tableRows)
  }

  private static func rows(_ places: [Tensor], _ lengths: [Int], perBatch: Int) -> Tensor {
    let axes = lengths.count
    let corners = 1 << axes
    let count = places[0].count
    let strides = Array(lengths.rowMajorStrides.reversed())
    let last = lengths.reversed().map { $0 - 1 }
    let gridSize = lengths.reduce(1, *)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let inputs = places.map { $0.pointer(T.self) }
      return Tensor([count, corners], filling: Int32.self) { out in
        guard let rows = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(count, tile: 4096) { range in
          for point in range {
            let target = rows + point * corners
            for corner in 0..<corners { target[corner] = Int32(point / perBatch * gridSize) }
            for axis in 0..<axes {
              let place = inputs[axis][point]
              // A place that is not a number reads the first element, with weights that are not.
              let low = place >= 0 ? Int(place) : 0
              let lower = Int32(low * strides[axis])
              let upper = Int32(min(low + 1, last[axis]) * strides[axis])
              for corner in 0..<corners {
                target[corner] += corner >> axis & 1 == 0 ? lower : upper
              }
            }
          }
        }
      }
    }
    defer { withExtendedLifetime(places) {} }
    return places[0].dispatch { run($0) }
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
    let corners = GridCorners(points.expanded(0), lengths: Array(shape.dropFirst()))
    let table = reshaped([shape[0], shape.dropFirst().reduce(1, *)]).transposed()
    return table.weightedRows(corners.index, corners.weights)
  }
}
