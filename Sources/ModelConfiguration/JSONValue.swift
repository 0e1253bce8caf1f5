import Foundation

/// Any JSON value, used to replace one field of settings by its path and to describe numbers that do not
/// fit.
enum JSONValue: Codable, Equatable {
  case null
  case truth(Bool)
  case whole(Int)
  /// A whole number beyond `Int`, such as a large seed.
  case large(UInt64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let whole = try? value.decode(Int.self) {
      self = .whole(whole)
    } else if let large = try? value.decode(UInt64.self) {
      self = .large(large)
    } else if let number = Self.number(value) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  /// A number; infinity stands for one that a Double cannot hold.
  ///
  /// JSONDecoder refuses such a number with an error that is no `DecodingError`.
  private static func number(_ value: any SingleValueDecodingContainer) -> Double? {
    do { return try value.decode(Double.self) } catch is DecodingError { return nil } catch {
      return .infinity
    }
  }

  /// The place inside this value of the first number that a Double cannot hold; nil if there is none.
  var tooLarge: String? {
    switch self {
    case .number(let number): return number.isFinite ? nil : ""
    case .list(let list):
      for (index, value) in list.enumerated() {
        if let place = value.tooLarge { return "[\(index)]\(place)" }
      }
      return nil
    case .object(let fields):
      for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
        if let place = value.tooLarge { return ".\(key)\(place)" }
      }
      return nil
    case .null, .truth, .whole, .large, .text: return nil
    }
  }

  /// Whether this is a whole number within the range of `Int`.
  var isWhole: Bool {
    if case .whole = self { true } else { false }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .truth(let truth): try value.encode(truth)
    case .whole(let whole): try value.encode(whole)
    case .large(let large): try value.encode(large)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .object(let object): try value.encode(object)
    }
  }

  /// Reads what a user typed: JSON if it is valid JSON, otherwise a text.
  init(typed text: String) {
    self = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .text(text)
  }

  /// Sets what is at a path; keys that do not exist are added.
  ///
  /// - Parameters:
  ///   - path: the keys from the outside in.
  ///   - value: the new value.
  /// - Returns: false if something on the path is not an object; then nothing is changed.
  mutating func set(_ path: ArraySlice<String>, to value: JSONValue) -> Bool {
    guard let key = path.first else {
      self = value
      return true
    }
    guard case .object(var fields) = self else { return false }
    guard fields[key, default: .object([:])].set(path.dropFirst(), to: value) else { return false }
    self = .object(fields)
    return true
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON, in one line.
  var description: String {
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "no JSON"
  }
}
