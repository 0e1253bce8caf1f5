/// A reader of pickles as data: containers, numbers, texts, and tensors as places in storages.
///
/// A pickle is a program for a stack machine, and Python executes whatever it asks for. This reader
/// knows only the instructions and the few names that torch.save writes. It refuses everything else
/// by name, and it has no code that could call anything.
struct PickleReader {
  private let bytes: [UInt8]
  private var place = 0
  var stack: [PickleValue] = []
  /// The positions of the open marks in the stack.
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
  var heap = PickleHeap()
  /// The number of bytes that the file holds for the storage of a key; nil for a key that it lacks.
  private let storageSize: (String) -> Int?
  /// The storages in the order in which the pickle names them.
  private var storages: [TorchStorage] = []

  /// The longest pickle that is read, 16 MiB; one of ten thousand tensors has 1 MiB.
  static let longest = 1 << 24
  /// The largest number of values on the stack; torch never has more than a few thousand there.
  private static let deepestStack = 100_000

  /// What one pickle of several in a row holds.
  struct Found {
    let value: PickleValue
    let heap: PickleHeap
    /// The storages that it names, in this order; one that several tensors share occurs for each.
    let storages: [TorchStorage]
    /// The place after its last byte.
    let end: Int
  }

  private init(_ bytes: [UInt8], from place: Int, storageSize: @escaping (String) -> Int?) {
    self.bytes = bytes
    self.place = place
    self.storageSize = storageSize
  }

  /// Returns the value of a pickle and the containers that it consists of.
  ///
  /// - Parameters:
  ///   - bytes: the pickle, at most `longest` bytes.
  ///   - storageSize: the number of bytes that the archive holds for the storage of a key.
  /// - Returns: the value and its containers.
  /// - Throws: `TorchFault` at the first thing that a checkpoint would not have.
  static func read(
    _ bytes: [UInt8], storageSize: @escaping (String) -> Int?
  ) throws -> (value: PickleValue, heap: PickleHeap) {
    var reader = PickleReader(bytes, from: 0, storageSize: storageSize)
    let value = try reader.run()
    guard reader.place == bytes.count else { throw reader.fault("does not end with one value") }
    return (value, reader.heap)
  }

  /// Returns what a pickle holds that is followed by other bytes.
  ///
  /// - Parameters:
  ///   - start: the place of its first byte.
  ///   - bytes: the bytes that hold the pickle.
  ///   - storageSize: the number of bytes of the storage of a key; if it is nil, a storage has as many
  ///     as the pickle says.
  /// - Returns: the value with its containers and storages.
  /// - Throws: `TorchFault` at the first thing that a checkpoint would not have.
  static func next(
    at start: Int, in bytes: [UInt8], storageSize: ((String) -> Int?)? = nil
  ) throws -> Found {
    var reader = PickleReader(bytes, from: start, storageSize: storageSize ?? { _ in unknownSize })
    let value = try reader.run()
    return Found(
      value: value, heap: reader.heap, storages: reader.storages, end: reader.place)
  }

  /// The size of a storage whose bytes have not been found yet.
  private static let unknownSize = -1

  private mutating func run() throws -> PickleValue {
    guard try opcode() == .protocolVersion else { throw fault("does not begin with PROTO") }
    let version = try byte()
    guard (2...5).contains(version) else {
      throw TorchFault(
        "has a pickle of protocol \(version), expected 2 to 5",
        "save it with torch.save's default protocol, 2")
    }
    while true {
      let opcode = try opcode()
      if opcode == .stop { break }
      try perform(opcode)
      guard stack.count <= Self.deepestStack else { throw fault("stacks too many values") }
    }
    guard let value = stack.popLast(), stack.isEmpty, marks.isEmpty else {
      throw fault("does not end with one value")
    }
    return value
  }

  // MARK: - Instructions

  private mutating func perform(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt1: stack.append(.int(Int(try number(1))))
    case .binInt2: stack.append(.int(Int(try number(2))))
    case .binInt: stack.append(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
    case .long1: stack.append(.int(try long(Int(try number(1)))))
    case .long4: stack.append(.int(try long(Int(try number(4)))))
    case .binFloat:
      stack.append(.double(Double(bitPattern: try number(8).byteSwapped)))
    case .shortBinUnicode: stack.append(.string(try text(Int(try number(1)))))
    case .binUnicode: stack.append(.string(try text(Int(try number(4)))))
    // Texts of Python 2; their bytes are read as Python 3 writes texts.
    case .shortBinString: stack.append(.string(try text(Int(try number(1)))))
    case .binString: stack.append(.string(try text(Int(try number(4)))))
    case .binUnicode8: stack.append(.string(try text(Int(clamping: try number(8)))))
    case .shortBinBytes: stack.append(.bytes(Array(try take(Int(try number(1))))))
    case .binBytes: stack.append(.bytes(Array(try take(Int(try number(4))))))
    case .binBytes8, .byteArray8:
      stack.append(.bytes(Array(try take(Int(clamping: try number(8))))))
    case .mark: marks.append(stack.count)
    case .emptyTuple: stack.append(heap.tuple([]))
    case .emptyList, .emptySet: stack.append(heap.list([]))
    case .frozenSet: stack.append(heap.list(try poppedToMark()))
    case .emptyDictionary: stack.append(heap.dictionary())
    case .tuple1: stack.append(heap.tuple(try popped(1)))
    case .tuple2: stack.append(heap.tuple(try popped(2)))
    case .tuple3: stack.append(heap.tuple(try popped(3)))
    case .tuple: stack.append(heap.tuple(try poppedToMark()))
    case .append: try extend(with: try popped(1))
    case .appends, .addItems: try extend(with: try poppedToMark())
    case .setItem: try set(try popped(2))
    case .setItems: try set(try poppedToMark())
    case .binPut: try remember(at: Int(try number(1)))
    case .longBinPut: try remember(at: Int(try number(4)))
    case .memoize: try remember(at: memo.count)
    case .binGet: stack.append(try remembered(Int(try number(1))))
    case .longBinGet: stack.append(try remembered(Int(try number(4))))
    case .global:
      let (module, name) = (try line(), try line())
      stack.append(.global(try global(module, name)))
    case .stackGlobal: stack.append(.global(try global(try popped(2))))
    // A frame says how many bytes belong together, for readers that load them at once.
    case .frame:
      guard try number(8) <= UInt64(bytes.count - place) else { throw fault("ends too early") }
    case .binPersistentID: stack.append(.storage(try storage(try popped(1)[0])))
    case .reduce: stack.append(try reduced(try popped(2)))
    case .newObject: stack.append(try made(try popped(2)))
    case .build: try build(try popped(2))
    case .protocolVersion, .stop: throw fault("has PROTO or STOP where it does not belong")
    }
  }

  /// Removes and returns the last values of the stack, which must lie above the last mark.
  private mutating func popped(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw fault("takes from an empty stack") }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func poppedToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("has no mark where one is needed") }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  /// Returns the value that an instruction changes and leaves on the stack.
  private func top() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw fault("takes from an empty stack")
    }
    return top
  }

  private mutating func extend(with values: [PickleValue]) throws {
    guard case .list(let place) = try top() else { throw fault("appends to \(try top().kind)") }
    heap.append(values, to: place)
  }

  private mutating func set(_ values: [PickleValue]) throws {
    guard case .dictionary(let place) = try top() else {
      throw fault("sets items of \(try top().kind)")
    }
    guard values.count.isMultiple(of: 2) else { throw fault("sets a key without a value") }
    heap.set(
      stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }, in: place)
  }

  /// Remembers the top value; pickles number the values that they remember consecutively.
  private mutating func remember(at index: Int) throws {
    guard index == memo.count else { throw fault("remembers number \(index) after \(memo.count)") }
    memo.append(try top())
  }

  private func remembered(_ index: Int) throws -> PickleValue {
    guard index < memo.count else { throw fault("recalls number \(index) of \(memo.count)") }
    return memo[index]
  }

  // MARK: - Names

  private func global(_ names: [PickleValue]) throws -> PickleGlobal {
    guard case .string(let module) = names[0], case .string(let name) = names[1] else {
      throw fault("asks for something that has no name")
    }
    return try global(module, name)
  }

  private func global(_ module: String, _ name: String) throws -> PickleGlobal {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw TorchFault(
        "asks for \(module).\(name), which no checkpoint of tensors and options needs",
        "save only state dictionaries and argparse options; nothing of this file was executed")
    }
    return global
  }

  /// Returns a storage from its persistent identity: ("storage", class, key, device, element
  /// count); before version 1.6 with None at the end, or the place of a view of another storage.
  private mutating func storage(_ identity: PickleValue) throws -> TorchStorage {
    guard case .tuple(let place) = identity, (5...6).contains(heap.sequences[place].count),
      case .string("storage") = heap.sequences[place][0],
      case .global(.storage(let scalar)) = heap.sequences[place][1],
      case .string(let key) = heap.sequences[place][2],
      case .int(let count) = heap.sequences[place][4]
    else { throw fault("has a persistent identity that is no storage") }
    if heap.sequences[place].count == 6 {
      guard case .none = heap.sequences[place][5] else {
        throw TorchFault(
          "has the storage \(key), which is a view of another",
          "load it in a newer torch and save it again")
      }
    }
    guard let size = storageSize(key) else {
      throw fault("names the storage \(key), which is missing")
    }
    guard count >= 0, count <= Int.max / scalar.width,
      size == Self.unknownSize || size == count * scalar.width
    else {
      throw fault("gives the storage \(key) of \(size) bytes \(count) elements of \(scalar.name)")
    }
    let storage = TorchStorage(key: key, scalar: scalar, count: count)
    storages.append(storage)
    return storage
  }

  // MARK: - Bytes

  func fault(_ problem: String) -> TorchFault {
    TorchFault("has a pickle that \(problem) (near byte \(place))")
  }

  private mutating func byte() throws -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }

  private mutating func opcode() throws -> PickleOpcode {
    let byte = try byte()
    guard let opcode = PickleOpcode(rawValue: byte) else {
      throw TorchFault(
        "has the pickle instruction \(PickleOpcode.name(byte)), which torch.save does not write",
        "load the file in torch and save it again with torch.save's default protocol")
    }
    return opcode
  }

  /// Reads the next bytes as a little-endian number.
  private mutating func number(_ count: Int) throws -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= bytes.count - place else { throw fault("ends too early") }
    defer { place += count }
    return bytes[place..<place + count]
  }

  private mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw fault("has a text that is not UTF-8")
    }
    return text
  }

  /// Reads a name that ends with a newline, at most 200 bytes.
  private mutating func line() throws -> String {
    guard let end = bytes[place...].prefix(200).firstIndex(of: 0x0A) else {
      throw fault("has a name without an end")
    }
    let line = try text(end - place)
    place += 1
    return line
  }

  /// Reads an integer of up to 8 bytes, in two's complement.
  private mutating func long(_ count: Int) throws -> Int {
    guard count <= 8 else { throw fault("has a whole number of \(count) bytes") }
    let value = try number(count)
    guard count > 0 else { return 0 }
    let unused = UInt64(64 - 8 * count)
    return Int(Int64(bitPattern: value << unused) >> Int64(unused))
  }
}
