import Tensors

/// One part's maps, continued to where the part is hidden.
struct HiddenFill {
  /// `[3, H, W]`, 0 … 1.
  let colour: Tensor
  /// `[H, W]`, 0 … 1.
  let coverage: Tensor

  /// The part covering a whole region; where it was not seen its colours grow in from the edge.
  ///
  /// - Parameter region: whether a row and column belong to the part.
  /// - Returns: maps with coverage 1 in the region, and as they were elsewhere.
  func continued(over region: (_ row: Int, _ column: Int) -> Bool) -> HiddenFill {
    let (rows, columns) = (coverage.shape[0], coverage.shape[1])
    var covered = coverage.floats
    let grown = grown(rows, columns)
    for index in covered.indices where region(index / columns, index % columns) {
      covered[index] = 1
    }
    return HiddenFill(
      colour: Tensor([3, rows, columns], grown), coverage: Tensor([rows, columns], covered))
  }

  /// Colours where the part is not seen: the mean of the neighbours that are known, ring by ring.
  private func grown(_ rows: Int, _ columns: Int) -> [Float] {
    var colours = colour.floats
    var known = coverage.floats.map { $0 > 0.5 }
    guard known.contains(true) else { return colours }
    let count = rows * columns
    while known.contains(false) {
      var ring: [(index: Int, neighbours: [Int])] = []
      for index in 0..<count where !known[index] {
        let neighbours = Self.neighbours(index, rows, columns).filter { known[$0] }
        if !neighbours.isEmpty { ring.append((index, neighbours)) }
      }
      for (index, neighbours) in ring {
        for channel in 0..<3 {
          let sum = neighbours.reduce(Float(0)) { $0 + colours[channel * count + $1] }
          colours[channel * count + index] = sum / Float(neighbours.count)
        }
      }
      for (index, _) in ring { known[index] = true }
    }
    return colours
  }

  private static func neighbours(_ index: Int, _ rows: Int, _ columns: Int) -> [Int] {
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
