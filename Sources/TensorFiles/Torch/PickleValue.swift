/// A value of a pickle; containers are places in a `PickleHeap`.
///
/// A value therefore never owns another. However deeply a file nests its lists, nothing here is
/// recursive.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  /// A place in the heap's sequences.
  case list(Int)
  /// A place in the heap's sequences.
  case tuple(Int)
  /// A place in the heap's dictionaries, ordered or not.
  case dictionary(Int)
  /// A place in the heap's namespaces: an argparse.Namespace.
  case namespace(Int)
  /// A place in the heap's types of NumPy.
  case numberType(Int)
  /// A place in the heap's arrays of NumPy.
  case array(Int)
  case global(PickleGlobal)
  case storage(TorchStorage)
  indirect case tensor(TorchTensor)

  /// The name of this kind of value in error messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .int: "a whole number"
    case .double: "a number"
    case .string: "a text"
    case .bytes: "bytes"
    case .numberType: "a NumPy type"
    case .array: "a NumPy array"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .namespace: "a Namespace"
    case .global(let global): global.name
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// The containers of a pickle.
struct PickleHeap: Sendable {
  /// Lists and tuples.
  private(set) var sequences: [[PickleValue]] = []
  /// Keys and values in the order in which they were set.
  private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// For each namespace, the dictionary that holds its attributes; nil as long as it has none.
  private(set) var namespaces: [Int?] = []
  /// Types of NumPy, whose byte order is set after they have been made.
  private(set) var numberTypes: [PickleNumberType] = []
  /// Arrays of NumPy; nil as long as one has no elements.
  private(set) var arrays: [PickleArray?] = []

  mutating func list(_ values: [PickleValue]) -> PickleValue {
    sequences.append(values)
    return .list(sequences.count - 1)
  }

  mutating func tuple(_ values: [PickleValue]) -> PickleValue {
    sequences.append(values)
    return .tuple(sequences.count - 1)
  }

  mutating func dictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  mutating func namespace() -> PickleValue {
    namespaces.append(nil)
    return .namespace(namespaces.count - 1)
  }

  mutating func numberType(_ code: String) -> PickleValue {
    numberTypes.append(PickleNumberType(code: code))
    return .numberType(numberTypes.count - 1)
  }

  mutating func setOrder(_ order: String, of place: Int) { numberTypes[place].order = order }

  mutating func array(_ array: PickleArray? = nil) -> PickleValue {
    arrays.append(array)
    return .array(arrays.count - 1)
  }

  mutating func setArray(_ array: PickleArray, of place: Int) { arrays[place] = array }

  /// Gives a namespace its attributes; they are not copied, however often a file asks for that.
  mutating func setAttributes(_ dictionary: Int, of namespace: Int) {
    namespaces[namespace] = dictionary
  }

  mutating func append(_ values: [PickleValue], to list: Int) {
    sequences[list].append(contentsOf: values)
  }

  mutating func set(_ pairs: [(key: PickleValue, value: PickleValue)], in dictionary: Int) {
    dictionaries[dictionary].append(contentsOf: pairs)
  }

  /// Returns the values of a tuple of at most 64 nonnegative integers (a shape or strides), or nil.
  func lengths(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let place) = value, sequences[place].count <= ArrayElement.mostAxes else {
      return nil
    }
    var lengths: [Int] = []
    for case .int(let length) in sequences[place] where length >= 0 { lengths.append(length) }
    return lengths.count == sequences[place].count ? lengths : nil
  }
}
