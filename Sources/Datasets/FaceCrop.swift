import TensorFiles

/// The square around a face that CelebA-HQ and CelebAMask-HQ cut out, and its pixels.
///
/// The rule is that of Karras et al., *Progressive Growing of GANs*, 2018, appendix C. With the eyes e₀
/// and e₁ and the corners of the mouth m₀ and m₁, and with rot(a, b) = (−b, a), a quarter turn in a
/// picture whose rows run down:
///
///     e = e₁ − e₀,   v = ½(m₀ + m₁) − ½(e₀ + e₁)
///     center = ½(e₀ + e₁) + v/10
///     x = (e − rot v) / |e − rot v|,   y = rot x
///     side = max(4 |e|, 3.6 |v|)
///
/// x and y are the directions of the rows and columns of the square. A face that looks to the front has
/// e and −rot v in the same direction; for other faces x lies between the two.
public struct FaceCrop: Sendable, Equatable {
  /// The center of the square, in pixels; (0, 0) is the center of the first pixel.
  public let center: SIMD2<Double>
  /// The direction of the square's rows, a unit vector.
  public let across: SIMD2<Double>
  /// The side of the square, in pixels.
  public let side: Double

  /// The direction of the square's columns, a unit vector.
  public var down: SIMD2<Double> { SIMD2(-across.y, across.x) }

  /// Applies the rule to landmarks; nil if the mouth is not below the line from the left eye to the
  /// right one.
  public init?(_ face: FaceLandmarks) {
    let eyes = (face.leftEye + face.rightEye) / 2
    let e = face.rightEye - face.leftEye
    let v = (face.leftMouth + face.rightMouth) / 2 - eyes
    guard e.x * v.y - e.y * v.x > 0 else { return nil }
    let direction = e - SIMD2(-v.y, v.x)
    across = direction / Self.length(direction)
    center = eyes + v / 10
    side = max(4 * Self.length(e), 3.6 * Self.length(v))
  }

  private static func length(_ vector: SIMD2<Double>) -> Double {
    (vector * vector).sum().squareRoot()
  }

  /// Returns the place of a position in the square, both −½ … ½ from its center.
  private func place(_ right: Double, _ below: Double) -> SIMD2<Double> {
    center + side * (right * across + below * down)
  }

  /// Returns how far the square reaches beyond a picture, in pixels; 0 if it lies inside.
  public func overhang(width: Int, height: Int) -> Double {
    let corners = [place(-0.5, -0.5), place(0.5, -0.5), place(-0.5, 0.5), place(0.5, 0.5)]
    return corners.reduce(0) { most, corner in
      // The outer border of the picture is half a pixel beyond the centers of its outermost pixels.
      let beyond = [
        -0.5 - corner.x, -0.5 - corner.y, corner.x - Double(width) + 0.5,
        corner.y - Double(height) + 0.5,
      ]
      return beyond.reduce(most, max)
    }
  }

  /// Returns the pixels of the square: red, green and blue, 8 bits.
  ///
  /// Every pixel is the mean of n × n samples spread evenly over its area, where n is the number of
  /// source pixels along its side, rounded up; a sample is interpolated bilinearly. What lies outside
  /// the picture is mirrored at its border.
  ///
  /// - Parameters:
  ///   - image: the picture, with one or three channels.
  ///   - size: the number of rows and columns of the result.
  /// - Returns: the cropped picture.
  public func pixels(of image: Image, size: Int) -> Image {
    let count = max(1, Int((side / Double(size) - 1e-9).rounded(.up)))
    let step = 1 / Double(size * count)
    var samples = [UInt16](repeating: 0, count: 3 * size * size)
    for row in 0..<size {
      for column in 0..<size {
        var sum = SIMD3<Double>.zero
        for below in 0..<count {
          for right in 0..<count {
            sum += Self.color(
              image,
              place(
                (Double(column * count + right) + 0.5) * step - 0.5,
                (Double(row * count + below) + 0.5) * step - 0.5))
          }
        }
        let mean = sum / Double(count * count) * (255 / Double(image.maximum))
        for channel in 0..<3 {
          samples[3 * (row * size + column) + channel] = UInt16(
            (mean[channel] + 0.5).rounded(.down))
        }
      }
    }
    return Image(width: size, height: size, channels: 3, samples: samples)
  }

  /// Returns the labels of the square: each is that of the nearest pixel, unchanged.
  ///
  /// - Parameters:
  ///   - map: the label map, in numbers or in colors.
  ///   - scale: the number of the map's pixels for each pixel of the picture.
  ///   - size: the number of rows and columns of the result.
  /// - Returns: the cropped map, with the same palette and the same bits per sample.
  public func labels(of map: PNGFile.Content, scale: Double, size: Int) -> PNGFile.Content {
    switch map {
    case .numbers(let map):
      let pixels = nearest(map.width, map.height, scale: scale, size: size)
      return .numbers(
        IndexedImage(
          width: size, height: size, indices: pixels.map { map.indices[$0] }, palette: map.palette))
    case .samples(let map):
      let pixels = nearest(map.width, map.height, scale: scale, size: size)
      return .samples(
        Image(
          width: size, height: size, channels: map.channels, bitsPerSample: map.bitsPerSample,
          samples: pixels.flatMap { map.samples[$0 * map.channels..<($0 + 1) * map.channels] }))
    }
  }

  /// Returns the number of the nearest pixel of a map for every pixel of the square.
  private func nearest(_ width: Int, _ height: Int, scale: Double, size: Int) -> [Int] {
    (0..<size * size).map { pixel in
      let place = place(
        (Double(pixel % size) + 0.5) / Double(size) - 0.5,
        (Double(pixel / size) + 0.5) / Double(size) - 0.5)
      // Positions are measured from the outer border, which both pictures share.
      let spot = (place + 0.5) * scale
      let column = Self.mirrored(Int(spot.x.rounded(.down)), width)
      let row = Self.mirrored(Int(spot.y.rounded(.down)), height)
      return row * width + column
    }
  }

  private static func color(_ image: Image, _ place: SIMD2<Double>) -> SIMD3<Double> {
    let corner = place.rounded(.down)
    let share = place - corner
    let (x, y) = (Int(corner.x), Int(corner.y))
    func value(_ x: Int, _ y: Int) -> SIMD3<Double> {
      let first =
        image.channels
        * (mirrored(y, image.height) * image.width + mirrored(x, image.width))
      let next = image.channels == 1 ? 0 : 1
      return SIMD3(
        Double(image.samples[first]), Double(image.samples[first + next]),
        Double(image.samples[first + 2 * next]))
    }
    let above = value(x, y) * (1 - share.x) + value(x + 1, y) * share.x
    let below = value(x, y + 1) * (1 - share.x) + value(x + 1, y + 1) * share.x
    return above * (1 - share.y) + below * share.y
  }

  /// Returns the pixel that an index outside a line is mirrored to; the outermost pixel is repeated.
  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    let folded = index < 0 ? -1 - index : index >= count ? 2 * count - 1 - index : index
    return min(max(folded, 0), count - 1)
  }
}
