extension Picture {
  /// Returns the picture reduced to fit into a rectangle; a picture that fits is not changed.
  ///
  /// Every new pixel is the mean of the old pixels in its block, whose borders are rounded to whole
  /// pixels.
  func shrunk(toWidth limit: Int, height heightLimit: Int) -> Picture {
    let scale = min(
      1, Double(limit) / Double(width), Double(heightLimit) / Double(height))
    guard scale < 1 else { return self }
    let columns = max(1, Int((Double(width) * scale).rounded(.down)))
    let rows = max(1, Int((Double(height) * scale).rounded(.down)))
    func block(_ index: Int, _ count: Int, of length: Int) -> Range<Int> {
      index * length / count..<(index + 1) * length / count
    }
    return Picture(width: columns, height: rows) { row, column in
      var (red, green, blue, count) = (0, 0, 0, 0)
      for y in block(row, rows, of: height) {
        for x in block(column, columns, of: width) {
          let color = self[y, x]
          red += Int(color.red)
          green += Int(color.green)
          blue += Int(color.blue)
          count += 1
        }
      }
      func mean(_ sum: Int) -> UInt8 { UInt8((sum + count / 2) / count) }
      return Color(mean(red), mean(green), mean(blue))
    }
  }
}
