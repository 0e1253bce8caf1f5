// Calls that a pickle asks for: each is recognized by its name and arguments, and nothing is called.
extension PickleReader {
  /// Returns what a known function would return.
  mutating func reduced(_ call: [PickleValue]) throws -> PickleValue {
    guard case .global(let function) = call[0], case .tuple(let place) = call[1] else {
      throw fault("calls \(call[0].kind)")
    }
    let arguments = heap.sequences[place]
    switch function {
    case .orderedDictionary where arguments.isEmpty: return heap.dictionary()
    case .size where arguments.count == 1:
      guard heap.lengths(arguments[0]) != nil else { break }
      return arguments[0]
    case .rebuildParameter where arguments.count == 3:
      guard case .tensor = arguments[0] else { break }
      return arguments[0]
    case .rebuildTensor where arguments.count == 6,
      .rebuildPlainTensor where arguments.count == 4:
      guard case .storage(let storage) = arguments[0], case .int(let offset) = arguments[1],
        let shape = heap.lengths(arguments[2]), let strides = heap.lengths(arguments[3])
      else { break }
      return .tensor(try TorchTensor(storage, offset: offset, shape: shape, strides: strides))
    case .simpleNamespace where arguments.isEmpty: return heap.namespace()
    default:
      if let value = plain(function, arguments) ?? numpy(function, arguments) { return value }
    }
    throw fault("calls \(function.name) in a way torch does not")
  }

  /// Returns a text, bytes or elements that Python writes as a call; nil if the arguments are others.
  private mutating func plain(_ function: PickleGlobal, _ arguments: [PickleValue]) -> PickleValue?
  {
    switch function {
    case .bytes where arguments.isEmpty: return .bytes([])
    case .set where arguments.isEmpty: return heap.list([])
    case .set where arguments.count == 1:
      guard case .list = arguments[0] else { return nil }
      return arguments[0]
    // Bytes as a text, each byte one of the first 256 characters.
    case .encode where arguments.count == 2:
      guard case .string(let text) = arguments[0], case .string("latin1") = arguments[1] else {
        return nil
      }
      let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
      return bytes.count == text.unicodeScalars.count ? .bytes(bytes) : nil
    case .path(let separator):
      var parts: [String] = []
      for case .string(let part) in arguments { parts.append(part) }
      guard parts.count == arguments.count else { return nil }
      return .string(Self.path(parts, separator))
    case .device where (1...2).contains(arguments.count):
      guard case .string(let kind) = arguments[0] else { return nil }
      guard arguments.count == 2 else { return .string(kind) }
      guard case .int(let index) = arguments[1] else { return nil }
      return .string("\(kind):\(index)")
    default: return nil
    }
  }

  /// Returns the path with the given parts, the first of which may be a root: `/`, `C:\`.
  private static func path(_ parts: [String], _ separator: String) -> String {
    guard let first = parts.first else { return "." }
    return first.hasSuffix(separator)
      ? first + parts.dropFirst().joined(separator: separator)
      : parts.joined(separator: separator)
  }

  /// Returns a type, a number or an array of NumPy; nil if the arguments are others.
  private mutating func numpy(_ function: PickleGlobal, _ arguments: [PickleValue]) -> PickleValue?
  {
    switch function {
    // The code, and two flags that matter to NumPy only.
    case .numpyType where arguments.count == 3:
      guard case .string(let code) = arguments[0] else { return nil }
      return heap.numberType(code)
    case .numpyScalar where arguments.count == 2:
      guard case .numberType(let type) = arguments[0], case .bytes(let bytes) = arguments[1] else {
        return nil
      }
      let array = PickleArray(
        type: heap.numberTypes[type], shape: [], isFortranOrder: false, bytes: bytes)
      // Dates, texts and other scalars are not options of a model; they are left out like None.
      return array.type.element == nil ? PickleValue.none : array.scalar
    case .numpyReconstruct where arguments.count == 3:
      guard case .global(.numpyArray) = arguments[0] else { return nil }
      return heap.array()
    case .numpyFromBuffer where arguments.count == 4:
      guard case .bytes(let bytes) = arguments[0], case .string(let order) = arguments[3] else {
        return nil
      }
      return array(arguments[2], arguments[1], order == "F", bytes).map { heap.array($0) }
    default: return nil
    }
  }

  /// Returns an array whose bytes are whole, or nil.
  private func array(
    _ shape: PickleValue, _ type: PickleValue, _ isFortranOrder: Bool, _ bytes: [UInt8]
  ) -> PickleArray? {
    guard let shape = heap.lengths(shape), case .numberType(let place) = type else { return nil }
    let array = PickleArray(
      type: heap.numberTypes[place], shape: shape, isFortranOrder: isFortranOrder, bytes: bytes)
    return array.isWhole ? array : nil
  }

  /// Returns an empty object of a known class.
  mutating func made(_ call: [PickleValue]) throws -> PickleValue {
    guard case .global(.namespace) = call[0], case .tuple(let place) = call[1],
      heap.sequences[place].isEmpty
    else { throw fault("makes an object of \(call[0].kind)") }
    return heap.namespace()
  }

  /// Gives a Namespace its options; metadata that modules add to their state dictionaries is left
  /// out.
  mutating func build(_ values: [PickleValue]) throws {
    if try buildNumPy(values[0], values[1]) { return stack.append(values[0]) }
    guard case .dictionary(let state) = values[1] else {
      throw fault("builds \(values[0].kind) from \(values[1].kind)")
    }
    switch values[0] {
    case .namespace(let place) where heap.namespaces[place] == nil:
      heap.setAttributes(state, of: place)
    case .dictionary: break
    default: throw fault("builds \(values[0].kind)")
    }
    stack.append(values[0])
  }

  /// Gives a type of NumPy its byte order, or an array its elements; returns false for other values.
  ///
  ///     type:   (version, order, …)
  ///     array:  (version, shape, type, whether Fortran order, bytes)
  private mutating func buildNumPy(_ value: PickleValue, _ state: PickleValue) throws -> Bool {
    switch value {
    case .numberType(let place):
      guard case .tuple(let items) = state, heap.sequences[items].count > 1,
        case .string(let order) = heap.sequences[items][1]
      else { throw fault("builds \(value.kind) from \(state.kind)") }
      heap.setOrder(order, of: place)
      return true
    case .array(let place):
      guard case .tuple(let items) = state, heap.sequences[items].count == 5,
        case .numberType(let type) = heap.sequences[items][2],
        case .bool(let isFortranOrder) = heap.sequences[items][3]
      else { throw fault("builds \(value.kind) from \(state.kind)") }
      // Arrays of texts and of objects are not read; they stay without elements.
      guard heap.numberTypes[type].element != nil, case .bytes(let bytes) = heap.sequences[items][4]
      else { return true }
      guard
        let array = array(
          heap.sequences[items][1], heap.sequences[items][2], isFortranOrder, bytes)
      else { throw fault("builds \(value.kind) that does not fit its bytes") }
      heap.setArray(array, of: place)
      return true
    default: return false
    }
  }
}
