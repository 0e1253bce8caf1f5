import KernelInterface

/// Returns four neighboring numbers of four tiles, transposed: vector j holds number j of each
/// tile.
@inline(__always)
func exchanged<T: SIMDScalar>(_ a: SIMD4<T>, _ b: SIMD4<T>, _ c: SIMD4<T>, _ d: SIMD4<T>) -> (
  SIMD4<T>, SIMD4<T>, SIMD4<T>, SIMD4<T>
) {
  (
    SIMD4(a[0], b[0], c[0], d[0]), SIMD4(a[1], b[1], c[1], d[1]), SIMD4(a[2], b[2], c[2], d[2]),
    SIMD4(a[3], b[3], c[3], d[3])
  )
}

/// Reads and transforms the tiles of some runs; V holds half the lanes.
///
/// The matrix is applied down the columns first, while neighboring pixels are adjacent. A pixel
/// that two tiles share is then transformed once for both.
@inline(__always)
func readTilesLoop<M: TileMatrix, V: SIMD>(
  _ matrix: M.Type, _ reading: TileReading, _ x: UnsafePointer<V.Scalar>, _ planes: TilePlanes,
  _ channels: Int, _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<V.Scalar>,
  _ pointStep: Int, _ type: V.Type
) where V.Scalar: KernelReal & SIMDScalar {
  typealias T = V.Scalar
  let lanes = 2 &* V.scalarCount
  // Four tiles are transposed together, even where a run ends. The surplus tiles are then written
  // behind the last lane.
  let pitch = 3 &* V.scalarCount
  let (size, step) = (M.inputs, reading.step)
  // Some rows of a run, with zeros for up to three tiles after the last.
  let lineLength = step &* (lanes &+ 4) &+ 8
  let linesLength = (size &+ M.outputs) &* lineLength
  let scratch = linesLength &+ M.outputs &* size &* pitch
  withUnsafeTemporaryAllocation(of: T.self, capacity: scratch) { buffer in
    guard let lines = buffer.baseAddress else { return }
    let down = lines + size &* lineLength
    let block = lines + linesLength
    for i in 0..<scratch { lines[i] = 0 }
    for channel in 0..<channels {
      let plane = x + channel &* planes.rows &* planes.columns
      for run in runs {
        let image = plane + run.image &* planes.imageStep
        let firstColumn = run.column &* step &- planes.padding
        let length = (run.count &- 1) &* step &+ size
        let end = ((run.count &+ 3) & ~3) &* step &+ 4
        let first = max(0, -firstColumn)
        let inside = first..<max(first, min(length, planes.columns &- firstColumn))
        for i in 0..<size {
          let row = run.row &* step &- planes.padding &+ i
          let line = lines + i &* lineLength
          guard row >= 0 && row < planes.rows else {
            for j in 0..<end { line[j] = 0 }
            continue
          }
          let source = image + (row &* planes.columns &+ firstColumn)
          for j in 0..<inside.lowerBound { line[j] = 0 }
          for j in inside { line[j] = source[j] }
          for j in inside.upperBound..<end { line[j] = 0 }
        }
        var j = 0
        while j < end {
          M.apply(UnsafePointer(lines + j), lineLength, down + j, lineLength, V.self)
          j &+= V.scalarCount
        }
        for i in 0..<M.outputs {
          exchangeTiles(
            UnsafePointer(down + i &* lineLength), run.count, size,
            block + (i &* size &* pitch &+ run.lane), pitch)
        }
      }
      let target = out + channel &* lanes
      for i in 0..<M.outputs {
        let (from, to) = (
          UnsafePointer(block + i &* size &* pitch), target + i &* M.outputs &* pointStep
        )
        M.apply(from, pitch, to, pointStep, V.self)
        M.apply(from + V.scalarCount, pitch, to + V.scalarCount, pointStep, V.self)
      }
    }
  }
}

/// Writes column j of every tile of a row to its own line.
///
/// Number t of the line is pixel 4 t + j, since tiles are 4 pixels apart.
///
/// Columns 4 and 5 of a tile are columns 0 and 1 of the next.
@inline(__always)
private func exchangeTiles<T: SIMDScalar>(
  _ row: UnsafePointer<T>, _ count: Int, _ size: Int, _ columns: UnsafeMutablePointer<T>,
  _ pitch: Int
) {
  var t = 0
  while t < count {
    let from = row + 4 &* t
    let (p, q, r, s): (SIMD4<T>, SIMD4<T>, SIMD4<T>, SIMD4<T>) = exchanged(
      load(from), load(from + 4), load(from + 8), load(from + 12))
    let to = columns + t
    store(p, to)
    store(q, to + pitch)
    store(r, to + 2 &* pitch)
    store(s, to + 3 &* pitch)
    if size > 4 {
      let (fourth, fifth) = (to + 4 &* pitch, to + 5 &* pitch)
      if t == 0 {
        store(SIMD4(p[1], p[2], p[3], p[3]), fourth)
        store(SIMD4(q[1], q[2], q[3], q[3]), fifth)
      } else {
        store(p, fourth - 1)
        store(q, fifth - 1)
      }
    }
    t &+= 4
  }
  if size > 4 {
    let last = columns + (4 &* pitch &+ count &- 1)
    last[0] = row[4 &* count]
    last[pitch] = row[4 &* count &+ 1]
  }
}

/// Transforms tiles back and writes them; V holds half the lanes.
@inline(__always)
func writeTilesLoop<M: TileMatrix, V: SIMD>(
  _ matrix: M.Type, _ m: UnsafePointer<V.Scalar>, _ channelStep: Int, _ channels: Int,
  _ y: UnsafeMutablePointer<V.Scalar>, _ planes: TilePlanes, _ runs: UnsafeBufferPointer<TileRun>,
  _ type: V.Type
) where V.Scalar: KernelReal & SIMDScalar {
  typealias T = V.Scalar
  let lanes = 2 &* V.scalarCount
  let size = M.outputs
  let blockLength = size &* size &* lanes
  let rowLength = size &* (lanes &+ 4)
  let betweenLength = M.inputs &* M.outputs &* V.scalarCount
  withUnsafeTemporaryAllocation(
    of: T.self, capacity: blockLength &+ 4 &+ rowLength &+ betweenLength
  ) { buffer in
    guard let block = buffer.baseAddress else { return }
    let line = block + (blockLength &+ 4)
    let between = line + rowLength
    for channel in 0..<channels {
      let source = m + channel &* channelStep
      applyTwice(M.self, source, lanes, between, block, lanes, V.self)
      applyTwice(
        M.self, source + V.scalarCount, lanes, between, block + V.scalarCount, lanes, V.self)
      let plane = y + channel &* planes.rows &* planes.columns
      for run in runs {
        let image = plane + run.image &* planes.imageStep
        let firstColumn = run.column &* size
        let length = min(run.count &* size, planes.columns &- firstColumn)
        for i in 0..<min(size, planes.rows &- run.row &* size) {
          let from = UnsafePointer(block) + (i &* size &* lanes &+ run.lane)
          var t = 0
          while t < run.count {
            var j = 0
            while j < size {
              let at = from + (j &* lanes &+ t)
              let (p, q, r, s) = exchanged(
                load(at), load(at + lanes), load(at + 2 &* lanes), load(at + 3 &* lanes))
              let to = line + (t &* size &+ j)
              store(p, to)
              store(q, to + size)
              store(r, to + 2 &* size)
              store(s, to + 3 &* size)
              j &+= 4
            }
            t &+= 4
          }
          let target = image + ((run.row &* size &+ i) &* planes.columns &+ firstColumn)
          for j in 0..<length { target[j] = line[j] }
        }
      }
    }
  }
}
