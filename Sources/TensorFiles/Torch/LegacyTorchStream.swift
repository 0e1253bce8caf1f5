import Foundation
import Tensors

/// A checkpoint in torch's format from before version 1.6: pickles in a row, then the storages.
///
///     a magic number, the version 1001, a record of the system
///     the dictionary; a tensor is a storage, an offset, a shape and strides
///     a list of the keys of all storages
///     for each key: the number of elements in 8 bytes, then the elements
struct LegacyTorchStream: Sendable {
  /// The value of the checkpoint's pickle.
  let root: PickleValue
  /// The containers of the pickle.
  let heap: PickleHeap
  /// The place of the first element of every storage.
  private let places: [String: Int]

  /// The magic number 0x1950A86A20F9469CFC6C as a pickle, with which such a file begins.
  static let magic: [UInt8] =
    [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
  private static let version = 1001

  /// Reads the pickles and finds the storages, whose bytes are not read.
  ///
  /// - Parameter source: a file that begins with the magic number.
  /// - Throws: `TorchFault` if it is damaged, or holds what a checkpoint of tensors and options would not.
  init(_ source: ByteSource) throws {
    let bytes = try source.bytes(at: 0, count: min(source.count, PickleReader.longest))
    guard bytes.starts(with: Self.magic) else {
      throw TorchFault("does not begin with the magic number of torch")
    }
    let version = try PickleReader.next(at: Self.magic.count, in: bytes)
    guard case .int(Self.version) = version.value else {
      throw TorchFault(
        "has another version of torch's format than \(Self.version)",
        "load it in a newer torch and save it again")
    }
    let system = try PickleReader.next(at: version.end, in: bytes)
    try Self.requireLittleEndian(system)
    // The sizes of the storages follow the pickle, so that it is read once for its end, and again.
    let first = try PickleReader.next(at: system.end, in: bytes)
    let keys = try PickleReader.next(at: first.end, in: bytes)
    let (places, sizes) = try Self.storages(
      Self.keys(keys), named: first.storages, source, from: keys.end)
    let known = try PickleReader.next(at: system.end, in: bytes) { sizes[$0] }
    (root, heap, self.places) = (known.value, known.heap, places)
  }

  /// Returns the place of the first element of a storage of this file.
  func start(of storage: TorchStorage) -> Int? { places[storage.key] }

  /// Finds the storages one after another.
  private static func storages(
    _ keys: [String], named storages: [TorchStorage], _ source: ByteSource, from start: Int
  ) throws -> (places: [String: Int], sizes: [String: Int]) {
    let scalars = Dictionary(storages.map { ($0.key, $0.scalar) }) { first, _ in first }
    var (places, sizes, place): ([String: Int], [String: Int], Int) = ([:], [:], start)
    for key in keys {
      guard let scalar = scalars[key], places[key] == nil else {
        throw TorchFault("lists the storage \(key), which no tensor uses, or lists it twice")
      }
      guard source.count - place >= 8 else { throw TorchFault("ends before the storage \(key)") }
      let count = try source.bytes(at: place, count: 8).reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      place += 8
      guard count <= UInt64((source.count - place) / scalar.width) else {
        throw TorchFault("ends inside the storage \(key) of \(count) elements")
      }
      (places[key], sizes[key]) = (place, Int(count) * scalar.width)
      place += Int(count) * scalar.width
    }
    guard place == source.count else {
      throw TorchFault("has \(source.count - place) bytes after the last storage")
    }
    return (places, sizes)
  }

  private static func keys(_ found: PickleReader.Found) throws -> [String] {
    guard case .list(let place) = found.value else {
      throw TorchFault("has \(found.value.kind) in place of the list of storages")
    }
    return try found.heap.sequences[place].map { key in
      guard case .string(let text) = key else {
        throw TorchFault("has \(key.kind) as the key of a storage")
      }
      return text
    }
  }

  private static func requireLittleEndian(_ system: PickleReader.Found) throws {
    guard case .dictionary(let place) = system.value else {
      throw TorchFault("has \(system.value.kind) in place of the record of the system")
    }
    for (key, value) in system.heap.dictionaries[place] {
      if case .string("little_endian") = key, case .bool(false) = value {
        throw TorchFault(
          "holds numbers in the byte order \"big\"", "save it on a little-endian computer")
      }
    }
  }
}
