import KernelInterface

// Column matrices of convolutions. At stride 2 every other pixel of a row is read or added to,
// eight at a time. The compiler does not generate this shuffle, and a loop over single numbers took
// 6 % of a training iteration.

/// Calls `body` for every segment of the column matrix that belongs to a row of the output.
///
/// `body` gets the start of the segment in the column matrix, the input pixel that belongs to
/// output column 0, and the output columns inside the input. For a segment that lies entirely
/// outside the input, `outside` gets the start and the length.
@inline(__always)
private func forEachRow(
  _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
  outside: (_ line: Int, _ count: Int) -> Void,
  _ body: (_ line: Int, _ pixel: Int, _ inside: Range<Int>) -> Void
) {
  let (input, width, stride) = (geometry.input, geometry.output.columns, geometry.stride)
  var line = 0
  for channel in 0..<channels {
    for i in 0..<geometry.kernel.rows {
      for j in 0..<geometry.kernel.columns {
        let inside = geometry.insideColumns(j)
        for row in rows {
          let y = row &* stride &+ i &- geometry.padding
          if y >= 0 && y < input.rows && !inside.isEmpty {
            let pixel = (channel &* input.rows &+ y) &* input.columns &+ j &- geometry.padding
            body(line, pixel, inside)
          } else {
            outside(line, width)
          }
          line &+= width
        }
      }
    }
  }
}

/// Writes the column matrix of some output rows.
@inline(__always)
func unfoldLoop<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ geometry: ConvolutionGeometry, _ channels: Int, _ rows: Range<Int>,
  _ columns: UnsafeMutablePointer<T>
) {
  let (width, stride) = (geometry.output.columns, geometry.stride)
  forEachRow(geometry, channels: channels, rows: rows) { line, count in
    (columns + line).update(repeating: 0, count: count)
  } _: { line, pixel, inside in
    let target = columns + line
    let (first, count) = (inside.lowerBound, inside.count)
    let source = x + (pixel &+ first &* stride)
    target.update(repeating: 0, count: first)
    switch stride {
    case 1: (target + first).update(from: source, count: count)
    case 2: takeEveryOther(source, target + first, count)
    default: for i in 0..<count { target[first &+ i] = source[i &* stride] }
    }
    (target + inside.upperBound).update(repeating: 0, count: width &- inside.upperBound)
  }
}

/// Adds a column matrix to the pixels it was read from: the adjoint of `unfoldLoop`.
@inline(__always)
func foldLoop<T: KernelReal & SIMDScalar>(
  _ columns: UnsafePointer<T>, _ geometry: ConvolutionGeometry, _ channels: Int, _ rows: Range<Int>,
  _ x: UnsafeMutablePointer<T>
) {
  let stride = geometry.stride
  forEachRow(geometry, channels: channels, rows: rows) { _, _ in
  } _: { line, pixel, inside in
    let source = columns + (line &+ inside.lowerBound)
    let target = x + (pixel &+ inside.lowerBound &* stride)
    if stride == 2 {
      addToEveryOther(source, target, inside.count)
    } else {
      for i in 0..<inside.count { target[i &* stride] += source[i] }
    }
  }
}

/// Writes y[i] = x[2 i]; x is not read beyond the last number that is taken.
@inline(__always)
private func takeEveryOther<T: SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  var i = 0
  // Both numbers of a pair are read. The last number may be alone, so it is left to the loop below.
  while i &+ 8 < count {
    let v: SIMD16<T> = load(x + 2 &* i)
    store(SIMD8(v[0], v[2], v[4], v[6], v[8], v[10], v[12], v[14]), y + i)
    i &+= 8
  }
  while i &+ 4 < count {
    let v: SIMD8<T> = load(x + 2 &* i)
    store(SIMD4(v[0], v[2], v[4], v[6]), y + i)
    i &+= 4
  }
  while i < count {
    y[i] = x[2 &* i]
    i &+= 1
  }
}

/// Computes y[2 i] += x[i]; y is not touched beyond the last number that is added to.
@inline(__always)
private func addToEveryOther<T: KernelReal & SIMDScalar>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, _ count: Int
) {
  var i = 0
  while i &+ 8 < count {
    let (v, to): (SIMD8<T>, _) = (load(x + i), y + 2 &* i)
    let spread = SIMD16(
      v[0], 0, v[1], 0, v[2], 0, v[3], 0, v[4], 0, v[5], 0, v[6], 0, v[7], 0)
    store(load(UnsafePointer(to)) + spread, to)
    i &+= 8
  }
  while i &+ 4 < count {
    let (v, to): (SIMD4<T>, _) = (load(x + i), y + 2 &* i)
    store(load(UnsafePointer(to)) + SIMD8(v[0], 0, v[1], 0, v[2], 0, v[3], 0), to)
    i &+= 4
  }
  while i < count {
    y[2 &* i] += x[i]
    i &+= 1
  }
}
