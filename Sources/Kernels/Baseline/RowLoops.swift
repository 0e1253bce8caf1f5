import KernelInterface

/// out[r] = Σ weights[e] · table[index[e]] over the entries e of row r.
@inline(__always)
func weightedRowsLoop<T: KernelReal>(
  _ table: UnsafePointer<T>, _ columns: Int, _ index: UnsafePointer<Int32>,
  _ weights: UnsafePointer<T>, _ starts: UnsafePointer<Int32>, _ out: UnsafeMutablePointer<T>,
  _ rows: Int
) {
  for row in 0..<rows {
    let target = out + row &* columns
    for column in 0..<columns { target[column] = 0 }
    for entry in Int(starts[row])..<Int(starts[row + 1]) where weights[entry] != 0 {
      let source = table + Int(index[entry]) &* columns
      let weight = weights[entry]
      for column in 0..<columns {
        target[column] = T.multiplyAdd(weight, source[column], target[column])
      }
    }
  }
}

/// out[p, j] = table[index[p, j]] · g[p].
@inline(__always)
func rowDotsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ g: UnsafePointer<T>, _ columns: Int, _ index: UnsafePointer<Int32>,
  _ perRow: Int, _ out: UnsafeMutablePointer<T>, _ rows: Int
) {
  for row in 0..<rows {
    for entry in row &* perRow..<(row + 1) &* perRow {
      out[entry] = dotLoop(table + Int(index[entry]) &* columns, g + row &* columns, columns)
    }
  }
}
