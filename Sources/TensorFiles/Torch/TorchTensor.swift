import Foundation
import Tensors

/// The types of number in torch's storages that are read here.
enum TorchScalar: String, Sendable, CaseIterable {
  case float, double, half, bfloat16, int, long, short, char, byte, bool

  /// The class of the storage, in the module torch.
  var storageName: String {
    switch self {
    case .float: "FloatStorage"
    case .double: "DoubleStorage"
    case .half: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    case .int: "IntStorage"
    case .long: "LongStorage"
    case .short: "ShortStorage"
    case .char: "CharStorage"
    case .byte: "ByteStorage"
    case .bool: "BoolStorage"
    }
  }

  /// The type as torch calls it, for example `torch.float32`.
  var name: String { "torch.\(element.rawValue)" }

  /// Bytes per element.
  var width: Int { element.byteCount }

  /// The array type with the same bytes.
  var element: ArrayElement {
    switch self {
    case .float: .float32
    case .double: .float64
    case .half: .float16
    case .bfloat16: .bfloat16
    case .int: .int32
    case .long: .int64
    case .short: .int16
    case .char: .int8
    case .byte: .uint8
    case .bool: .bool
    }
  }
}

/// Numbers in one entry of the archive, which several tensors may share.
struct TorchStorage: Sendable, Equatable {
  /// The key, which follows `data/` in the name of the entry.
  let key: String
  let scalar: TorchScalar
  /// The number of elements.
  let count: Int
}

/// A tensor as a view of a storage: the element at (i, j, …) is number `offset` + i · stride₀ + j ·
/// stride₁ + ….
struct TorchTensor: Sendable, Equatable {
  let storage: TorchStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  /// The number of elements of the storage between the first and the last one, both included.
  let extent: Int

  /// Creates a view, whose elements must all lie in the storage.
  ///
  /// A view may not have more elements than the storage, so that a file cannot ask for more memory
  /// than it has bytes. Only a tensor that repeats elements on purpose would have more, and no
  /// parameter does.
  init(_ storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) throws {
    guard shape.count == strides.count, shape.count <= ArrayElement.mostAxes, offset >= 0,
      offset <= storage.count, let size = ArrayElement.byteCount(of: shape, width: 1),
      size <= storage.count
    else { throw Self.misfit(storage, offset, shape, strides) }
    var last = 0
    for (length, stride) in zip(shape, strides) where size > 0 {
      let (step, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
      guard !overflow, step <= storage.count - 1 - last else {
        throw Self.misfit(storage, offset, shape, strides)
      }
      last += step
    }
    extent = size > 0 ? last + 1 : 0
    guard extent <= storage.count - offset else {
      throw Self.misfit(storage, offset, shape, strides)
    }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  private static func misfit(
    _ storage: TorchStorage, _ offset: Int, _ shape: [Int], _ strides: [Int]
  ) -> TorchFault {
    TorchFault(
      "has a tensor of shape \(shape), strides \(strides) and offset \(offset) that does not fit "
        + "its storage \(storage.key) of \(storage.count) elements")
  }

  /// Whether the elements lie in row-major order without gaps.
  private var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape, strides).reversed() where length != 1 {
      if stride != expected { return false }
      expected *= length
    }
    return true
  }

  /// Reads the elements, row-major, from the bytes of the storage that begin at `start`.
  func tensor(from source: ByteSource, at start: Int) throws -> Tensor {
    let (element, width) = (storage.scalar.element, storage.scalar.width)
    let first = start + offset * width
    if extent == 0 || isContiguous { return try element.tensor(shape, from: source, at: first) }
    let bytes = try source.bytes(at: first, count: extent * width)
    return try element.tensor(
      shape, from: ByteSource(Data(gathered(bytes)), name: source.name), at: 0)
  }

  /// Returns the elements, in row-major order, from the bytes between the first and the last
  /// element.
  private func gathered(_ bytes: [UInt8]) -> [UInt8] {
    let width = storage.scalar.width
    var result: [UInt8] = []
    result.reserveCapacity(shape.reduce(width, *))
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    while true {
      result.append(contentsOf: bytes[place * width..<(place + 1) * width])
      // The next index, the last axis fastest, like an odometer.
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }
}
