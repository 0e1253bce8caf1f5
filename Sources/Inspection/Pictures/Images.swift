import Tensors

// Color images and maps with many channels.
extension Picture {
  /// The values of black and white in an image.
  public enum ImageRange: Sendable {
    /// −1 is black, 1 is white: the range of the networks.
    case signed
    /// 0 is black, 1 is white.
    case unit
  }

  /// Returns an image, pixel for pixel.
  ///
  /// - Parameters:
  ///   - image: red, green and blue, `[3, H, W]`; values outside the range are clamped to it.
  ///   - range: the values of black and white.
  /// - Returns: a picture of the same size.
  public static func image(_ image: Tensor, range: ImageRange) -> Picture {
    requireShape(image, [3, nil, nil], "image", axes: "[3, H, W]")
    let (rows, columns) = (image.shape[1], image.shape[2])
    let (values, plane) = (image.scalars, rows * columns)
    func level(_ index: Int) -> Double {
      range == .signed ? (values[index] + 1) / 2 : values[index]
    }
    return Picture(width: columns, height: rows) { row, column in
      let i = row * columns + column
      let pixel = (level(i), level(i + plane), level(i + 2 * plane))
      guard pixel.0.isFinite && pixel.1.isFinite && pixel.2.isFinite else { return .notFinite }
      return Color(unit: pixel.0, pixel.1, pixel.2)
    }
  }
}

extension Rendering {
  /// Returns an enlarged image.
  ///
  /// - Parameters:
  ///   - image: red, green and blue, `[3, H, W]`; values outside the range are clamped to it.
  ///   - range: the values of black and white.
  ///   - side: the largest side of the picture in pixels; a larger image is not reduced, and a narrow one
  ///     is enlarged to at least 256 pixels in width.
  /// - Returns: the image with every pixel enlarged to a square.
  public static func image(
    _ image: Tensor, range: Picture.ImageRange, side: Int = Picture.mapSide
  ) -> Rendering {
    let pixels = Picture.image(image, range: range)
    return Rendering(
      pixels.enlarged(by: max(pixels.enlargement(toFill: side), pixels.legibleFactor)),
      compact: pixels, colorMap: "rgb",
      range: range == .signed ? -1...1 : 0...1)
  }

  /// The ways to show a map with many channels.
  public enum FeatureView: Sendable {
    /// The first three principal components as red, green and blue, so that similar pixels look similar.
    case principalComponents
    /// The norm of the channel vector, in the scalar color map.
    case norm
  }

  /// Returns a picture of a map with many channels.
  ///
  /// - Parameters:
  ///   - features: `[C, H, W]`.
  ///   - view: how the channels are shown.
  ///   - side: the largest side of the map in the picture, in pixels; a larger map is not reduced.
  /// - Returns: the map with a line of explanation below it.
  public static func features(
    _ features: Tensor, by view: FeatureView = .principalComponents,
    side: Int = Picture.mapSide
  ) -> Rendering {
    requireShape(features, [nil, nil, nil], "features", axes: "[C, H, W]")
    switch view {
    case .norm:
      let map = scalarMap(features.channelNorm, side: side)
      let text = Picture.label("norm over \(features.shape[0]) channels")
      return Rendering(
        Picture.column([map.picture, text.padded(left: 8, bottom: 8)], gap: 0),
        compact: map.compact, colorMap: "\(map.colorMap) of the norm", range: map.range)
    case .principalComponents:
      let analysis = PrincipalComponents(features, count: min(3, features.shape[0]))
      let (rows, columns) = (features.shape[1], features.shape[2])
      let pixels = Picture(width: columns, height: rows) { row, column in
        let levels = analysis.levels(at: row * columns + column)
        guard levels.allSatisfy(\.isFinite) else { return .notFinite }
        return Color(unit: levels[0], levels[1], levels[2])
      }
      let share = (100 * analysis.explained).rounded()
      let text = "first 3 components of \(features.shape[0]) channels"
      // The colors are relative to the spread of this map, so its size is said in words.
      let size = Statistics(features.channelNorm)
      let below = Picture.column(
        [
          .label(text), .label("\(share.brief) % of the variance"),
          .label("norm \(size.minimum.brief) … \(size.maximum.brief)"),
        ], gap: 2)
      return Rendering(
        Picture.column([pixels.enlarged(toFill: side), below], gap: 8).framed, compact: pixels,
        colorMap: "principal components",
        meaning: "gray is the mean of this map; full color is two standard deviations from it")
    }
  }
}
