import Tensors

/// The maps of one part, which can be extended to where the part is hidden.
struct HiddenFill {
  /// The colors of the part, `[3, H, W]`, 0 … 1, or any other values that are filled in, `[C, H, W]`.
  let color: Tensor
  /// The coverage of the part, `[H, W]`, 0 … 1.
  let coverage: Tensor

  /// Returns the part extended to a whole region, with the hidden colors filled in from its edge.
  ///
  /// - Parameter region: returns whether a row and column belong to the extended part.
  /// - Returns: maps whose coverage is 1 in the region and unchanged elsewhere.
  func continued(over region: (_ row: Int, _ column: Int) -> Bool) -> HiddenFill {
    let (rows, columns) = (coverage.shape[0], coverage.shape[1])
    var covered = coverage.floats
    let grown = grown(rows, columns)
    for index in covered.indices where region(index / columns, index % columns) {
      covered[index] = 1
    }
    return HiddenFill(
      color: Tensor(color.shape, grown), coverage: Tensor([rows, columns], covered))
  }

  /// Returns the colors with the hidden ones filled in, ring by ring, as means of known neighbors.
  private func grown(_ rows: Int, _ columns: Int) -> [Float] {
    var colors = color.floats
    var known = coverage.floats.map { $0 > 0.5 }
    guard known.contains(true) else { return colors }
    let count = rows * columns
    while known.contains(false) {
      var ring: [(index: Int, neighbors: [Int])] = []
      for index in 0..<count where !known[index] {
        let neighbors = Self.neighbors(index, rows, columns).filter { known[$0] }
        if !neighbors.isEmpty { ring.append((index, neighbors)) }
      }
      for (index, neighbors) in ring {
        for channel in 0..<color.shape[0] {
          let sum = neighbors.reduce(Float(0)) { $0 + colors[channel * count + $1] }
          colors[channel * count + index] = sum / Float(neighbors.count)
        }
      }
      for (index, _) in ring { known[index] = true }
    }
    return colors
  }

  private static func neighbors(_ index: Int, _ rows: Int, _ columns: Int) -> [Int] {
    let (row, column) = (index / columns, index % columns)
    var found: [Int] = []
    for y in max(0, row - 1)...min(rows - 1, row + 1) {
      for x in max(0, column - 1)...min(columns - 1, column + 1) where (y, x) != (row, column) {
        found.append(y * columns + x)
      }
    }
    return found
  }
}
