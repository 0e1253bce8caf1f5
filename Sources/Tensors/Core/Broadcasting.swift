/// Returns the shape that two tensors have once they are broadcast together.
///
/// Axes are matched from the last. An axis of length 1 is repeated to the other tensor's length.
func broadcastShape(_ a: [Int], _ b: [Int], _ function: String) -> [Int] {
  if a == b { return a }
  let rank = max(a.count, b.count)
  return (0..<rank).map { axis in
    let (i, j) = (axis - (rank - a.count), axis - (rank - b.count))
    let (m, n) = (i < 0 ? 1 : a[i], j < 0 ? 1 : b[j])
    require(
      m == n || m == 1 || n == 1,
      "\(function): shapes \(a) and \(b) do not broadcast: axis \(axis - rank) is \(m) and \(n)")
    return m == 1 ? n : m
  }
}

/// A walk over several strided tensors of one shape, in runs along the last axis.
///
/// Neighboring axes that every tensor steps through evenly are merged first. Two contiguous tensors
/// then form a single run; `[B, C, H, W]` with a bias `[C, 1, 1]` forms B·C runs of H·W elements.
struct BroadcastWalk {
  private var lengths: [Int] = []
  private var strides: [[Int]] = []

  init(_ shape: [Int], _ operands: [[Int]]) {
    strides = operands.map { _ in [] }
    for axis in shape.indices where shape[axis] != 1 {
      let joins =
        !lengths.isEmpty
        && operands.indices.allSatisfy { operand in
          strides[operand][lengths.count - 1] == operands[operand][axis] * shape[axis]
        }
      if joins {
        lengths[lengths.count - 1] *= shape[axis]
        for operand in operands.indices {
          strides[operand][lengths.count - 1] = operands[operand][axis]
        }
      } else {
        lengths.append(shape[axis])
        for operand in operands.indices { strides[operand].append(operands[operand][axis]) }
      }
    }
    if lengths.isEmpty {
      lengths = [1]
      for operand in operands.indices { strides[operand] = [0] }
    }
  }

  /// Neighboring runs at equal distances: the unit of work that a kernel receives.
  struct Block {
    /// Index of the first run's first element in the result.
    let start: Int
    /// Number of runs.
    let rows: Int
    /// Number of elements in a run, which is also the distance between runs in the result.
    let count: Int
    /// Index of the first element of each operand.
    let offsets: UnsafePointer<Int>
    /// Distance between neighboring elements of a run, for each operand.
    let steps: UnsafePointer<Int>
    /// Distance between neighboring runs, for each operand.
    let rowSteps: UnsafePointer<Int>
  }

  /// Calls `body` for blocks of runs, on several threads; a block has about `tile` elements.
  ///
  /// Runs are often as short as the three coordinates of a point. To locate each run separately
  /// would then cost more than the computation itself.
  func forEachBlock(tile size: Int = elementwiseTile, _ body: (Block) -> Void) {
    let last = lengths.count - 1
    let inner = lengths[last]
    let outer = lengths.dropLast().reduce(1, *)
    let neighbors = last > 0 ? lengths[last - 1] : 1
    let steps = strides.map { $0[last] }
    let rowSteps = strides.map { last > 0 ? $0[last - 1] : 0 }
    let operands = strides.count
    // A tile is a whole number of short runs, or a piece of a long run.
    let pieces = max(1, (inner + size - 1) / size)
    // Pieces have a fixed length. Equal pieces, rounded up, could leave a last piece of negative
    // length.
    let pieceLength = min(inner, size)
    let runsPerTile = pieces > 1 ? 1 : max(1, size / max(1, inner))
    let blocks = (outer + runsPerTile - 1) / runsPerTile
    steps.withUnsafeBufferPointer { steps in
      rowSteps.withUnsafeBufferPointer { rowSteps in
        guard let steps = steps.baseAddress, let rowSteps = rowSteps.baseAddress else { return }
        Parallel.forEachTile(blocks * pieces) { tile in
          let (block, piece) = (tile / pieces, tile % pieces)
          withUnsafeTemporaryAllocation(of: Int.self, capacity: operands) { offsets in
            guard let offsets = offsets.baseAddress else { return }
            let from = piece * pieceLength
            let count = min(pieceLength, inner - from)
            var run = block * runsPerTile
            let end = min(outer, run + runsPerTile)
            while run < end {
              let rows = min(end - run, neighbors - run % neighbors)
              locate(run, from, offsets, operands)
              body(
                Block(
                  start: run * inner + from, rows: rows, count: count, offsets: offsets,
                  steps: steps, rowSteps: rowSteps))
              run += rows
            }
          }
        }
      }
    }
  }

  /// Writes the offset of each operand at element `from` of run number `run`.
  private func locate(
    _ run: Int, _ from: Int, _ offsets: UnsafeMutablePointer<Int>, _ operands: Int
  ) {
    let last = lengths.count - 1
    for operand in 0..<operands { offsets[operand] = from * strides[operand][last] }
    var rest = run
    for axis in stride(from: last - 1, through: 0, by: -1) {
      let position = rest % lengths[axis]
      rest /= lengths[axis]
      for operand in 0..<operands { offsets[operand] += position * strides[operand][axis] }
    }
  }
}

/// Number of elements in one tile of a copy: enough rows for a transposition to use all of each
/// cache line that it reads.
private let copyTile = 1 << 16

/// Copies the elements of one strided tensor to another tensor of the same shape and type.
func contiguousCopy(of source: Tensor, into target: Tensor) {
  func run<T>(_ type: T.Type) {
    let x = UnsafePointer(source.storage.bytes.assumingMemoryBound(to: T.self)) + source.offset
    let y = target.storage.bytes.assumingMemoryBound(to: T.self) + target.offset
    let walk = BroadcastWalk(source.shape, [source.strides, target.strides])
    walk.forEachBlock(tile: copyTile) { block in
      let (a, b) = (x + block.offsets[0], y + block.offsets[1])
      let (aStep, bStep) = (block.steps[0], block.steps[1])
      let (aRow, bRow) = (block.rowSteps[0], block.rowSteps[1])
      if bStep == 1 && aStep != 1 && aRow == 1 {
        return transpose(a, aStep, b, bRow, rows: block.rows, columns: block.count)
      }
      for row in 0..<block.rows {
        let (from, to) = (a + row &* aRow, b + row &* bRow)
        if aStep == 1 && bStep == 1 {
          to.update(from: from, count: block.count)
        } else if bStep == 1 && aStep == 0 {
          to.update(repeating: from[0], count: block.count)
        } else {
          for i in 0..<block.count { to[i &* bStep] = from[i &* aStep] }
        }
      }
    }
  }
  guard source.count > 0 else { return }
  if source.scalarType.byteCount == 8 { run(UInt64.self) } else { run(UInt32.self) }
}

/// Writes y[row, column] = x[column, row], sixteen columns at a time.
///
/// Each of the sixteen columns reads one cache line of x, and the rows that follow reuse these
/// lines.
@inline(__always)
private func transpose<T>(
  _ x: UnsafePointer<T>, _ columnStep: Int, _ y: UnsafeMutablePointer<T>, _ rowStep: Int,
  rows: Int, columns: Int
) {
  var first = 0
  while first < columns {
    let count = min(16, columns - first)
    let from = x + first &* columnStep
    for row in 0..<rows {
      let to = y + (row &* rowStep &+ first)
      for column in 0..<count { to[column] = from[column &* columnStep &+ row] }
    }
    first += 16
  }
}
