import KernelInterface

/// The tiles of 4 × 4 outputs that cover the maps of a batch, numbered image by image, row by row.
struct TileGrid {
  let images: Int
  let rows: Int
  let columns: Int

  init(images: Int, covering map: (rows: Int, columns: Int)) {
    self.images = images
    rows = (map.rows + 3) / 4
    columns = (map.columns + 3) / 4
  }

  var count: Int { images * rows * columns }

  /// Returns how many blocks of `lanes` tiles form one item of work; it depends on the shape alone.
  ///
  /// Large items read the transformed kernels less often. Items of at most about 1 MiB stay in a
  /// thread's caches, and small items keep threads from waiting for each other.
  func blocksPerItem(lanes: Int, bytesPerBlock: Int) -> Int {
    let blocks = (count + lanes - 1) / lanes
    return max(1, min((blocks + 3) / 4, (1 << 20) / max(1, bytesPerBlock)))
  }

  /// Calls `body` for each block of at most `lanes` neighboring tiles in the range, with the
  /// block's number and its runs.
  func forEachBlock(
    of tiles: Range<Int>, lanes: Int, _ body: (Int, UnsafeBufferPointer<TileRun>) -> Void
  ) {
    var runs: [TileRun] = []
    for (block, first) in stride(from: tiles.lowerBound, to: tiles.upperBound, by: lanes)
      .enumerated()
    {
      runs.removeAll(keepingCapacity: true)
      let end = min(first + lanes, tiles.upperBound)
      var tile = first
      while tile < end {
        let (line, column) = (tile / columns, tile % columns)
        let count = min(end - tile, columns - column)
        runs.append(
          TileRun(
            image: line / rows, row: line % rows, column: column, lane: tile - first, count: count))
        tile += count
      }
      runs.withUnsafeBufferPointer { body(block, $0) }
    }
  }
}
