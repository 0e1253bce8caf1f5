/// An n-dimensional array of numbers that remembers how it was computed.
///
/// A tensor is a value: it never changes after it is created, and copying it costs nothing. Its
/// numbers live in shared memory, which is freed with the last tensor that uses it. Views
/// (transposed, sliced, broadcast) share that memory.
///
/// A literal such as `Tensor([2], [1, 2.5])` holds doubles, so that a hand-written value is exact.
/// The factories `zeros`, `ones`, `scalar`, `linspace` and `counting` create single precision by
/// default. Operations do not mix scalar types; `cast(to:)` converts between them.
///
/// Axis letters, the same in the whole repository: `B` batch, `K` parts, `C` channels, `H W` map
/// rows and columns, `D` depth planes, `N` samples on a ray, `L` latent width.
public struct Tensor: Sendable {
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// The type of the elements.
  public let scalarType: ScalarType

  /// The distance in elements between neighbors along each axis; 0 along a broadcast axis.
  let strides: [Int]
  /// The index of the first element in the storage.
  let offset: Int
  private(set) var storage: Storage
  /// The operation that computed the tensor; nil if the tensor is untracked.
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

  /// Whether gradients with respect to this tensor can be computed.
  public var isTracked: Bool { node != nil }

  /// Returns the same values as an untracked tensor, without the record of how they were computed.
  public func detached() -> Tensor { withNode(nil) }

  func withNode(_ node: GraphNode?) -> Tensor {
    Tensor(
      shape: shape, strides: strides, offset: offset, scalarType: scalarType, storage: storage,
      node: node)
  }

  /// Whether this tensor is the only one that uses its memory.
  var ownsStorage: Bool {
    mutating get { isKnownUniquelyReferenced(&storage) }
  }

  /// Whether the elements lie in memory in row-major order without gaps.
  ///
  /// The stride of an axis of length 1 is never used, so it does not matter.
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

  /// The strides of a row-major array of this shape.
  var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in stride(from: count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * self[axis + 1]
    }
    return strides
  }
}
