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
  /// A place in the heap's sequences.
  case list(Int)
  /// A place in the heap's sequences.
  case tuple(Int)
  /// A place in the heap's dictionaries, ordered or not.
  case dictionary(Int)
  /// A place in the heap's namespaces: an argparse.Namespace.
  case namespace(Int)
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

/// The functions and classes that a checkpoint may name; they are recognized, never called.
enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case size
  case namespace
  case storage(TorchScalar)

  /// Creates the global with a module and a name; nil if it is not known.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("argparse", "Namespace"): self = .namespace
    case ("torch", _):
      guard let scalar = TorchScalar.allCases.first(where: { $0.storageName == name }) else {
        return nil
      }
      self = .storage(scalar)
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .size: "torch.Size"
    case .namespace: "argparse.Namespace"
    case .storage(let scalar): "torch.\(scalar.storageName)"
    }
  }
}
