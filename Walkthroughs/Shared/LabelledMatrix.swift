import Inspection
import Tensors

extension Page {
  /// Shows shares, 0 … 1, as a matrix whose rows and columns have names.
  ///
  /// - Parameters:
  ///   - name: the picture's name.
  ///   - shares: `[rows, columns]`.
  ///   - rows: the name of every row.
  ///   - columns: lines of names above the matrix, each name with the column it begins at.
  ///   - axes: what rows and columns are.
  ///   - caption: what is to be seen.
  mutating func shares(
    _ name: String, _ shares: Tensor, rows: [String], columns: [[(column: Int, name: String)]],
    axes: String, caption: String
  ) {
    let (values, across) = (shares.scalars, shares.shape[1])
    let (high, wide) = (max(18, 180 / rows.count), max(1, 800 / across))
    let margin = 8 + (rows.map { Picture.width(of: $0) }.max() ?? 0)
    let line = Picture.lineHeight()
    let top = columns.count * line
    // A last name may be wider than its column.
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
