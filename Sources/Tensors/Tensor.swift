/// An n-dimensional array of numbers that remembers how it was computed.
///
/// A value type: a tensor never changes after it was made, and copying one costs nothing. Its numbers
/// live in shared memory that goes back when the last tensor reading it is gone. Views (transposed,
/// sliced, broadcast) share that memory.
///
/// What kind of number: a literal, `Tensor([2], [1, 2.5])`, holds doubles, so that a hand-written value
/// is exact; the factories `zeros`, `ones`, `scalar`, `linspace` and `counting` make single precision
/// unless told otherwise. Kinds do not mix: `cast(to:)` brings them together.
///
/// Axis letters, one legend for the whole repository: `B` batch, `K` parts, `C` channels, `H W` map
/// rows and columns, `D` depth planes, `N` samples on a ray, `L` latent width.
public struct Tensor: Sendable {
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// The kind of number it holds.
  public let scalarType: ScalarType

  /// How many elements one step along each axis skips; 0 along a broadcast axis.
  let strides: [Int]
  /// Index of the first element in the storage.
  let offset: Int
  private(set) var storage: Storage
  /// How it was computed; nil for a constant.
  let node: GraphNode?

  init(
    shape: [Int], strides: [Int], offset: Int, scalarType: ScalarType, storage: Storage,
    node: GraphNode?
  ) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.scalarType = scalarType
    self.storage = storage
    self.node = node
  }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements: the product of the shape, 1 for a single number.
  public var count: Int { shape.product }

  /// Whether a gradient can be asked for with respect to this tensor.
  public var isTracked: Bool { node != nil }

  /// The same numbers without the memory of how they were computed.
  public func detached() -> Tensor { withNode(nil) }

  func withNode(_ node: GraphNode?) -> Tensor {
    Tensor(
      shape: shape, strides: strides, offset: offset, scalarType: scalarType, storage: storage,
      node: node)
  }

  /// Whether no other tensor reads this one's memory.
  var ownsStorage: Bool {
    mutating get { isKnownUniquelyReferenced(&storage) }
  }

  /// Whether the elements stand in row-major order without gaps; along an axis of length 1 no step is
  /// ever taken, so its stride does not matter.
  var isContiguous: Bool {
    var step = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      guard strides[axis] == step else { return count <= 1 }
      step *= shape[axis]
    }
    return true
  }
}

extension Array where Element == Int {
  /// The product of the elements; 1 when there are none.
  var product: Int { reduce(1, *) }

  /// Strides of a row-major array of this shape.
  var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in stride(from: count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * self[axis + 1]
    }
    return strides
  }
}
