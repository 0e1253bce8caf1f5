import Inspection
import Tensors

extension Page {
  /// Shows shares, 0 … 1, as a matrix with the names of its rows and columns.
  ///
  /// - Parameters:
  ///   - name: the name of the picture.
  ///   - shares: `[rows, columns]`.
  ///   - rows: the names of the rows.
  ///   - columns: lines of names above the matrix, each name with the column at which it begins.
  ///   - axes: the meaning of rows and columns.
  ///   - caption: the caption; a note on the colors is appended.
  mutating func shares(
    _ name: String, _ shares: Tensor, rows: [String], columns: [[(column: Int, name: String)]],
    axes: String, caption: String
  ) {
    let (values, across) = (shares.scalars, shares.shape[1])
    let (high, wide) = (max(18, 180 / rows.count), max(1, 800 / across))
    let margin = 8 + (rows.map { Picture.width(of: $0) }.max() ?? 0)
    let line = Picture.lineHeight()
    let top = columns.count * line
    // The last name may be wider than its column.
    let spill = columns.joined().map { $0.column * wide + Picture.width(of: $0.name) }.max() ?? 0
    var picture = Picture(
      width: margin + max(across * wide, spill), height: top + rows.count * (high + 2))
    for (index, names) in columns.enumerated() {
      for (column, name) in names {
        picture.write(name, row: index * line, column: margin + column * wide)
      }
    }
    for (row, name) in rows.enumerated() {
      let start = top + row * (high + 2)
      picture.write(name, row: start + (high - 14) / 2, column: margin - 8, alignment: .right)
      for column in 0..<across {
        picture.fill(
          row: start, column: margin + column * wide, height: high, width: max(1, wide - 1),
          ColorMap.scalar.color(at: values[row * across + column]))
      }
    }
    add(
      .view(
        View(
          name: name, caption: caption + "; violet is 0, yellow 1", tensor: shares, axes: axes,
          unit: "", equation: equation,
          rendering: Rendering(
            picture.padded(top: 8, left: 8, bottom: 8, right: 8),
            compact: Picture(width: across, height: 2 * rows.count) {
              ColorMap.scalar.color(at: values[$0 / 2 * across + $1])
            }, colorMap: ColorMap.scalar.name))))
  }
}
