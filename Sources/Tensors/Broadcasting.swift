/// The shape two tensors have after both are broadcast: axes are matched from the last, and a length
/// of 1 stretches.
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

/// Walks several strided tensors of one shape together, in runs along the last axis.
///
/// Neighbouring axes that every tensor steps through evenly are joined first, so that two contiguous
/// tensors are one single run, and `[B, C, H, W]` with a bias `[C, 1, 1]` is B·C runs of H·W.
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

  /// Calls `body(start, count, offsets, steps)` for every run: `start` counts result elements, and
  /// operand i stands at `offsets[i]` and moves on by `steps[i]`.
  ///
  /// Runs are shared out to threads.
  func forEachRun(
    _ body: (
      _ start: Int, _ count: Int, _ offsets: UnsafePointer<Int>, _ steps: UnsafePointer<Int>
    ) -> Void
  ) {
    let inner = lengths[lengths.count - 1]
    let outer = lengths.dropLast().reduce(1, *)
    let steps = strides.map { $0[lengths.count - 1] }
    let operands = strides.count
    // A tile is a whole number of short runs, or a piece of a long one.
    let pieces = max(1, (inner + elementwiseTile - 1) / elementwiseTile)
    // Equal pieces would have rounding errors that leave a negative last one for huge runs.
    let pieceLength = min(inner, elementwiseTile)
    let runsPerTile = pieces > 1 ? 1 : max(1, elementwiseTile / max(1, inner))
    let blocks = (outer + runsPerTile - 1) / runsPerTile
    steps.withUnsafeBufferPointer { steps in
      guard let steps = steps.baseAddress else { return }
      Parallel.forEachTile(blocks * pieces) { tile in
        let (block, piece) = (tile / pieces, tile % pieces)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: operands) { offsets in
          guard let offsets = offsets.baseAddress else { return }
          let from = piece * pieceLength
          let count = min(pieceLength, inner - from)
          for run in block * runsPerTile..<min(outer, (block + 1) * runsPerTile) {
            locate(run, from, offsets, operands)
            body(run * inner + from, count, offsets, steps)
          }
        }
      }
    }
  }

  /// Writes where each operand stands at element `from` of run number `run`.
  @inline(__always)
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

/// Copies the elements of one strided tensor to another of the same shape and type.
func contiguousCopy(of source: Tensor, into target: Tensor) {
  func run<T>(_ type: T.Type) {
    let x = UnsafePointer(source.storage.bytes.assumingMemoryBound(to: T.self)) + source.offset
    let y = target.storage.bytes.assumingMemoryBound(to: T.self) + target.offset
    let walk = BroadcastWalk(source.shape, [source.strides, target.strides])
    walk.forEachRun { _, count, offsets, steps in
      let (a, b) = (x + offsets[0], y + offsets[1])
      if steps[0] == 1 && steps[1] == 1 {
        b.update(from: a, count: count)
      } else if steps[1] == 1 && steps[0] == 0 {
        b.update(repeating: a[0], count: count)
      } else {
        let (aStep, bStep) = (steps[0], steps[1])
        for i in 0..<count { b[i &* bStep] = a[i &* aStep] }
      }
    }
  }
  guard source.count > 0 else { return }
  if source.scalarType.byteCount == 8 { run(UInt64.self) } else { run(UInt32.self) }
}
