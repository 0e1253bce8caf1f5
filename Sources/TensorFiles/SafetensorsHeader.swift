/// The header of a safetensors file, read and checked.
///
/// `HeaderScanner` accepts only the JSON that this header can consist of: an object of objects of
/// strings, numbers and lists of numbers. Nothing can therefore nest deeper than three levels,
/// whatever the bytes are.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [SafetensorsFile.Entry] = []
  /// The positions in `entries` by name.
  private(set) var positions: [String: Int] = [:]

  /// The bytes per element of every type of the format that has whole bytes, whether it is read
  /// here or not.
  private static let widths = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "I16": 2, "U16": 2,
    "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8, "C64": 8,
  ]

  /// Reads the bytes of a header that `dataCount` bytes of elements follow.
  init(_ text: [UInt8], dataCount: Int) throws {
    var scanner = HeaderScanner(text: text)
    var hasMetadata = false
    try scanner.object { name, scanner in
      if name == "__metadata__" {
        guard !hasMetadata else { throw SafetensorsFault("header has two __metadata__") }
        hasMetadata = true
        metadata = try Self.metadata(&scanner)
      } else {
        // Names that differ only in how Unicode composes a letter count as the same name.
        guard positions.updateValue(entries.count, forKey: name) == nil else {
          throw SafetensorsFault("header has the tensor \"\(name)\" twice")
        }
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
    try requireCover(of: dataCount)
  }

  private static func metadata(_ scanner: inout HeaderScanner) throws -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { key, scanner in
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw SafetensorsFault("__metadata__ has the key \"\(key)\" twice")
      }
    }
    return metadata
  }

  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws -> SafetensorsFile.Entry {
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner in
      switch key {
      case "dtype" where dtype == nil: dtype = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.numbers(atMost: ArrayElement.mostAxes)
      case "data_offsets" where offsets == nil: offsets = try scanner.numbers(atMost: 2)
      case "dtype", "shape", "data_offsets":
        throw SafetensorsFault("tensor \"\(name)\" has the key \(key) twice")
      default: throw SafetensorsFault("tensor \"\(name)\" has the unknown key \"\(key)\"")
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw SafetensorsFault("tensor \"\(name)\" lacks dtype, shape or two data_offsets")
    }
    guard let width = widths[dtype] else {
      throw SafetensorsFault("tensor \"\(name)\" has the unknown type \"\(dtype)\"")
    }
    guard offsets[0] <= offsets[1] else {
      throw SafetensorsFault("tensor \"\(name)\" ends before it begins")
    }
    guard let byteCount = ArrayElement.byteCount(of: shape, width: width) else {
      throw SafetensorsFault("tensor \"\(name)\" of shape \(shape) is too large for any computer")
    }
    guard byteCount == offsets[1] - offsets[0] else {
      throw SafetensorsFault(
        "tensor \"\(name)\" of shape \(shape) and type \(dtype) takes \(byteCount) bytes, its "
          + "offsets give it \(offsets[1] - offsets[0])")
    }
    return SafetensorsFile.Entry(
      name: name, dtype: dtype, shape: shape, offsets: offsets[0]..<offsets[1])
  }

  /// Sorts the tensors by position and checks that they cover all bytes.
  ///
  /// There must be no overlap, no hole, and nothing beyond the end.
  private mutating func requireCover(of dataCount: Int) throws {
    entries.sort {
      ($0.offsets.lowerBound, $0.offsets.upperBound) < (
        $1.offsets.lowerBound, $1.offsets.upperBound
      )
    }
    var end = 0
    for (position, entry) in entries.enumerated() {
      guard entry.offsets.lowerBound == end else {
        let fault = entry.offsets.lowerBound < end ? "overlaps" : "leaves a hole after"
        throw SafetensorsFault(
          "tensor \"\(entry.name)\" begins at byte \(entry.offsets.lowerBound) and \(fault) the one "
            + "before it, which ends at \(end)")
      }
      end = entry.offsets.upperBound
      positions[entry.name] = position
    }
    guard end == dataCount else {
      throw SafetensorsFault("tensors take \(end) bytes, the file has \(dataCount) for them")
    }
  }
}
