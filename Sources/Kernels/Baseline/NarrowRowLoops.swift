import KernelInterface

/// A row of 8 to 16 numbers in two registers: the first 8 and the last 8, which may overlap.
///
/// The rows that rendering reads most have one number for each of the paper's 13 parts, and 13 is
/// the worst case for a loop that takes four numbers at a time. Numbers in both halves are computed
/// twice, with equal results.
struct NarrowRow<T: KernelReal & SIMDScalar> {
  static var widths: ClosedRange<Int> { 8...16 }

  var first: SIMD8<T>
  var last: SIMD8<T>

  @inline(__always)
  init(_ row: UnsafePointer<T>, _ columns: Int) {
    first = load(row)
    last = load(row + (columns &- 8))
  }

  @inline(__always)
  mutating func add(_ row: NarrowRow, _ weight: T) {
    let factor = SIMD8(repeating: weight)
    first = fused(factor, row.first, first)
    last = fused(factor, row.last, last)
  }

  @inline(__always)
  func write(to row: UnsafeMutablePointer<T>, _ columns: Int) {
    store(first, row)
    store(last, row + (columns &- 8))
  }
}

/// Computes `linkedSumsLoop` for narrow rows; a target's sum stays in registers until the next
/// target.
@inline(__always)
func narrowSumsLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ links: LinkList, _ weights: UnsafePointer<T>,
  _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  guard let start = positions.first else { return }
  var target = Int(links.targets[links.link(start)])
  var sum = NarrowRow(UnsafePointer(out + target &* columns), columns)
  for position in positions {
    let j = links.link(position)
    let next = Int(links.targets[j])
    if next != target {
      sum.write(to: out + target &* columns, columns)
      target = next
      sum = NarrowRow(UnsafePointer(out + target &* columns), columns)
    }
    let weight = weights[j]
    guard weight != 0 else { continue }
    sum.add(NarrowRow(table + Int(links.sources[j]) &* columns, columns), weight)
  }
  sum.write(to: out + target &* columns, columns)
}

/// Computes `spreadSumsLoop` for narrow rows.
@inline(__always)
func narrowSpreadLoop<T: KernelReal & SIMDScalar>(
  _ table: UnsafePointer<T>, _ columns: Int, _ links: LinkList, _ weights: UnsafePointer<T>,
  _ out: UnsafeMutablePointer<T>, _ positions: Range<Int>
) {
  for position in positions {
    let j = links.link(position)
    let weight = weights[j]
    guard weight != 0 else { continue }
    let row = out + Int(links.sources[j]) &* columns
    var sum = NarrowRow(UnsafePointer(row), columns)
    sum.add(NarrowRow(table + Int(links.targets[j]) &* columns, columns), weight)
    sum.write(to: row, columns)
  }
}
