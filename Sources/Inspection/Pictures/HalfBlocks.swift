import Tensors

// Pictures in a terminal: each character shows two pixels, one above the other.
extension Picture {
  /// Returns the picture as lines of text.
  ///
  /// With color, every character is an upper half block in 24-bit colors: the foreground is the upper
  /// pixel, the background the lower one. Without color, brighter pixels become denser characters.
  ///
  /// - Parameters:
  ///   - columns: the largest number of characters per line; a small picture is enlarged by an integer
  ///     factor.
  ///   - rows: the largest number of lines; nil for as many as the proportions need.
  ///   - hasColor: whether the terminal supports 24-bit colors.
  /// - Returns: the lines, each with its line break.
  public func terminalText(columns: Int, rows: Int? = nil, hasColor: Bool) -> String {
    require(
      columns > 0 && (rows ?? 1) > 0,
      "terminalText(columns:rows:hasColor:): \(columns) columns, \(rows ?? 1) rows, expected > 0")
    // Two rows of pixels make a line.
    let limit = rows.map { max(1, min(columns, 2 * $0 * width / height)) } ?? columns
    let fitted =
      width > limit ? reduced(toWidth: limit) : enlarged(by: max(1, min(limit / width, 4)))
    var text = ""
    for row in stride(from: 0, to: fitted.height, by: 2) {
      for column in 0..<fitted.width {
        let upper = fitted[row, column]
        let lower = row + 1 < fitted.height ? fitted[row + 1, column] : upper
        text += hasColor ? Self.halfBlock(upper, lower) : Self.shade(upper, lower)
      }
      text += hasColor ? "\u{1B}[0m\n" : "\n"
    }
    return text
  }

  private static func halfBlock(_ upper: Color, _ lower: Color) -> String {
    "\u{1B}[38;2;\(upper.red);\(upper.green);\(upper.blue)m"
      + "\u{1B}[48;2;\(lower.red);\(lower.green);\(lower.blue)m▀"
  }

  /// The characters in order of density.
  private static let shades = Array(" .:-=+*#%@").map(String.init)

  private static func shade(_ upper: Color, _ lower: Color) -> String {
    // Equal steps of the gamma-encoded 8-bit values look like equal steps of brightness.
    func lightness(_ color: Color) -> Double {
      let (red, green, blue) = color.unit
      return 0.299 * red + 0.587 * green + 0.114 * blue
    }
    let light = (lightness(upper) + lightness(lower)) / 2
    return shades[min(shades.count - 1, Int(light * Double(shades.count)))]
  }

  /// Returns a smaller picture of the same proportions; each pixel is the mean of those it covers.
  func reduced(toWidth target: Int) -> Picture {
    let rows = max(1, Int((Double(height * target) / Double(width)).rounded()))
    return Picture(width: target, height: rows) { row, column in
      let ys = row * height / rows..<max((row + 1) * height / rows, row * height / rows + 1)
      let xs =
        column * width / target..<max((column + 1) * width / target, column * width / target + 1)
      var sum = (red: 0.0, green: 0.0, blue: 0.0)
      for y in ys {
        for x in xs {
          let pixel = self[y, x].unit
          sum.red += pixel.red
          sum.green += pixel.green
          sum.blue += pixel.blue
        }
      }
      let count = Double(ys.count * xs.count)
      return Color(unit: sum.red / count, sum.green / count, sum.blue / count)
    }
  }
}
