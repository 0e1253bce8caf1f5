import Foundation
import Tensors

/// Checkpoints in the form that torch.save writes, created so that tests can corrupt every part of
/// them.
public struct TorchBytes {
  /// A value of the pickle.
  public indirect enum Value {
    case none
    case flag(Bool)
    case number(Int)
    case real(Double)
    case text(String)
    case list([Value])
    case tuple([Value])
    case dictionary([(String, Value)])
    case namespace([(String, Value)])
    /// A tensor of single precision, in a storage of its own.
    case tensor(Tensor)
    /// Instructions that leave a value on the stack.
    case instructions([UInt8])
  }

  /// The entries of the archive, in order.
  public var entries: [(name: String, bytes: [UInt8])] = []

  /// Creates an archive with the given entries.
  public init(_ entries: [(name: String, bytes: [UInt8])]) { self.entries = entries }

  /// Creates an archive with a pickle of a value and the storages of its tensors.
  public init(_ value: Value) {
    let root = pickled(value)
    entries.insert(("a/data.pkl", [0x80, 2] + root + Array(".".utf8)), at: 0)
    entries.append(("a/byteorder", Array("little".utf8)))
  }

  /// Creates an archive with a pickle of the given instructions, between PROTO 2 and STOP.
  public init(instructions: [UInt8], storages: [(key: String, bytes: [UInt8])] = []) {
    self.init(
      [("a/data.pkl", [0x80, 2] + instructions + Array(".".utf8))]
        + storages.map { ("a/data/\($0.key)", $0.bytes) })
  }

  // MARK: - The pickle

  private mutating func pickled(_ value: Value) -> [UInt8] {
    switch value {
    case .none: return Array("N".utf8)
    case .flag(let flag): return [flag ? 0x88 : 0x89]
    case .number(let number):
      return [0x8A, 8] + Self.little(number, 8)
    case .real(let number):
      return Array("G".utf8) + Self.little(Int(bitPattern: UInt(number.bitPattern)), 8).reversed()
    case .text(let text): return Self.text(text)
    case .list(let values):
      return Array("](".utf8) + values.flatMap { pickled($0) } + Array("e".utf8)
    case .tuple(let values):
      return Array("(".utf8) + values.flatMap { pickled($0) } + Array("t".utf8)
    case .dictionary(let items): return Array("}(".utf8) + pairs(items) + Array("u".utf8)
    case .namespace(let items):
      return Array("cargparse\nNamespace\n)".utf8) + [0x81] + Array("}(".utf8) + pairs(items)
        + Array("ub".utf8)
    case .tensor(let tensor): return self.tensor(tensor)
    case .instructions(let bytes): return bytes
    }
  }

  private mutating func pairs(_ items: [(String, Value)]) -> [UInt8] {
    items.flatMap { Self.text($0.0) + pickled($0.1) }
  }

  private mutating func tensor(_ tensor: Tensor) -> [UInt8] {
    let key = "\(entries.count)"
    entries.append(("a/data/\(key)", tensor.floats.flatMap { Self.little(Int($0.bitPattern), 4) }))
    var strides: [Int] = []
    for axis in tensor.shape.indices { strides.append(tensor.shape[(axis + 1)...].reduce(1, *)) }
    return Self.view(key, count: tensor.count, shape: tensor.shape, strides: strides)
  }

  /// Returns the instructions that make a tensor from a storage.
  public static func view(
    _ key: String, type: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int],
    strides: [Int]
  ) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { [0x8A, 8] + little(value, 8) }
    func tuple(_ values: [Int]) -> [UInt8] {
      Array("(".utf8) + values.flatMap(number) + Array("t".utf8)
    }
    let identity =
      text("storage") + Array("ctorch\n\(type)\n".utf8) + text(key) + text("cpu") + number(count)
    return Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8) + identity + Array("tQ".utf8)
      + number(offset) + tuple(shape) + tuple(strides) + [0x89]
      + Array("ccollections\nOrderedDict\n)RtR".utf8)
  }

  /// Returns the instruction that puts a text on the stack.
  public static func text(_ text: String) -> [UInt8] {
    Array("X".utf8) + little(text.utf8.count, 4) + Array(text.utf8)
  }

  // MARK: - The archive

  /// Returns the archive's bytes, with a 64-bit end as torch writes it.
  ///
  /// - Parameters:
  ///   - method: the compression method that the directory states; 0 is none.
  ///   - flags: the directory's flags.
  ///   - wide: whether the directory gives lengths and positions as 64-bit numbers.
  /// - Returns: the bytes.
  public func file(method: Int = 0, flags: Int = 0x0808, wide: Bool = false) -> Data {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in entries {
      let place = file.count
      let name = Array(name.utf8)
      let sum = Self.little(Int(Self.checksum(bytes)), 4)
      // As in torch's files, lengths are in the directory and after the bytes.
      file += [0x50, 0x4B, 3, 4] + Self.little(0, 2) + Self.little(flags, 2)
      file += Self.little(method, 2) + Self.little(0, 16) + Self.little(name.count, 2)
      file += Self.little(5, 2) + name + [0x46, 0x42, 1, 0, 0x5A] + bytes
      file += [0x50, 0x4B, 7, 8] + sum + Self.little(bytes.count, 4) + Self.little(bytes.count, 4)
      let lengths = wide ? 0xFFFF_FFFF : bytes.count
      directory += [0x50, 0x4B, 1, 2] + Self.little(0, 4) + Self.little(flags, 2)
      directory += Self.little(method, 2) + Self.little(0, 4) + sum
      directory += Self.little(lengths, 4) + Self.little(lengths, 4) + Self.little(name.count, 2)
      directory += Self.little(wide ? 28 : 0, 2) + Self.little(0, 10)
      directory += Self.little(wide ? 0xFFFF_FFFF : place, 4) + name
      if wide {
        directory += Self.little(1, 2) + Self.little(24, 2) + Self.little(bytes.count, 8)
        directory += Self.little(bytes.count, 8) + Self.little(place, 8)
      }
    }
    let (start, end) = (file.count, file.count + directory.count)
    file += directory + [0x50, 0x4B, 6, 6] + Self.little(44, 8) + Self.little(0, 12)
    file += Self.little(entries.count, 8) + Self.little(entries.count, 8)
    file += Self.little(directory.count, 8) + Self.little(start, 8)
    file += [0x50, 0x4B, 6, 7] + Self.little(0, 4) + Self.little(end, 8) + Self.little(1, 4)
    file += [0x50, 0x4B, 5, 6] + Self.little(0, 4) + Self.little(entries.count, 2)
    file += Self.little(entries.count, 2) + Self.little(directory.count, 4)
    file += Self.little(wide ? 0xFFFF_FFFF : start, 4) + Self.little(0, 2)
    return Data(file)
  }

  /// Returns a number's lowest bytes, the lowest first.
  public static func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0 }
  }

  /// Returns the checksum of an entry, bit by bit as in its definition.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var rest: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      rest ^= UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
    return ~rest
  }
}
