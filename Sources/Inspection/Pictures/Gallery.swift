import Tensors

/// Pictures of one kind side by side, each below its title.
///
/// A page shows every picture as an image of its own, at least 256 pixels wide, and as many in a line as
/// fit. A file and a terminal show one picture of all of them. If a picture shows classes by their colors, a
/// legend names all classes of its palette.
public struct Gallery: Sendable, Equatable {
  /// Pictures below one title.
  public struct Tile: Sendable, Equatable {
    /// The title.
    public let title: String
    /// The pictures from the top, for example a portrait and its mask; pixels are not yet enlarged.
    public let pictures: [Picture]
    /// The classes whose colors the pictures contain; nil if they show no classes.
    public let palette: ClassPalette?

    /// Creates a tile of one or more pictures.
    public init(_ title: String, _ pictures: [Picture], palette: ClassPalette? = nil) {
      require(!pictures.isEmpty, "Gallery.Tile(_:_:palette:): \(title) has no picture")
      self.title = title
      self.pictures = pictures
      self.palette = palette
    }

    /// Returns a picture that was drawn elsewhere.
    public static func picture(_ title: String, _ picture: Picture) -> Tile {
      Tile(title, [picture])
    }

    /// Returns class numbers, `[H, W]` or `[1, H, W]`, in the colors of a palette.
    public static func labels(_ title: String, _ labels: Tensor, palette: ClassPalette) -> Tile {
      Tile(title, [.labels(labels, palette: palette)], palette: palette)
    }

    /// Returns the tile with the pictures of another one below its own.
    public func above(_ other: Tile) -> Tile {
      Tile(title, pictures + other.pictures, palette: palette ?? other.palette)
    }
  }

  /// The least side of a picture, in pixels.
  public static let side = 256

  /// The tiles in reading order.
  public let tiles: [Tile]
  /// The largest number of tiles in a line.
  public let columns: Int

  /// Creates a gallery of one or more tiles.
  public init(_ tiles: [Tile], columns: Int) {
    require(
      !tiles.isEmpty && columns > 0,
      "Gallery(_:columns:): got \(tiles.count) tiles in \(columns) columns, expected at least 1")
    self.tiles = tiles
    self.columns = columns
  }

  /// The classes of the legend; nil if no picture shows classes.
  public var palette: ClassPalette? { tiles.lazy.compactMap(\.palette).first }

  /// All tiles with their titles and the legend as one picture.
  public var picture: Picture {
    let tiles = tiles.map { tile in
      let pictures = tile.pictures.map(\.legible)
      let width = pictures.reduce(Picture.width(of: tile.title)) { max($0, $1.width) }
      var label = Picture(width: width, height: Picture.lineHeight())
      label.write(tile.title, row: 2, column: 0)
      return Picture.column([label] + pictures, gap: 2)
    }
    let sheet = Self.lines(of: tiles, columns: columns, gap: 8)
    guard let palette else { return sheet }
    return .column([sheet, .legend(of: palette, width: sheet.width)], gap: 8)
  }

  /// The pictures without titles and without enlargement, for a terminal.
  var compact: Picture {
    Self.lines(of: tiles.map { .column($0.pictures, gap: 1) }, columns: columns, gap: 1)
  }

  private static func lines(of pictures: [Picture], columns: Int, gap: Int) -> Picture {
    .column(
      stride(from: 0, to: pictures.count, by: columns).map { start in
        .row(Array(pictures[start..<min(start + columns, pictures.count)]), gap: gap)
      }, gap: gap)
  }
}

extension Picture {
  /// Returns class numbers, `[H, W]` or `[1, H, W]`, as one pixel each in the colors of a palette.
  public static func labels(_ labels: Tensor, palette: ClassPalette) -> Picture {
    let map = labels.plane("labels")
    let (ids, columns) = (map.scalars, map.shape[1])
    return Picture(width: columns, height: map.shape[0]) { row, column in
      let id = ids[row * columns + column]
      return palette.color(id.isFinite ? Int(id.rounded()) : -1)
    }
  }

  /// Returns the colors and names of all classes of a palette in as many lines as a width needs.
  static func legend(of palette: ClassPalette, width: Int) -> Picture {
    let (line, box) = (lineHeight(), 16)
    var places: [(id: Int, line: Int, left: Int)] = []
    var (row, left) = (0, 0)
    for id in palette.names.indices {
      let wide = box + 8 + Picture.width(of: palette.name(id))
      if left > 0 && left + wide > width { (row, left) = (row + 1, 0) }
      places.append((id, row, left))
      left += wide + 16
    }
    var legend = Picture(width: width, height: (row + 1) * line)
    for place in places {
      legend.fill(
        row: place.line * line, column: place.left, height: 14, width: box, palette.color(place.id))
      legend.outline(row: place.line * line, column: place.left, height: 14, width: box, .ink)
      legend.write(palette.name(place.id), row: place.line * line, column: place.left + box + 8)
    }
    return legend
  }
}

extension Rendering {
  /// Creates a rendering of a gallery.
  ///
  /// - Parameters:
  ///   - gallery: the pictures with their titles.
  ///   - colorMap: the name of the color map, for the index of a dump.
  public init(_ gallery: Gallery, colorMap: String = "rgb") {
    self.init(gallery.compact, colorMap: colorMap)
    self.gallery = gallery
  }
}

// Galleries on a page.
extension Page {
  /// Shows pictures side by side, each below its title, with a legend if they show classes.
  ///
  /// - Parameters:
  ///   - name: the dump name.
  ///   - tiles: the pictures with their titles, in reading order.
  ///   - columns: the largest number of pictures in a line.
  ///   - tensor: the tensor behind the pictures, if there is one.
  ///   - axes: the axes of the tensor by letter.
  ///   - unit: the unit of the tensor.
  ///   - caption: what the pictures show.
  public mutating func gallery(
    _ name: String, _ tiles: [Gallery.Tile], columns: Int, tensor: Tensor? = nil, axes: String = "",
    unit: String = "", caption: String = ""
  ) {
    add(
      .view(
        View(
          name: name, caption: caption, tensor: tensor, axes: axes, unit: unit, equation: equation,
          rendering: Rendering(Gallery(tiles, columns: columns)))))
  }
}
