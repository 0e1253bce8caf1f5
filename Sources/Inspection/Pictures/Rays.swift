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
    requireShape(samples, [nil, nil, nil], "samples", axes: "[H, W, N]")
    let (rows, columns, count) = (samples.shape[0], samples.shape[1], samples.shape[2])
    require(samples.count > 0, "rays(_:): samples has shape \(samples.shape), expected values")
    if let depths { requireShape(depths, samples.shape, "depths", axes: "[H, W, N]") }
    let chosen = [(2, 2), (1, 2), (2, 1), (2, 3), (3, 2)].map {
      (row: rows * $0.0 / 4, column: columns * $0.1 / 4)
    }
    let series = chosen.map { pixel in
      let ray = samples[pixel.row, pixel.column].scalars
      let x = depths.map { $0[pixel.row, pixel.column].scalars }
      let label = "row \(pixel.row), col \(pixel.column)"
      return Series(label, x: x ?? (0..<count).map(Double.init), y: ray)
    }
    let greatest = samples.maximum(axes: [2])
    let range = Statistics(greatest).range
    let small = Picture.colored(greatest, .scalar, range)
    let factor = small.enlargement(toFill: 256)
    var pixels = small.enlarged(by: factor)
    for (index, pixel) in chosen.enumerated() {
      pixels.cross(
        row: pixel.row * factor + factor / 2, column: pixel.column * factor + factor / 2,
        SeriesPalette.color(index))
    }
    let bar = ColorBar(map: .scalar, range: range, unit: unit, marksZero: false)
    let map = Picture.row([pixels, bar.picture(height: pixels.height)], gap: 12)
    let chart = Picture.chart(
      series, xLabel: depths == nil ? "sample" : "distance t", yLabel: unit, width: 720,
      height: 320)
    return Rendering(
      Picture.column([.label("maximum along the ray"), map, chart], gap: 6).framed,
      compact: small, colorMap: ColorMap.scalar.name)
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
