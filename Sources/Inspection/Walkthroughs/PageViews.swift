import Tensors

// Pictures of tensors on a page. Names are dump names; a slash makes a folder.
extension Page {
  /// Shows a map of one number per pixel, `[H, W]` or `[1, H, W]`.
  public mutating func map(
    _ name: String, _ map: Tensor, unit: String = "", range: ClosedRange<Double>? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, map, axes: map.rank == 3 ? "[1, H, W]" : "[H, W]", unit, equation, caption,
      ColorMap.scalar.name, .scalarMap(map, range: range, unit: unit))
  }

  /// Shows a map of signed numbers with zero in white, `[H, W]` or `[1, H, W]`.
  public mutating func signedMap(
    _ name: String, _ map: Tensor, unit: String = "", reach: Double? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, map, axes: map.rank == 3 ? "[1, H, W]" : "[H, W]", unit, equation, caption,
      ColorMap.signed.name, .signedMap(map, reach: reach, unit: unit))
  }

  /// Shows class ids in the mask palette, `[H, W]` or `[1, H, W]`.
  public mutating func labels(
    _ name: String, _ labels: Tensor, equation: String? = nil, caption: String = ""
  ) {
    show(
      name, labels, axes: labels.rank == 3 ? "[1, H, W]" : "[H, W]", "class id", equation, caption,
      MaskPalette.mapName, .labels(labels))
  }

  /// Shows the classes' probabilities, blended and one by one, `[K, H, W]`.
  public mutating func probabilities(
    _ name: String, _ probabilities: Tensor, equation: String? = nil, caption: String = ""
  ) {
    show(
      name, probabilities, axes: "[K, H, W]", "probability", equation, caption,
      MaskPalette.mapName, .probabilities(probabilities))
  }

  /// Shows an image, `[3, H, W]`; −1 is black in the `.signed` range, 0 in the `.unit` range.
  public mutating func image(
    _ name: String, _ image: Tensor, range: Picture.ImageRange, equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, image, axes: "[3, H, W]", range == .signed ? "−1 … 1" : "0 … 1", equation, caption,
      "rgb", Picture.image(image, range: range).enlarged(toFill: Picture.mapSide))
  }

  /// Shows a volume plane by plane and its projections, `[D, H, W]` or `[C, D, H, W]`.
  public mutating func volume(
    _ name: String, _ volume: Tensor, unit: String = "", range: ClosedRange<Double>? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, volume, axes: volume.rank == 4 ? "[C, D, H, W]" : "[D, H, W]", unit, equation,
      caption, volume.rank == 4 ? "\(ColorMap.scalar.name) of the norm" : ColorMap.scalar.name,
      .volume(volume, range: range, unit: unit))
  }

  /// Shows a map with many channels, `[C, H, W]`.
  public mutating func features(
    _ name: String, _ features: Tensor, by view: Picture.FeatureView = .principalComponents,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, features, axes: "[C, H, W]", "", equation, caption,
      view == .norm ? "\(ColorMap.scalar.name) of the norm" : "principal components",
      .features(features, by: view))
  }

  /// Shows latents as rows of stripes, `[R, L]` or `[L]`.
  public mutating func stripes(
    _ name: String, _ rows: Tensor, labels: [String] = [], axes: String? = nil,
    reach: Double? = nil, equation: String? = nil, caption: String = ""
  ) {
    show(
      name, rows, axes: axes ?? (rows.rank == 1 ? "[L]" : "[K, L]"), "", equation, caption,
      ColorMap.signed.name, .stripes(rows, labels: labels, reach: reach))
  }

  /// Shows one line over 0, 1, 2, … or over given positions.
  public mutating func curve(
    _ name: String, _ values: [Double], x: [Double]? = nil, xLabel: String = "",
    yLabel: String = "", equation: String? = nil, caption: String = ""
  ) {
    let series = x.map { Series(name, x: $0, y: values) } ?? Series(name, values)
    curves(name, [series], xLabel: xLabel, yLabel: yLabel, equation: equation, caption: caption)
  }

  /// Shows several lines in one chart; the dump holds x and y of each, `[S, 2, N]`, when all have as
  /// many points, and the picture alone otherwise.
  public mutating func curves(
    _ name: String, _ series: [Series], xLabel: String = "", yLabel: String = "",
    equation: String? = nil, caption: String = ""
  ) {
    let lengths = Set(series.map(\.y.count))
    let tensor =
      lengths.count == 1
      ? Tensor([series.count, 2, series[0].y.count], series.flatMap { $0.x + $0.y }) : nil
    show(
      name, tensor, axes: tensor == nil ? "" : "[series, x y, N]", "", equation, caption, "lines",
      .chart(series, xLabel: xLabel, yLabel: yLabel))
  }

  /// Shows labelled bars from zero.
  public mutating func bars(
    _ name: String, _ values: [Double], labels: [String] = [], unit: String = "",
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, Tensor([values.count], values), axes: "[N]", unit, equation, caption, "bars",
      .bars(values, labels: labels, unit: unit))
  }

  /// Shows how often values occur.
  public mutating func histogram(
    _ name: String, _ tensor: Tensor, bins: Int = 40, unit: String = "", equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, tensor, axes: "", unit, equation, caption, "bars",
      .histogram(tensor.scalars, bins: bins, xLabel: unit))
  }

  /// Shows a picture that was drawn elsewhere, with the tensor behind it if there is one.
  public mutating func picture(
    _ name: String, _ picture: Picture, tensor: Tensor? = nil, axes: String = "",
    unit: String = "", equation: String? = nil, caption: String = ""
  ) {
    show(name, tensor, axes: axes, unit, equation, caption, "rgb", picture)
  }

  /// Shows any tensor in the way its axes ask for, as a dump does.
  public mutating func tensor(
    _ name: String, _ tensor: Tensor, axes: String, unit: String = "", equation: String? = nil,
    caption: String = ""
  ) {
    var view = View(
      Recording(
        name: name, tensor: tensor, axes: axes, unit: unit, equation: equation ?? self.equation))
    view.caption = caption
    add(.view(view))
  }

  private mutating func show(
    _ name: String, _ tensor: Tensor?, axes: String, _ unit: String, _ equation: String?,
    _ caption: String, _ colorMap: String, _ picture: Picture
  ) {
    add(
      .view(
        View(
          name: name, caption: caption, tensor: tensor, axes: axes, unit: unit,
          equation: equation ?? self.equation, colorMap: colorMap, picture: picture)))
  }
}
