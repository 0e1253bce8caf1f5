import KernelInterface

/// Four neighbouring numbers of four tiles, exchanged: vector j holds number j of each tile.
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
@inline(__always)
func readTilesLoop<M: TileMatrix, V: SIMD>(
  _ matrix: M.Type, _ reading: TileReading, _ x: UnsafePointer<V.Scalar>, _ planes: TilePlanes,
  _ channels: Int, _ runs: UnsafeBufferPointer<TileRun>, _ out: UnsafeMutablePointer<V.Scalar>,
  _ pointStep: Int, _ type: V.Type
) where V.Scalar: KernelReal & SIMDScalar {
  typealias T = V.Scalar
  let lanes = 2 &* V.scalarCount
  // Four tiles are read together, even where a run ends; the last ones then stand behind the lanes.
  let pitch = 3 &* V.scalarCount
  let (size, step) = (M.inputs, reading.step)
  // One row of a run, padded, with zeros in place of up to three tiles after the last.
  let lineLength = step &* (lanes &+ 4) &+ 4
  let blockLength = size &* size &* pitch
  let scratch = lineLength &+ blockLength &+ size &* M.outputs &* V.scalarCount
  withUnsafeTemporaryAllocation(of: T.self, capacity: scratch) { buffer in
    guard let line = buffer.baseAddress else { return }
    let block = line + lineLength
    let between = block + blockLength
    for i in 0..<scratch { line[i] = 0 }
    for channel in 0..<channels {
      let plane = x + channel &* planes.rows &* planes.columns
      for run in runs {
        let image = plane + run.image &* planes.imageStep
        let firstColumn = run.column &* step &- planes.padding
        let length = (run.count &- 1) &* step &+ size
        let end = ((run.count &+ 3) & ~3) &* step &+ 4
        let inside =
          max(
            0, -firstColumn)..<max(
            max(0, -firstColumn), min(length, planes.columns &- firstColumn))
        for i in 0..<size {
          let row = run.row &* step &- planes.padding &+ i
          let target = block + (i &* size &* pitch &+ run.lane)
          guard row >= 0 && row < planes.rows else {
            for j in 0..<size {
              for t in 0..<run.count { target[j &* pitch &+ t] = 0 }
            }
            continue
          }
          let source = image + (row &* planes.columns &+ firstColumn)
          for j in 0..<inside.lowerBound { line[j] = 0 }
          for j in inside { line[j] = source[j] }
          for j in inside.upperBound..<end { line[j] = 0 }
          var t = 0
          while t < run.count {
            var j = 0
            while j < size {
              let from = UnsafePointer(line) + (t &* step &+ j)
              let (p, q, r, s) = exchanged(
                load(from), load(from + step), load(from + 2 &* step), load(from + 3 &* step))
              let to = target + (j &* pitch &+ t)
              store(p, to)
              if j &+ 1 < size { store(q, to + pitch) }
              if j &+ 2 < size { store(r, to + 2 &* pitch) }
              if j &+ 3 < size { store(s, to + 3 &* pitch) }
              j &+= 4
            }
            t &+= 4
          }
        }
      }
      let target = out + channel &* lanes
      applyTwice(M.self, UnsafePointer(block), pitch, between, target, pointStep, V.self)
      applyTwice(
        M.self, UnsafePointer(block + V.scalarCount), pitch, between, target + V.scalarCount,
        pointStep, V.self)
    }
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
