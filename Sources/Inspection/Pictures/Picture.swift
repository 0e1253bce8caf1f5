import Tensors

/// A picture of 8-bit RGB pixels, stored row by row from the top.
public struct Picture: Hashable, Sendable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The red, green and blue values of all pixels, row by row: `3 · width · height` bytes.
  public private(set) var bytes: [UInt8]

  /// Creates a picture of one color.
  public init(width: Int, height: Int, fill: Color = .white) {
    require(
      width > 0 && height > 0,
      "Picture(width:height:fill:): size is \(width) × \(height), expected at least 1 × 1")
    self.width = width
    self.height = height
    var bytes = [UInt8](repeating: fill.red, count: 3 * width * height)
    if fill.red != fill.green || fill.red != fill.blue {
      for i in 0..<width * height {
        bytes[3 * i + 1] = fill.green
        bytes[3 * i + 2] = fill.blue
      }
    }
    self.bytes = bytes
  }

  /// Creates a picture from a closure that returns the color at each row and column.
  public init(width: Int, height: Int, pixel: (_ row: Int, _ column: Int) -> Color) {
    self.init(width: width, height: height)
    for row in 0..<height {
      for column in 0..<width { self[row, column] = pixel(row, column) }
    }
  }

  /// The color at a row and a column.
  public subscript(row: Int, column: Int) -> Color {
    get {
      let i = index(row, column)
      return Color(bytes[i], bytes[i + 1], bytes[i + 2])
    }
    set {
      let i = index(row, column)
      bytes[i] = newValue.red
      bytes[i + 1] = newValue.green
      bytes[i + 2] = newValue.blue
    }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    require(
      row >= 0 && row < height && column >= 0 && column < width,
      "Picture[row, column]: [\(row), \(column)] is outside \(height) rows × \(width) columns")
    return 3 * (row * width + column)
  }

  /// Returns whether the picture has a pixel at this row and column.
  public func contains(_ row: Int, _ column: Int) -> Bool {
    row >= 0 && row < height && column >= 0 && column < width
  }

  /// Mixes a color into one pixel; does nothing outside the picture.
  public mutating func plot(_ row: Int, _ column: Int, _ color: Color, share: Double = 1) {
    guard contains(row, column) else { return }
    self[row, column] = share >= 1 ? color : self[row, column].mixed(with: color, share: share)
  }

  /// Fills a rectangle, clipped to the picture.
  public mutating func fill(
    row: Int, column: Int, height rows: Int, width columns: Int, _ color: Color
  ) {
    for y in max(0, row)..<max(0, row, min(height, row + rows)) {
      for x in max(0, column)..<max(0, column, min(width, column + columns)) {
        self[y, x] = color
      }
    }
  }

  /// Draws another picture with its top left corner at a row and a column, clipped to this picture.
  public mutating func draw(_ picture: Picture, row: Int, column: Int) {
    for y in 0..<picture.height where row + y >= 0 && row + y < height {
      for x in 0..<picture.width where column + x >= 0 && column + x < width {
        self[row + y, column + x] = picture[y, x]
      }
    }
  }

  /// Returns the picture with every pixel enlarged to a square of `factor` × `factor`.
  public func enlarged(by factor: Int) -> Picture {
    require(factor > 0, "enlarged(by:): factor is \(factor), expected at least 1")
    guard factor > 1 else { return self }
    return Picture(width: width * factor, height: height * factor) { row, column in
      self[row / factor, column / factor]
    }
  }

  /// Returns the largest integer factor that keeps both sides within `side` pixels; at least 1.
  public func enlargement(toFill side: Int) -> Int { max(1, side / max(width, height)) }

  /// Returns the picture enlarged by the largest integer factor that keeps both sides within `side`.
  public func enlarged(toFill side: Int) -> Picture { enlarged(by: enlargement(toFill: side)) }

  /// The least width at which an image of few pixels is shown.
  public static let legibleWidth = 256

  /// Returns the least whole number that makes a picture at least 256 pixels wide.
  ///
  /// A tall narrow picture is enlarged less, so that it is not higher than 1024 pixels.
  static func legibleFactor(width: Int, height: Int) -> Int {
    min((legibleWidth + width - 1) / width, max(1, 4 * legibleWidth / height))
  }

  var legibleFactor: Int { Self.legibleFactor(width: width, height: height) }

  /// The picture, each pixel enlarged to a square if the picture is small.
  public var legible: Picture { enlarged(by: legibleFactor) }

  /// Returns the picture with a margin of one color.
  public func padded(
    top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0, _ color: Color = .white
  ) -> Picture {
    var result = Picture(width: width + left + right, height: height + top + bottom, fill: color)
    result.draw(self, row: top, column: left)
    return result
  }

  /// Returns pictures side by side, aligned at the top.
  public static func row(_ pictures: [Picture], gap: Int = 8, fill: Color = .white) -> Picture {
    guard let first = pictures.first, pictures.count > 1 else {
      return pictures.first ?? Picture(width: 1, height: 1, fill: fill)
    }
    var result = Picture(
      width: pictures.reduce(-gap) { $0 + gap + $1.width },
      height: pictures.reduce(first.height) { max($0, $1.height) }, fill: fill)
    var column = 0
    for picture in pictures {
      result.draw(picture, row: 0, column: column)
      column += picture.width + gap
    }
    return result
  }

  /// Returns pictures below each other, aligned at the left.
  public static func column(_ pictures: [Picture], gap: Int = 8, fill: Color = .white) -> Picture {
    guard let first = pictures.first, pictures.count > 1 else {
      return pictures.first ?? Picture(width: 1, height: 1, fill: fill)
    }
    var result = Picture(
      width: pictures.reduce(first.width) { max($0, $1.width) },
      height: pictures.reduce(-gap) { $0 + gap + $1.height }, fill: fill)
    var row = 0
    for picture in pictures {
      result.draw(picture, row: row, column: 0)
      row += picture.height + gap
    }
    return result
  }
}
