import Tensors

/// A row-major array of doubles with explicit index arithmetic, against which the engine is tested.
///
/// It shares no code with the engine.
struct Plain: Sendable {
  let shape: [Int]
  var values: [Double]

  /// Creates an array from its numbers in row-major order.
  init(_ shape: [Int], _ values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// Creates an array by calling `value` with every index, the last axis fastest.
  init(_ shape: [Int], _ value: (_ index: [Int]) -> Double) {
    self.shape = shape
    values = []
    var index = [Int](repeating: 0, count: shape.count)
    let count = shape.reduce(1, *)
    values.reserveCapacity(count)
    for _ in 0..<count {
      values.append(value(index))
      for axis in stride(from: shape.count - 1, through: 0, by: -1) {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
  }

  /// Creates an array from the numbers of a tensor.
  init(_ tensor: Tensor) { self.init(tensor.shape, tensor.scalars) }

  /// A double-precision tensor of these numbers.
  var tensor: Tensor { Tensor(shape, values) }

  subscript(_ index: [Int]) -> Double {
    get { values[place(index)] }
    set { values[place(index)] = newValue }
  }

  private func place(_ index: [Int]) -> Int {
    var place = 0
    for axis in shape.indices {
      precondition(index[axis] >= 0 && index[axis] < shape[axis])
      place = place * shape[axis] + index[axis]
    }
    return place
  }

  /// Returns the element at an index of a larger shape to which the array is broadcast.
  func stretched(_ index: [Int]) -> Double {
    let lead = index.count - shape.count
    return self[shape.indices.map { shape[$0] == 1 ? 0 : index[lead + $0] }]
  }

  /// Returns f of every element.
  func map(_ f: (Double) -> Double) -> Plain { Plain(shape, values.map(f)) }

  /// Returns the shape that several arrays have after broadcasting.
  static func common(_ arrays: [Plain]) -> [Int] {
    let rank = arrays.map(\.shape.count).max() ?? 0
    return (0..<rank).map { axis in
      let lengths = arrays.compactMap { array -> Int? in
        let own = axis - (rank - array.shape.count)
        return own < 0 ? nil : array.shape[own]
      }
      return lengths.first { $0 != 1 } ?? 1
    }
  }

  /// Returns f of every pair of elements of two broadcast arrays.
  static func zip(_ a: Plain, _ b: Plain, _ f: (Double, Double) -> Double) -> Plain {
    Plain(common([a, b])) { f(a.stretched($0), b.stretched($0)) }
  }

  /// Returns the array folded over some axes; `fold` gets the elements along them, in row-major
  /// order.
  func reduced(_ axes: [Int], keeping: Bool = false, _ fold: ([Double]) -> Double) -> Plain {
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    let block = shape.indices.map { axes.contains($0) ? shape[$0] : 1 }
    let result = Plain(kept) { start in
      fold(Plain(block) { step in self[Swift.zip(start, step).map { $0 + $1 }] }.values)
    }
    guard !keeping else { return result }
    return Plain(shape.indices.filter { !axes.contains($0) }.map { shape[$0] }, result.values)
  }

  /// Returns the array with each row along an axis replaced by a row of the same or another length.
  func alongRows(_ axis: Int, _ f: ([Double]) -> [Double]) -> Plain {
    let rows = reducedRows(axis).map(f)
    let length = rows.first?.count ?? shape[axis]
    var target = shape
    target[axis] = length
    return Plain(target) { index in
      var row = 0
      for other in shape.indices where other != axis { row = row * shape[other] + index[other] }
      return rows[row][index[axis]]
    }
  }

  private func reducedRows(_ axis: Int) -> [[Double]] {
    var lengths = shape
    lengths.remove(at: axis)
    var rows: [[Double]] = []
    _ = Plain(lengths) { index in
      rows.append(
        (0..<shape[axis]).map { step in
          var full = index
          full.insert(step, at: axis)
          return self[full]
        })
      return 0
    }
    return rows
  }
}
