// Figures with a gallery.
extension HTML {
  /// Returns the pictures of a gallery as images that wrap on narrow windows, a legend and the caption.
  static func figure(_ gallery: Gallery, of view: View, numbers: String) throws -> String {
    let caption = view.caption.isEmpty ? "" : " \(inline(view.caption))"
    let small = numbers.isEmpty ? "" : "<small>\(escaped(numbers))</small>"
    let tiles = try gallery.tiles.enumerated().map { index, tile in
      let images = try tile.pictures.enumerated().map { row, picture in
        let factor = picture.legibleFactor
        // The first image has the description of the whole view.
        let text =
          index == 0 && row == 0
          ? "\(tile.title): \(view.alternativeText)"
          : "\(view.name): \(tile.title)\(row > 0 ? ", picture \(row + 1)" : "")"
        return """
          <img\(factor > 1 ? " class=\"pixels\"" : "") alt="\(escaped(text))" \
          width="\(picture.width * factor)" height="\(picture.height * factor)" \
          src="data:image/png;base64,\(try picture.base64())"/>
          """
      }
      return "<div><span>\(text(tile.title))</span>\(images.joined())</div>"
    }
    let width = gallery.columns * (Gallery.side + 13) - 13
    return """
      <figure style="width: \(width)px"><div class="tiles">\(tiles.joined(separator: "\n"))</div>\
      \(gallery.palette.map(legend) ?? "")
      <figcaption><code>\(escaped(view.name))</code>\(caption) \(small)</figcaption></figure>
      """
  }

  /// Returns the colors and names of all classes of a palette as a list.
  static func legend(of palette: ClassPalette) -> String {
    let items = palette.names.indices.map { id in
      "<li><i style=\"background: \(palette.color(id).hex)\"></i>\(escaped(palette.name(id)))</li>"
    }
    return "<ul class=\"legend\" aria-label=\"Colors of the parts\">\(items.joined())</ul>"
  }
}

extension Color {
  /// The color as style sheets write it, for example `#4477AA`.
  var hex: String {
    "#"
      + [red, green, blue].map { level in
        let digits = String(level, radix: 16, uppercase: true)
        return level < 16 ? "0" + digits : digits
      }.joined()
  }
}
