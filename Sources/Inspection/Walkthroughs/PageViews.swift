import Probes
import Tensors

// Pictures of tensors on a page. Names are dump names, in which a slash makes a folder.
extension Page {
  /// Shows a scalar map, `[H, W]` or `[1, H, W]`.
  public mutating func map(
    _ name: String, _ map: Tensor, unit: String = "", range: ClosedRange<Double>? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, map, axes: map.rank == 3 ? "[1, H, W]" : "[H, W]", unit, equation, caption,
      .scalarMap(map, range: range, unit: unit))
  }

  /// Shows a map of signed values with zero in white, `[H, W]` or `[1, H, W]`.
  public mutating func signedMap(
    _ name: String, _ map: Tensor, unit: String = "", reach: Double? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, map, axes: map.rank == 3 ? "[1, H, W]" : "[H, W]", unit, equation, caption,
      .signedMap(map, reach: reach, unit: unit))
  }

  /// Shows distances from the camera, `[H, W]`, with the near end bright.
  public mutating func distanceMap(
    _ name: String, _ map: Tensor, unit: String = "", equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, map, axes: "[H, W]", unit, equation, caption, .distanceMap(map, unit: unit))
  }

  /// Shows depths in planes of a volume, `[H, W]` or `[1, H, W]`, with the near end bright.
  ///
  /// - Parameters:
  ///   - name: the dump name.
  ///   - map: the depths; larger is nearer.
  ///   - reference: what the depths are relative to, written below the map.
  ///   - range: the depths at the ends of the colors; by default the range of the map.
  ///   - caption: what the map shows.
  public mutating func depthMap(
    _ name: String, _ map: Tensor, reference: String, range: ClosedRange<Double>? = nil,
    caption: String = ""
  ) {
    let scale = DepthScale(near: .largest, reference: reference, range: range)
    show(
      name, map, axes: map.rank == 3 ? "[1, H, W]" : "[H, W]", "planes", nil, caption,
      .map(map, .depth(scale), unit: "planes"))
  }

  /// Shows class numbers in the mask palette, `[H, W]` or `[1, H, W]`.
  public mutating func labels(
    _ name: String, _ labels: Tensor, palette: ClassPalette, equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, labels, axes: labels.rank == 3 ? "[1, H, W]" : "[H, W]", "class id", equation, caption,
      .labels(labels, palette: palette))
  }

  /// Shows class probabilities, blended and one by one, `[K, H, W]`.
  public mutating func probabilities(
    _ name: String, _ probabilities: Tensor, palette: ClassPalette, equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, probabilities, axes: "[K, H, W]", "probability", equation, caption,
      .probabilities(probabilities, palette: palette))
  }

  /// Shows an image, `[3, H, W]`; −1 is black in the `.signed` range, 0 in the `.unit` range.
  public mutating func image(
    _ name: String, _ image: Tensor, range: Picture.ImageRange, equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, image, axes: "[3, H, W]", range == .signed ? "−1 … 1" : "0 … 1", equation, caption,
      .image(image, range: range))
  }

  /// Shows a volume plane by plane and its projections, `[D, H, W]` or `[C, D, H, W]`.
  public mutating func volume(
    _ name: String, _ volume: Tensor, unit: String = "", range: ClosedRange<Double>? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, volume, axes: volume.rank == 4 ? "[C, D, H, W]" : "[D, H, W]", unit, equation,
      caption, .volume(volume, range: range, unit: unit))
  }

  /// Shows a map with many channels, `[C, H, W]`.
  public mutating func features(
    _ name: String, _ features: Tensor, by view: Rendering.FeatureView = .principalComponents,
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, features, axes: "[C, H, W]", "", equation, caption, .features(features, by: view))
  }

  /// Shows values along every ray, `[H, W, N]`, over the distances of the samples if they are given.
  public mutating func rays(
    _ name: String, _ samples: Tensor, depths: Tensor? = nil, unit: String = "",
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, samples, axes: "[H, W, N]", unit, equation, caption,
      .rays(samples, depths: depths, unit: unit))
  }

  /// Shows latents as rows of stripes, `[R, L]` or `[L]`.
  public mutating func stripes(
    _ name: String, _ rows: Tensor, labels: [String] = [], axes: String? = nil,
    reach: Double? = nil, equation: String? = nil, caption: String = ""
  ) {
    show(
      name, rows, axes: axes ?? (rows.rank == 1 ? "[L]" : "[K, L]"), "", equation, caption,
      .stripes(rows, labels: labels, reach: reach))
  }

  /// Shows one line over 0, 1, 2, … or over given coordinates.
  public mutating func curve(
    _ name: String, _ values: [Double], x: [Double]? = nil, xLabel: String = "",
    yLabel: String = "", equation: String? = nil, caption: String = ""
  ) {
    let series = x.map { Series(name, x: $0, y: values) } ?? Series(name, values)
    curves(name, [series], xLabel: xLabel, yLabel: yLabel, equation: equation, caption: caption)
  }

  /// Shows several lines in one chart; the statistics are those of the vertical coordinates.
  ///
  /// If all lines have the same number of points, the dump contains x and y of each line, `[S, 2, N]`;
  /// otherwise it contains only the picture.
  public mutating func curves(
    _ name: String, _ series: [Series], xLabel: String = "", yLabel: String = "",
    equation: String? = nil, caption: String = ""
  ) {
    let length = series.first?.y.count ?? 0
    let isEven = !series.isEmpty && series.allSatisfy { $0.y.count == length }
    let tensor = isEven ? Tensor([series.count, 2, length], series.flatMap { $0.x + $0.y }) : nil
    add(
      .view(
        View(
          name: name, caption: caption, tensor: tensor,
          axes: isEven ? "[series, x y, N]" : "", unit: yLabel,
          equation: equation ?? self.equation, statisticsOf: series.flatMap(\.y),
          rendering: Rendering(.lines(series, xLabel: xLabel, yLabel: yLabel)))))
  }

  /// Shows labeled bars from zero.
  public mutating func bars(
    _ name: String, _ values: [Double], labels: [String] = [], unit: String = "",
    equation: String? = nil, caption: String = ""
  ) {
    show(
      name, Tensor([values.count], values), axes: "[N]", unit, equation, caption,
      Rendering(.bars(values, labels: labels, unit: unit)))
  }

  /// Shows a histogram of the values.
  public mutating func histogram(
    _ name: String, _ tensor: Tensor, bins: Int = 40, unit: String = "", equation: String? = nil,
    caption: String = ""
  ) {
    show(
      name, tensor, axes: "", unit, equation, caption,
      .histogram(tensor, bins: bins, unit: unit))
  }

  /// Shows a picture that was drawn elsewhere, with the tensor behind it if there is one.
  ///
  /// Every pixel of a picture less than 256 pixels wide is enlarged to a square.
  public mutating func picture(
    _ name: String, _ picture: Picture, tensor: Tensor? = nil, axes: String = "",
    unit: String = "", equation: String? = nil, caption: String = ""
  ) {
    show(
      name, tensor, axes: axes, unit, equation, caption,
      Rendering(picture.legible, compact: picture, colorMap: "rgb"))
  }

  /// Shows a film, a repeating sequence of pictures of one size; a terminal shows the first one.
  ///
  /// Pages enlarge small pictures; a file has their own pixels.
  ///
  /// - Parameters:
  ///   - name: the dump name.
  ///   - frames: the pictures, at least one and all of one size.
  ///   - secondsPerFrame: the duration of each picture.
  ///   - palette: the classes whose colors the pictures contain; nil if they show no classes.
  ///   - equation: the equation; by default that of the page.
  ///   - caption: what the film shows.
  public mutating func film(
    _ name: String, _ frames: [Picture], secondsPerFrame: Double, palette: ClassPalette? = nil,
    equation: String? = nil, caption: String = ""
  ) {
    var rendering = Rendering(film: frames, secondsPerFrame: secondsPerFrame)
    rendering.palette = palette
    show(name, nil, axes: "", "", equation, caption, rendering)
  }

  /// Shows a tensor with a picture chosen by its axes and its scale, as in a dump.
  public mutating func tensor(
    _ name: String, _ tensor: Tensor, axes: String, unit: String = "",
    palette: ClassPalette, equation: String? = nil,
    caption: String = "", meaning: TensorMeaning = TensorMeaning()
  ) {
    var view = View(
      Recording(
        name: name, tensor: tensor, axes: axes, unit: unit, equation: equation ?? self.equation,
        meaning: meaning),
      palette: palette)
    if !caption.isEmpty { view.caption = caption }
    add(.view(view))
  }

  private mutating func show(
    _ name: String, _ tensor: Tensor?, axes: String, _ unit: String, _ equation: String?,
    _ caption: String, _ rendering: Rendering
  ) {
    add(
      .view(
        View(
          name: name, caption: caption, tensor: tensor, axes: axes, unit: unit,
          equation: equation ?? self.equation, rendering: rendering)))
  }
}
