import Probes
import Tensors

// Values along rays: one row of samples for every pixel.
extension Rendering {
  /// Returns the maximum of every ray as a map, and the curves of five rays.
  ///
  /// The five rays are the middle one and those halfway to the four edges. Crosses in the colors of the
  /// curves mark them on the map.
  ///
  /// - Parameters:
  ///   - samples: the values, `[H, W, N]`.
  ///   - depths: the distances of the samples along the ray, `[H, W, N]`; by default their indices.
  ///   - unit: the unit of the values.
  /// - Returns: the map with its bar, and the chart below it.
  public static func rays(
    _ samples: Tensor, depths: Tensor? = nil, unit: String = ""
  ) -> Rendering {
    let rays = RayValues(samples)
    if let depths { requireShape(depths, samples.shape, "depths", axes: "[H, W, N]") }
    let greatest = samples.maximum(axes: [2])
    let bar = ColorBar(
      map: .scalar, range: Statistics(greatest).range, unit: unit, marksZero: false)
    return rays.rendering(
      map: greatest, bar, title: "maximum along the ray", depths: depths, unit: unit)
  }

  /// Returns a map and the curves of five rays in the colors of a scale.
  ///
  /// Densities and weights are shown by their maximum along the ray. The maximum of a transmittance is
  /// 1 and that of a distance is the end of the ray, so these are shown at the sample at which the rays
  /// differ most; if all rays are equal, there is only the chart.
  static func rays(_ samples: Tensor, _ scale: ValueScale, unit: String) -> Rendering {
    let rays = RayValues(samples)
    let values = Statistics(samples)
    switch scale {
    case .automatic: return .rays(samples, unit: unit)
    case .unsigned, .signed, .color:
      let bar = ColorBar(scale, of: values, unit: unit)
      return rays.rendering(
        map: samples.maximum(axes: [2]), bar, title: "maximum along the ray", depths: nil,
        unit: unit)
    case .share, .depth:
      let bar = ColorBar(scale, of: values, unit: unit)
      let (chosen, spread) = rays.mostDifferentSample
      // Rounding alone can make equal rays differ in the last digit.
      guard spread > 1e-5 * max(values.range.symmetric.upperBound, .leastNormalMagnitude) else {
        return rays.rendering(
          map: nil, bar, title: "the same values on every ray", depths: nil, unit: unit)
      }
      return rays.rendering(
        map: samples[axis: 2, chosen], bar,
        title: "sample \(chosen) of 0 … \(rays.count - 1), where the rays differ most",
        depths: nil, unit: unit)
    }
  }

  /// Returns the coordinates of sample points: those of the middle ray as curves, and those of the middle
  /// sample as three maps.
  ///
  /// - Parameters:
  ///   - points: x, y and z, `[H, W, N, 3]`.
  ///   - unit: the unit of the coordinates.
  /// - Returns: the chart, and the maps of x, y and z below it.
  static func rayPoints(_ points: Tensor, unit: String) -> Rendering {
    requireShape(points, [nil, nil, nil, 3], "points", axes: "[H, W, N, 3]")
    let (row, column, sample) = (points.shape[0] / 2, points.shape[1] / 2, points.shape[2] / 2)
    let names = ["x", "y", "z"]
    let ray = points[row, column].transposed()
    var chart = Chart.lines(
      names.enumerated().map { Series($1, ray[$0].scalars) }, xLabel: RayValues.axis, yLabel: unit)
    chart.title = "the ray of row \(row), column \(column)"
    let middle = points[axis: 2, sample].permuted(axes: [2, 0, 1])
    let bar = ColorBar(.signed(reach: nil), of: Statistics(middle), unit: unit)
    let maps = Rendering.maps(middle, titles: names, bar)
    let title = Picture.label("all rays at sample \(sample) of 0 … \(points.shape[2] - 1)")
    let below = Picture.column([title.padded(left: 8), maps.picture], gap: 2)
    var result = Rendering(
      Picture.column([chart.picture(height: RayValues.chartHeight).framed, below], gap: 2),
      compact: maps.compact, colorMap: maps.colorMap, range: bar.range)
    (result.chart, result.besideChart) = (chart, below)
    return result
  }
}

/// Values along rays, `[H, W, N]`, of which five rays are chosen.
private struct RayValues {
  let samples: Tensor
  var count: Int { samples.shape[2] }

  /// The label of the axis of samples.
  static let axis = "sample, 0 is nearest to the camera"
  /// The height of a chart beside a map, in pixels.
  static let chartHeight = 320

  init(_ samples: Tensor) {
    requireShape(samples, [nil, nil, nil], "samples", axes: "[H, W, N]", function: "rays(_:)")
    require(samples.count > 0, "rays(_:): samples has shape \(samples.shape), expected values")
    self.samples = samples
  }

  /// The middle ray and those halfway to the four edges.
  private var chosen: [(row: Int, column: Int)] {
    [(2, 2), (1, 2), (2, 1), (2, 3), (3, 2)].map {
      (row: samples.shape[0] * $0.0 / 4, column: samples.shape[1] * $0.1 / 4)
    }
  }

  /// The sample at which the values of all rays have the largest range, and that range.
  var mostDifferentSample: (sample: Int, spread: Double) {
    let spreads = (0..<count).map { sample in
      let range = Statistics(samples[axis: 2, sample]).range
      return (sample: sample, spread: range.upperBound - range.lowerBound)
    }
    // Among equals, the first: a range as large as 1 occurs more than once.
    return spreads.reduce((0, 0.0)) { $1.spread > $0.1 ? ($1.sample, $1.spread) : $0 }
  }

  /// Returns the map, in which crosses mark the chosen rays, above the chart of these rays.
  func rendering(
    map: Tensor?, _ bar: ColorBar, title: String, depths: Tensor?, unit: String
  ) -> Rendering {
    let series = chosen.map { pixel in
      Series(
        "row \(pixel.row), col \(pixel.column)",
        x: depths?[pixel.row, pixel.column].scalars ?? (0..<count).map(Double.init),
        y: samples[pixel.row, pixel.column].scalars)
    }
    var chart = Chart.lines(
      map == nil ? [series[0]] : series, xLabel: depths == nil ? Self.axis : "distance t",
      yLabel: unit, includesZero: bar.ends.top.isEmpty)
    let small = Picture.colored(map ?? samples.maximum(axes: [2]), bar.map, bar.range)
    var above: Picture?
    if map != nil {
      let pixels = marked(small)
      above = .column(
        [.label(title), .row([pixels, bar.picture(height: pixels.height)], gap: 12)], gap: 6)
    } else {
      chart.title = title
    }
    let drawn = chart.picture(height: Self.chartHeight)
    var result = Rendering(
      Picture.column([above, drawn].compactMap { $0 }, gap: 6).framed, compact: small,
      colorMap: bar.map.name, range: bar.range, meaning: bar.meaning)
    (result.chart, result.besideChart) = (chart, above?.framed)
    return result
  }

  private func marked(_ map: Picture) -> Picture {
    let factor = map.enlargement(toFill: 256)
    var pixels = map.enlarged(by: factor)
    for (index, pixel) in chosen.enumerated() {
      pixels.cross(
        row: pixel.row * factor + factor / 2, column: pixel.column * factor + factor / 2,
        SeriesPalette.color(index))
    }
    return pixels
  }
}

extension Picture {
  /// Draws a cross with a white rim, visible on dark and on light pixels.
  mutating func cross(row: Int, column: Int, _ color: Color) {
    for (reach, half, ink) in [(8, 2, Color.white), (7, 1, color)] {
      fill(row: row - half, column: column - reach, height: 2 * half, width: 2 * reach, ink)
      fill(row: row - reach, column: column - half, height: 2 * reach, width: 2 * half, ink)
    }
  }
}
