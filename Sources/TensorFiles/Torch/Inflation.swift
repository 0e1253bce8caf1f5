/// Decompression of deflate (RFC 1951), the method of zip archives such as those of
/// numpy.savez_compressed.
///
///     stream  =  block …                      the last block has its first bit set
///     block   =  stored bytes, or symbols in a fixed code, or symbols in a code that it describes
///     symbol  =  0 … 255: a byte;  256: the end;  257 … 285: a length, followed by a distance
///
/// A length and a distance repeat earlier output. The output has a known size, so that no input can
/// demand more memory.
struct Inflation {
  /// A fault of the stream; what it is does not matter to a reader, which only calls the entry damaged.
  private struct Fault: Error {}

  private let input: [UInt8]
  private var place = 0
  /// The bits that have been read and not used, the next one lowest.
  private var (bits, bitCount): (UInt32, Int) = (0, 0)
  private var output: [UInt8] = []
  private let count: Int

  private init(_ input: [UInt8], count: Int) {
    self.input = input
    self.count = count
    output.reserveCapacity(count)
  }

  /// Returns the decompressed bytes, or nil if the stream is faulty or does not give `count` bytes.
  static func inflated(_ input: [UInt8], count: Int) -> [UInt8]? {
    var inflation = Inflation(input, count: count)
    guard (try? inflation.run()) != nil, inflation.output.count == count else { return nil }
    return inflation.output
  }

  private mutating func run() throws {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try copyStored()
      case 1: try decode(Self.fixedLengths, Self.fixedDistances)
      case 2:
        let (lengths, distances) = try codes()
        try decode(lengths, distances)
      default: throw Fault()
      }
    }
  }

  // MARK: - Bits

  /// Returns the next bits as a number, the first one lowest.
  private mutating func take(_ wanted: Int) throws -> Int {
    while bitCount < wanted {
      guard place < input.count else { throw Fault() }
      bits |= UInt32(input[place]) << UInt32(bitCount)
      place += 1
      bitCount += 8
    }
    let value = bits & (1 << UInt32(wanted) - 1)
    bits >>= UInt32(wanted)
    bitCount -= wanted
    return Int(value)
  }

  // MARK: - Blocks

  /// Copies a stored block, which begins at a whole byte with its length and the complement of it.
  private mutating func copyStored() throws {
    (bits, bitCount) = (0, 0)
    let (length, complement) = (try take(16), try take(16))
    guard length == ~complement & 0xFFFF, length <= input.count - place,
      length <= count - output.count
    else { throw Fault() }
    output += input[place..<place + length]
    place += length
  }

  /// Decodes symbols up to the end of the block.
  private mutating func decode(_ lengths: Code, _ distances: Code) throws {
    while true {
      let symbol = try self.symbol(lengths)
      if symbol == 256 { return }
      if symbol < 256 {
        guard output.count < count else { throw Fault() }
        output.append(UInt8(symbol))
      } else {
        try repeatOutput(symbol - 257, distances)
      }
    }
  }

  /// The shortest length, and the number of further bits, of the symbols from 257 on.
  private static let lengthBases: [(Int, Int)] =
    ranges(from: 3, bits: (0..<28).map { max(0, $0 / 4 - 1) }) + [(258, 0)]
  /// The shortest distance, and the number of further bits, of the distance symbols.
  private static let distanceBases: [(Int, Int)] = ranges(
    from: 1, bits: (0..<30).map { max(0, $0 / 2 - 1) })

  /// Returns consecutive ranges of numbers: where each begins, and the bits that count inside it.
  private static func ranges(from first: Int, bits: [Int]) -> [(Int, Int)] {
    var base = first
    return bits.map { extra in
      defer { base += 1 << extra }
      return (base, extra)
    }
  }

  private mutating func repeatOutput(_ index: Int, _ distances: Code) throws {
    guard index < Self.lengthBases.count else { throw Fault() }
    let (shortest, lengthBits) = Self.lengthBases[index]
    let length = shortest + (try take(lengthBits))
    let symbol = try self.symbol(distances)
    guard symbol < Self.distanceBases.count else { throw Fault() }
    let (nearest, distanceBits) = Self.distanceBases[symbol]
    let distance = nearest + (try take(distanceBits))
    guard distance <= output.count, length <= count - output.count else { throw Fault() }
    // The repeated bytes may include some that this loop has just written.
    for _ in 0..<length { output.append(output[output.count - distance]) }
  }

  // MARK: - Codes

  /// A prefix code in canonical form: the number of words of each length, and the symbols in order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    /// Creates the code whose symbols have words of the given lengths; 0 is a symbol without a word.
    init(_ lengths: [Int]) throws {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1..<16 { symbols += lengths.indices.filter { lengths[$0] == length } }
      // More words than there are bit patterns would make two symbols look alike.
      var free = 1
      for length in 1..<16 {
        free = 2 * free - counts[length]
        guard free >= 0 else { throw Fault() }
      }
    }
  }

  /// Reads one symbol: words of each length are consecutive numbers, which follow the shorter ones.
  private mutating func symbol(_ code: Code) throws -> Int {
    var (word, first, index) = (0, 0, 0)
    for length in 1..<16 {
      word |= try take(1)
      let count = code.counts[length]
      if word - first < count { return code.symbols[index + word - first] }
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    throw Fault()
  }

  private static let fixedLengths = fixed(
    [(144, 8), (112, 9), (24, 7), (8, 8)].flatMap { [Int](repeating: $0.1, count: $0.0) })
  private static let fixedDistances = fixed([Int](repeating: 5, count: 30))

  private static func fixed(_ lengths: [Int]) -> Code {
    do { return try Code(lengths) } catch {
      preconditionFailure("Inflation: a fixed code is wrong")
    }
  }

  /// The order in which a block gives the lengths of the code for its code lengths.
  private static let lengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  /// Reads the two codes that a block describes.
  private mutating func codes() throws -> (lengths: Code, distances: Code) {
    let (literals, distances, described) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
    var first = [Int](repeating: 0, count: 19)
    for index in 0..<described { first[Self.lengthOrder[index]] = try take(3) }
    let code = try Code(first)
    var lengths: [Int] = []
    while lengths.count < literals + distances {
      let symbol = try self.symbol(code)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw Fault() }
        lengths += [Int](repeating: last, count: 3 + (try take(2)))
      case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
      case 18: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
      default: lengths.append(symbol)
      }
    }
    guard lengths.count == literals + distances else { throw Fault() }
    return (try Code(Array(lengths[..<literals])), try Code(Array(lengths[literals...])))
  }
}
