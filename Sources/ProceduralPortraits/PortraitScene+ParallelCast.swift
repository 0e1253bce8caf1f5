import Camera
import PortraitClasses

/// The ideal 2D maps of one part: the part alone, cast from the front with parallel rays.
public struct PartMaps: Sendable {
  /// The grid that places the elements of the maps in the world.
  public let grid: VoxelGrid
  /// Display colors `[H, W, 3]`, 0 … 1.
  public internal(set) var rgb: [Float]
  /// The share of each element that the part covers `[H, W]`, 0 … 1; a lens counts with its opacity.
  public internal(set) var coverage: [Float]
  /// The absolute depth `[H, W]`, in planes, 0 (far) … D−1 (near).
  public internal(set) var depth: [Float]
}

extension PortraitScene {
  /// Casts one part alone, with all other parts removed, by rays along −z through a box.
  ///
  /// The elements are the voxel centers of `grid`; row 0 is the top if its row axis is `down`. The
  /// depth is the plane of the first hit, clamped to 0 … D−1. Colors are those of the whole
  /// portrait, including shadows, except that parts which enclose a point are removed: a forehead
  /// under hair is lit. Where the part is not hit, the coverage is 0, and depth and color are those
  /// of the nearest element that is hit. Maps can therefore be interpolated without a jump at the
  /// outline. A part that the portrait does not have has coverage 0, black color and the middle plane
  /// (D−1)/2 everywhere.
  ///
  /// - Parameters:
  ///   - part: the part to cast.
  ///   - grid: the box, H, W, D and the direction of the rows.
  ///   - samplesPerElement: rays per element for color and coverage: 1, 4, 9 or 16.
  /// - Returns: color, coverage and depth of the part.
  public func castParallel(part: PartClass, grid: VoxelGrid, samplesPerElement: Int = 16)
    -> PartMaps
  {
    let side = Self.gridSide(samplesPerElement, "castParallel(part:grid:samplesPerElement:)")
    let count = grid.rows * grid.columns
    var maps = PartMaps(
      grid: grid, rgb: [Float](repeating: 0, count: count * 3),
      coverage: [Float](repeating: 0, count: count),
      depth: [Float](repeating: Float(grid.planes - 1) / 2, count: count))
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        var sum = PartSum()
        for sample in 0..<(side * side) {
          let dx = (Double(sample % side) + 0.5) / Double(side) - 0.5
          let dy = (Double(sample / side) + 0.5) / Double(side) - 0.5
          sum.add(look(at: part, row: Double(row) + dy, column: Double(column) + dx, grid))
        }
        guard sum.opacity > 0 else { continue }
        let center =
          side == 1 ? nil : look(at: part, row: Double(row), column: Double(column), grid)
        let index = row * grid.columns + column
        let shown = displayed(sum.color / sum.opacity)
        for channel in 0..<3 { maps.rgb[3 * index + channel] = Float(shown[channel]) }
        maps.coverage[index] = Float(sum.opacity / Double(side * side))
        let plane = center?.plane ?? sum.plane / Double(sum.hits)
        maps.depth[index] = Float(min(max(plane, 0), Double(grid.planes - 1)))
      }
    }
    extendOutwards(&maps)
    return maps
  }

  /// Casts one parallel ray at a part; returns nil if the ray misses it.
  private func look(at part: PartClass, row: Double, column: Double, _ grid: VoxelGrid)
    -> PartSample?
  {
    let start = grid.world(at: VoxelPosition(plane: 0, row: row, column: column))
    // Rays start half a world unit in front of the middle, in front of all parts.
    let pair = LinePair(
      Ray(origin: Vector(start.x, start.y, 0.5), direction: Vector(0, 0, -1)))
    let frame = hit(of: part, pair)
    if part == .glasses, let glasses,
      let lens = glasses.lens(along: pair.line, before: frame?.distance ?? .infinity)
    {
      let point = pair.line.point(lens)
      return PartSample(
        color: glasses.lensColor(point), opacity: glasses.opacity,
        plane: grid.position(of: point).plane)
    }
    guard let frame else { return nil }
    let point = pair.line.point(frame.distance)
    let light = illumination(of: frame, at: point, without: buriers(of: point))
    let color = color(of: frame, at: point, under: light)
    return PartSample(
      color: displayed(color) * displayed(color), opacity: 1,
      plane: grid.position(of: point).plane)
  }

  /// Fills every element without a hit with the depth and color of the nearest element with a hit.
  private func extendOutwards(_ maps: inout PartMaps) {
    let columns = maps.grid.columns
    let known = maps.coverage.indices.filter { maps.coverage[$0] > 0 }
    guard !known.isEmpty else { return }
    for index in maps.coverage.indices where maps.coverage[index] == 0 {
      var (best, source) = (Int.max, known[0])
      for candidate in known {
        let dy = candidate / columns - index / columns
        let dx = candidate % columns - index % columns
        if dy * dy + dx * dx < best { (best, source) = (dy * dy + dx * dx, candidate) }
      }
      maps.depth[index] = maps.depth[source]
      for channel in 0..<3 { maps.rgb[3 * index + channel] = maps.rgb[3 * source + channel] }
    }
  }
}

/// The color, opacity and plane that one ray finds on a part.
private struct PartSample {
  let color: RGB
  let opacity: Double
  let plane: Double
}

/// The sums over the rays of one element.
private struct PartSum {
  var color = RGB()
  var opacity = 0.0
  var plane = 0.0
  var hits = 0

  mutating func add(_ sample: PartSample?) {
    guard let sample else { return }
    color += sample.opacity * sample.color
    opacity += sample.opacity
    plane += sample.plane
    hits += 1
  }
}
