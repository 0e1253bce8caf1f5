import Foundation
import Tensors

/// A checkpoint written by torch.save: a zip archive with a pickled dictionary and the bytes of its
/// tensors, or the format from before version 1.6, `LegacyTorchStream`.
///
/// Opening a file reads the archive's directory and the pickle, as data. Nothing is executed, and
/// every instruction or class that a checkpoint of tensors and options does not need is refused by
/// name. A tensor's bytes are read when it is requested, so optimizer states beside a model cost
/// nothing.
///
///     <name>/data.pkl    the dictionary; a tensor is a storage, an offset, a shape and strides
///     <name>/data/<key>  the elements of a storage
///     <name>/byteorder   `little`; older files have none
public struct TorchFile: Sendable {
  /// The pickle's description of one tensor of a state dictionary.
  public struct Entry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String
    /// The length of each axis.
    public var shape: [Int] { view.shape }
    /// The type as torch calls it, for example `torch.float32`.
    public var type: String { view.storage.scalar.name }
    fileprivate let view: TorchTensor

    /// Returns the same tensor under another name.
    public func renamed(_ name: String) -> Entry { Entry(name: name, view: view) }
  }

  /// An array that the file holds outside any state dictionary: a tensor, or an array of NumPy.
  public struct LooseArray: Sendable {
    /// The key under which it is; empty if the file holds nothing else.
    public let name: String
    /// The length of each axis.
    public let shape: [Int]
    fileprivate let content: Content

    fileprivate enum Content: Sendable {
      case tensor(TorchTensor)
      case numPy(PickleArray)
    }
  }

  /// An option of the program that wrote the checkpoint.
  public enum Option: Sendable, Equatable {
    /// True or false.
    case flag(Bool)
    /// An integer.
    case number(Int)
    /// A floating-point number.
    case real(Double)
    /// A text.
    case text(String)
    /// A list or tuple of integers.
    case numbers([Int])
  }

  /// The keys of the dictionary, in the file's order; none if the file holds a single array.
  public let keys: [String]
  /// The arrays under the keys, also inside dictionaries there, as `key/name`; or the only array of a
  /// file that is not a dictionary.
  public let arrays: [LooseArray]
  private let items: [String: PickleValue]
  private let heap: PickleHeap
  private let source: ByteSource
  private let storages: Storages

  /// The places of the elements of the storages.
  private enum Storages: Sendable {
    case archive(ZipArchive, folder: String)
    case stream(LegacyTorchStream)
  }

  /// Opens a file; it stays open while this value or a copy of it lives.
  public init(_ url: URL) throws { try self.init(ByteSource(url)) }

  /// Opens bytes in memory; errors refer to them by the given name.
  public init(_ data: Data, name: String = "torch data") throws {
    try self.init(ByteSource(data, name: name))
  }

  private init(_ source: ByteSource) throws {
    do {
      let (root, heap, storages) = try Self.opened(source)
      let pairs: [(name: String, value: PickleValue)]
      if case .dictionary(let place) = root {
        pairs = try Self.named(heap.dictionaries[place], "the checkpoint")
        arrays = pairs.flatMap { Self.arrays($0.value, $0.name, heap) }
      } else if let array = Self.array(root, "", heap) {
        (pairs, arrays) = ([], [array])
      } else {
        throw TorchFault(
          "holds \(root.kind), not a dictionary", "save a dictionary of state dictionaries")
      }
      (self.source, self.storages, self.heap) = (source, storages, heap)
      keys = pairs.map(\.name)
      items = Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value) })
    } catch let fault as TorchFault {
      throw FileContent.mismatch(source, for: .torch) ?? Self.error(source.name, fault)
    }
  }

  /// Returns the tensors of a state dictionary in the file's order; nil if there is none under this
  /// key.
  public func stateDictionary(_ key: String) throws -> [Entry]? {
    guard let item = items[key] else { return nil }
    do {
      guard case .dictionary(let place) = item else {
        throw TorchFault("holds \(item.kind) under \(key)", "expected a dictionary of tensors")
      }
      return try Self.named(heap.dictionaries[place], key).map { name, value in
        guard case .tensor(let view) = value else {
          throw TorchFault("holds \(value.kind) under \(key), \(name)", "expected a tensor")
        }
        return Entry(name: name, view: view)
      }
    } catch let fault as TorchFault {
      throw Self.error(source.name, fault)
    }
  }

  /// Reads one tensor of this file; half precision becomes single precision, and integers become
  /// int32.
  ///
  /// An integer that does not fit int32 is an error, and so are bytes that differ from their
  /// checksum.
  public func tensor(_ entry: Entry) throws -> Tensor {
    try reading(entry.name) { try elements(entry.view) }
  }

  /// Reads one of the arrays of this file, as `tensor(_:)` reads a tensor of a state dictionary.
  public func tensor(_ array: LooseArray) throws -> Tensor {
    try reading(array.name) {
      switch array.content {
      case .tensor(let view): try elements(view)
      case .numPy(let numbers): try numbers.tensor(source.name)
      }
    }
  }

  private func elements(_ view: TorchTensor) throws -> Tensor {
    let start: Int?
    switch storages {
    case .archive(let archive, let folder):
      let entry = archive.entries["\(folder)/data/\(view.storage.key)"]
      start = try entry.map { try archive.start(of: $0) }
    case .stream(let stream): start = stream.start(of: view.storage)
    }
    guard let start else {
      preconditionFailure("tensor(_:): the tensor is not of \(source.name)")
    }
    return try view.tensor(from: source, at: start)
  }

  /// Runs a reader; its errors name the file and the tensor.
  private func reading(_ name: String, _ read: () throws -> Tensor) throws -> Tensor {
    do { return try read() } catch let fault as TorchFault {
      throw Self.error(source.name, fault)
    } catch let misfit as ElementMisfit {
      throw Self.error(
        source.name,
        TorchFault(
          "tensor \(name), element \(misfit.index) is \(misfit.value), out of range",
          "save it with a type that fits"))
    }
  }

  /// Returns the options under a key, from a Namespace or a dictionary; nil if there is nothing
  /// there.
  ///
  /// Values that are not options (None, lists of other things) are left out.
  public func options(_ key: String) throws -> [String: Option]? {
    let place: Int
    switch items[key] {
    case nil: return nil
    case .namespace(let namespace):
      guard let attributes = heap.namespaces[namespace] else { return [:] }
      place = attributes
    case .dictionary(let dictionary): place = dictionary
    case .some(let other):
      throw Self.error(
        source.name,
        TorchFault("holds \(other.kind) under \(key)", "expected a Namespace of options"))
    }
    do {
      return Dictionary(
        uniqueKeysWithValues: try Self.named(heap.dictionaries[place], key).compactMap { item in
          option(item.value).map { (item.name, $0) }
        })
    } catch let fault as TorchFault {
      throw Self.error(source.name, fault)
    }
  }

  private func option(_ value: PickleValue) -> Option? {
    switch value {
    case .bool(let flag): return .flag(flag)
    case .int(let number): return .number(number)
    case .double(let number): return .real(number)
    case .string(let text): return .text(text)
    case .array(let place):
      guard let array = heap.arrays[place], array.shape.count <= 1 else { return nil }
      return array.numbers.map { .numbers($0) } ?? array.scalar.flatMap { option($0) }
    case .list(let place), .tuple(let place):
      var numbers: [Int] = []
      for case .int(let number) in heap.sequences[place] { numbers.append(number) }
      return numbers.count == heap.sequences[place].count ? .numbers(numbers) : nil
    default: return nil
    }
  }

  /// Returns the array that a value is, or those that a dictionary holds.
  private static func arrays(
    _ value: PickleValue, _ name: String, _ heap: PickleHeap
  ) -> [LooseArray] {
    guard case .dictionary(let place) = value else {
      return array(value, name, heap).map { [$0] } ?? []
    }
    return heap.dictionaries[place].compactMap { key, value in
      guard case .string(let inner) = key else { return nil }
      return array(value, "\(name)/\(inner)", heap)
    }
  }

  /// Returns the array that a value is; nil for other values.
  private static func array(_ value: PickleValue, _ name: String, _ heap: PickleHeap) -> LooseArray?
  {
    switch value {
    case .tensor(let view): return LooseArray(name: name, shape: view.shape, content: .tensor(view))
    case .array(let place):
      return heap.arrays[place].map { LooseArray(name: name, shape: $0.shape, content: .numPy($0)) }
    default: return nil
    }
  }

  // MARK: - Opening

  /// Returns what the pickle holds, and where the storages are.
  private static func opened(
    _ source: ByteSource
  ) throws -> (root: PickleValue, heap: PickleHeap, storages: Storages) {
    let start = try source.bytes(
      at: 0, count: min(source.count, LegacyTorchStream.magic.count))
    if start == LegacyTorchStream.magic {
      let stream = try LegacyTorchStream(source)
      return (stream.root, stream.heap, .stream(stream))
    }
    let archive = try ZipArchive(source)
    let (folder, pickle) = try Self.pickle(in: archive)
    let (root, heap) = try PickleReader.read(pickle) { key in
      archive.entries["\(folder)/data/\(key)"]?.size
    }
    return (root, heap, .archive(archive, folder: folder))
  }

  /// Returns the folder inside the archive, and the pickle in it.
  private static func pickle(in archive: ZipArchive) throws -> (folder: String, bytes: [UInt8]) {
    let name = "/data.pkl"
    let found = archive.entries.values.filter { $0.name.hasSuffix(name) }
    guard let entry = found.first, found.count == 1 else {
      throw TorchFault(
        "is a zip archive with \(found.count) entries data.pkl, torch writes one",
        "name a file that torch.save wrote")
    }
    let folder = String(entry.name.dropLast(name.count))
    if let order = archive.entries["\(folder)/byteorder"] {
      let word =
        order.size <= 16 ? String(decoding: try archive.bytes(of: order), as: UTF8.self) : ""
      guard word == "little" else {
        throw TorchFault(
          "holds numbers in the byte order \"\(word)\"", "save it on a little-endian computer")
      }
    }
    guard entry.size <= PickleReader.longest else {
      throw TorchFault("has a pickle of \(entry.size) bytes, more than is read")
    }
    return (folder, try archive.bytes(of: entry))
  }

  /// Returns the items of a dictionary, whose keys must be texts that occur only once.
  private static func named(
    _ items: [(key: PickleValue, value: PickleValue)], _ where: String
  ) throws -> [(name: String, value: PickleValue)] {
    var names: Set<String> = []
    return try items.map { key, value in
      guard case .string(let name) = key else {
        throw TorchFault("has \(key.kind) as a key in \(`where`)", "expected a dictionary of names")
      }
      guard names.insert(name).inserted else {
        throw TorchFault("has the name \(name) twice in \(`where`)")
      }
      return (name, value)
    }
  }

  private static func error(_ file: String, _ fault: TorchFault) -> TensorFileError {
    TensorFileError(.torch, file: file, problem: fault.problem, remedy: fault.remedy)
  }
}
