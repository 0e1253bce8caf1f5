import Foundation

/// JSON that people may have edited: a key that is there twice, or that nobody reads, is an error.
///
/// `JSONDecoder` takes one of two equal keys and drops the other without a word, so that a setting that
/// was added at the end of a file would have no effect. It also drops keys that it does not know.
public enum JSONText {
  /// Decodes a value after a check that no object has a key twice.
  ///
  /// - Parameters:
  ///   - type: the type of the value.
  ///   - data: the JSON.
  /// - Throws: `DecodingError.dataCorrupted` with the path of the first repeated key, or any error of
  ///   the decoder.
  /// - Returns: the value.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data
  ) throws -> Value {
    if let path = repeatedPath(in: data) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: path, debugDescription: "is there twice, expected every key once"))
    }
    return try JSONDecoder().decode(type, from: data)
  }

  /// Returns the first key that an object of the JSON has twice, with the keys around it as
  /// `camera.fov`; nil if there is none.
  public static func repeatedKey(in data: Data) -> String? {
    repeatedPath(in: data)?.map { step in
      step.intValue.map { "[\($0)]" } ?? step.stringValue
    }.joined(separator: ".")
  }

  private static func repeatedPath(in data: Data) -> [any CodingKey]? {
    var scan = JSONKeyScan([UInt8](data))
    return scan.nextKey(where: \.isRepeated)?.path
  }

  /// Returns all keys of the JSON, each with the keys around it as `camera.fov`; the elements of a list
  /// are not told apart.
  public static func keys(in data: Data) -> Set<String> {
    var scan = JSONKeyScan([UInt8](data))
    var keys: Set<String> = []
    while let key = scan.nextKey(where: { !keys.contains($0.name) }) { keys.insert(key.name) }
    return keys
  }

  /// Returns the first key of the JSON that is not known; nil if there is none.
  ///
  /// - Parameters:
  ///   - data: the JSON.
  ///   - known: the keys that are read, as `keys(in:)` returns them.
  /// - Returns: the key with the keys around it.
  public static func unknownKey(in data: Data, known: Set<String>) -> String? {
    var scan = JSONKeyScan([UInt8](data))
    return scan.nextKey { !known.contains($0.name) }?.name
  }
}

/// A search for keys, object by object.
///
/// The search understands as much of JSON as it needs; what is not well formed is left to the decoder,
/// whose messages say where. It keeps its own stack, so that no nesting can exhaust the program's.
private struct JSONKeyScan {
  private let text: [UInt8]
  private var place = 0
  private var levels: [Level] = []

  /// An object or a list around the current position.
  struct Level {
    /// The keys so far; nil for a list.
    var keys: Set<String>?
    /// The last key, or the number of the current element.
    var step = JSONStep(0)
    var expectsKey: Bool
  }

  /// A key and what is around it.
  struct Key {
    /// Whether the object has the key already.
    let isRepeated: Bool
    fileprivate let levels: [Level]

    /// The keys and the numbers of elements that lead to the key.
    var path: [any CodingKey] { levels.map(\.step) }
    /// The keys that lead to the key and the key itself, with points between them.
    var name: String {
      levels.map(\.step).filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
    }
  }

  init(_ text: [UInt8]) { self.text = text }

  /// Returns the next key that a condition chooses; nil if it chooses none.
  mutating func nextKey(where isFound: (Key) -> Bool) -> Key? {
    while place < text.count {
      let byte = text[place]
      place += 1
      switch byte {
      case UInt8(ascii: "{"): levels.append(Level(keys: [], expectsKey: true))
      case UInt8(ascii: "["): levels.append(Level(keys: nil, expectsKey: false))
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
      case UInt8(ascii: ","): advance()
      case UInt8(ascii: "\""):
        guard let string = string() else { return nil }
        guard let isRepeated = note(string) else { continue }
        let key = Key(isRepeated: isRepeated, levels: levels)
        if isFound(key) { return key }
      default: break
      }
    }
    return nil
  }

  private mutating func advance() {
    guard let last = levels.indices.last else { return }
    levels[last].expectsKey = levels[last].keys != nil
    if let index = levels[last].step.intValue { levels[last].step = JSONStep(index + 1) }
  }

  /// Notes a string if it is a key; returns whether the object has it already, nil for a value.
  private mutating func note(_ string: String) -> Bool? {
    guard let last = levels.indices.last, levels[last].expectsKey else { return nil }
    levels[last].expectsKey = false
    levels[last].step = JSONStep(string)
    return levels[last].keys?.insert(string).inserted == false
  }

  /// Reads the rest of a string; nil if it does not end.
  private mutating func string() -> String? {
    let start = place
    var isEscaped = false
    while place < text.count, text[place] != UInt8(ascii: "\"") {
      isEscaped = isEscaped || text[place] == UInt8(ascii: "\\")
      place += text[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard place < text.count else { return nil }
    defer { place += 1 }
    guard isEscaped else { return String(decoding: text[start..<place], as: UTF8.self) }
    return try? JSONDecoder().decode(String.self, from: Data(text[start - 1...place]))
  }
}

/// A step of the path to a value: a key, or the number of an element.
private struct JSONStep: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ key: String) { (stringValue, intValue) = (key, nil) }
  init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(intValue) }
}
