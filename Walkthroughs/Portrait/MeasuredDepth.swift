import PortraitClasses
import Tensors

/// A measured depth picture, from which the depths of all parts follow.
///
/// Such a picture shows only the surface in front. Where a part is visible, its depth is the measured
/// one. Where it is hidden or absent, it lies behind the measured surface, at the depth that its visible
/// edge continues or ``gap`` planes behind the surface, whichever is farther. If all parts had the
/// measured depth, equation 9 could not tell which of them is in front.
struct MeasuredDepth {
  /// The distance of hidden parts behind the measured surface, in planes.
  ///
  /// For α = 2, the bell of equation 7 has fallen to exp(−8) there.
  static let gap = 2.0
  /// The largest number of rows of the coarse map in which depths are continued.
  private static let coarseRows = 64
  /// The number of steps to the depth at which a map element meets a part.
  ///
  /// A step reduces the error by the ratio of the picture's parallax to the depth, below a tenth for
  /// portraits.
  private static let steps = 6

  /// The plane of every pixel, row by row.
  let planes: [Double]
  /// The class of every pixel.
  let labels: [UInt8]
  /// The number of rows and columns of the picture.
  let size: Int

  /// Where a part lies in its map.
  struct Placement {
    /// The plane of every map element.
    var planes: [Double]
    /// Whether the picture shows the part at a map element.
    var isVisible: [Bool]
    /// Whether the part can be continued at a map element: it is visible there, or there are planes left
    /// behind the surface.
    var hasRoom: [Bool]
  }

  /// Places a part.
  ///
  /// - Parameters:
  ///   - part: the part.
  ///   - elements: the number of map elements.
  ///   - pixels: returns the pixels, column and row, onto which the map elements project at given
  ///     planes, `[P, 2]`.
  /// - Returns: the planes of the part.
  func placement(
    of part: PartClass, elements: Int, pixels: (_ planes: [Double]) -> Tensor
  ) -> Placement {
    let continued = continuation(of: part)
    let middle = planes.reduce(0, +) / Double(planes.count)
    var placed = Placement(
      planes: [Double](repeating: middle, count: elements),
      isVisible: [Bool](repeating: false, count: elements),
      hasRoom: [Bool](repeating: true, count: elements))
    // The pixel depends on the plane and the plane on the pixel; a few steps find both. At a
    // silhouette, the steps can go back and forth, so the last one takes only those elements as visible
    // that show the part at their own plane.
    for step in 0...Self.steps {
      let seen = pixels(placed.planes).floats
      for element in 0..<elements where step < Self.steps || placed.isVisible[element] {
        let pixel = pixel(column: seen[2 * element], row: seen[2 * element + 1])
        placed.isVisible[element] = Int(labels[pixel]) == part.rawValue
        if placed.isVisible[element] {
          placed.planes[element] = planes[pixel]
          placed.hasRoom[element] = true
        } else {
          let behind = planes[pixel] - Self.gap
          placed.planes[element] = max(0, min(continued?(pixel) ?? behind, behind))
          placed.hasRoom[element] = behind >= 0
        }
      }
    }
    return placed
  }

  private func pixel(column: Float, row: Float) -> Int {
    func clamped(_ place: Float) -> Int { min(max(Int(place.rounded()), 0), size - 1) }
    return clamped(row) * size + clamped(column)
  }

  /// Returns the depth of a part continued over the picture, by pixel; nil if the part is not visible.
  private func continuation(of part: PartClass) -> ((_ pixel: Int) -> Double)? {
    let rows = min(size, Self.coarseRows)
    func cell(_ pixel: Int) -> Int {
      pixel / size * rows / size * rows + pixel % size * rows / size
    }
    var sums = [Double](repeating: 0, count: rows * rows)
    var counts = [Int](repeating: 0, count: rows * rows)
    for (pixel, label) in labels.enumerated() where Int(label) == part.rawValue {
      sums[cell(pixel)] += planes[pixel]
      counts[cell(pixel)] += 1
    }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    let known = HiddenFill(
      color: Tensor([1, rows, rows], zip(sums, counts).map { Float($0 / Double(max(1, $1))) }),
      coverage: Tensor([rows, rows], counts.map { Float($0 > 0 ? 1 : 0) }))
    let depths = known.continued { _, _ in true }.color.scalars
    return { depths[cell($0)] }
  }
}
