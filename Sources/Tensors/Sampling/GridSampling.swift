/// The corners of grid cells around points, with the weights of linear interpolation.
///
/// Coordinates count grid points from 0 to n − 1 along each axis ("align corners"). A point outside
/// the grid is moved to the border: it reads the border's value, and its coordinate gets no
/// gradient.
public struct GridCorners: Sendable {
  /// The 2ᵃ corners of every point in the flattened grids, point by point.
  ///
  /// Bit i of a corner's number says whether it is the upper neighbor along coordinate i.
  public let links: RowLinks
  /// The interpolation weights of the corners, `[B·P, 2ᵃ]`; those of a point add up to 1.
  public let weights: Tensor

  /// Finds the corners of points in grids of one shape, one grid for each batch element.
  ///
  /// - Parameters:
  ///   - points: `[B, P, a]`; the first coordinate runs along the grid's last axis, the next along
  ///     the one before, and so on: (column, row, plane) for a grid `[D, H, W]`.
  ///   - lengths: the grid's axis lengths in the order of its shape.
  ///   - rowsPerGroup: how many neighboring grid points the gradient handles together.
  public init(_ points: Tensor, lengths: [Int], rowsPerGroup: Int = 1) {
    requireShape(points, [nil, nil, lengths.count], "points", axes: "[B, P, axes]")
    require(
      points.shape[1] == 0 || lengths.allSatisfy { $0 > 0 },
      "GridCorners: a grid of \(lengths) has no element to read")
    let tableRows = points.shape[0] * lengths.product
    require(
      tableRows <= Int(Int32.max),
      "GridCorners: \(points.shape[0]) grids of \(lengths) exceed 2³¹ − 1 elements")
    let (rows, weights) = Self.corners(of: points, lengths)
    self.weights = points.isTracked ? Self.recordedWeights(of: points, lengths) : weights
    links = RowLinks(checked: rows, sourceRows: tableRows, sourcesPerGroup: rowsPerGroup)
  }

  /// Returns the weights as recorded products of 1 − fraction or fraction over the axes, which give
  /// the points a gradient.
  static func recordedWeights(of points: Tensor, _ lengths: [Int]) -> Tensor {
    let count = points.shape[0] * points.shape[1]
    var weights = Tensor.ones([count, 1], points.scalarType)
    for (coordinate, length) in lengths.reversed().enumerated() {
      let place = points.sliced(axis: 2, from: coordinate, length: 1).reshaped([count, 1])
        .clamped(0, Double(length - 1))
      let fraction = place - withoutGradients { place.floor() }
      let both = Tensor.concatenated([1 - fraction, fraction], axis: 1)
      // The first coordinate has the lowest bit of the corner's number, and each further coordinate
      // has the next higher bit.
      weights = (both.unsqueezed(axis: 2) * weights.unsqueezed(axis: 1)).reshaped([
        count, 2 * weights.shape[1],
      ])
    }
    return weights
  }

  /// Returns the rows and weights of all corners, in one pass over the points.
  private static func corners(of points: Tensor, _ lengths: [Int]) -> (Tensor, Tensor) {
    let (axes, perBatch) = (lengths.count, points.shape[1])
    let (count, corners) = (points.shape[0] * perBatch, 1 << lengths.count)
    let strides = Array(lengths.rowMajorStrides.reversed())
    let last = lengths.reversed().map { $0 - 1 }
    let gridSize = lengths.product
    let source = points.contiguousValues()
    func run<T: Real>(_ type: T.Type) -> (Tensor, Tensor) {
      let x = source.pointer(T.self)
      let rows = Storage(byteCount: count * corners * 4)
      let row = rows.bytes.assumingMemoryBound(to: Int32.self)
      let weights = Tensor([count, corners], filling: T.self) { out in
        guard let weight = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(count, tile: 4096) { range in
          for point in range {
            let (r, w) = (row + point * corners, weight + point * corners)
            (r[0], w[0]) = (Int32(point / perBatch * gridSize), 1)
            for axis in 0..<axes {
              let place = x[point * axes + axis]
              let bounded = min(max(place, 0), T(fromDouble: Double(last[axis])))
              // A coordinate that is NaN reads the first element, with weights that are NaN. The
              // conversion goes through Double, because a direct generic one calls into the
              // library.
              let low = bounded >= 0 ? min(Int(bounded.asDouble), last[axis]) : 0
              let fraction = place.isNaN ? place : bounded - T(fromDouble: Double(low))
              let lower = Int32(low * strides[axis])
              let step = low < last[axis] ? Int32(strides[axis]) : 0
              let half = 1 << axis
              for corner in 0..<half {
                r[corner] += lower
                r[corner + half] = r[corner] + step
                w[corner + half] = w[corner] * fraction
                w[corner] *= 1 - fraction
              }
            }
          }
        }
      }
      let indices = Tensor(
        shape: [count, corners], strides: [corners, 1], offset: 0, scalarType: .int32,
        storage: rows, node: nil)
      return (indices, weights)
    }
    return source.dispatch { run($0) }
  }
}

extension Tensor {
  /// Returns the linear interpolation of a grid at points, in any number of dimensions.
  ///
  /// The interpolation is bilinear for `[C, H, W]` and trilinear for `[C, D, H, W]`; see
  /// `GridCorners` for coordinates and borders.
  ///
  /// - Parameter points: `[P, 2]` (column, row) or `[P, 3]` (column, row, plane).
  /// - Returns: `[P, C]`.
  public func sampled(at points: Tensor) -> Tensor {
    let corners = GridCorners(points.unsqueezed(axis: 0), lengths: Array(shape.dropFirst()))
    let table = reshaped([shape[0], shape.dropFirst().reduce(1, *)]).transposed()
    return table.weightedRows(corners.links, corners.weights.reshaped([-1, 1]))
  }
}
