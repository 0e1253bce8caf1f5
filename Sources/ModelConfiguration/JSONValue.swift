import Foundation
import TensorFiles

/// Any JSON value, used to replace one field of settings by its path and to describe numbers that do not
/// fit.
enum JSONValue: Codable {
  case null
  /// A Bool, an Int, a UInt64 beyond Int (a large seed), a Double or a String.
  case scalar(any Codable & Sendable)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    func scalar<Scalar: Codable & Sendable>(_ type: Scalar.Type) -> JSONValue? {
      (try? value.decode(type)).map { .scalar($0) }
    }
    if value.decodeNil() {
      self = .null
    } else if let scalar = scalar(Bool.self) ?? scalar(Int.self) ?? scalar(UInt64.self)
      ?? Self.number(value) ?? scalar(String.self)
    {
      self = scalar
    } else if let list = try? value.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  /// Reads a number; infinity stands for one that a Double cannot hold.
  ///
  /// JSONDecoder rejects such a number with an error that is not a `DecodingError`.
  private static func number(_ value: any SingleValueDecodingContainer) -> JSONValue? {
    do { return .scalar(try value.decode(Double.self)) } catch is DecodingError {
      return nil
    } catch {
      return .scalar(Double.infinity)
    }
  }

  /// The place inside this value of the first number that a Double cannot hold; nil if there is none.
  var tooLarge: String? {
    switch self {
    case .null: nil
    case .scalar(let value): (value as? Double)?.isFinite == false ? "" : nil
    case .list(let items):
      items.enumerated().lazy.compactMap { index, item in item.tooLarge.map { "[\(index)]\($0)" } }
        .first
    case .object(let fields):
      fields.compactMap { key, value in value.tooLarge.map { ".\(key)\($0)" } }.min()
    }
  }

  /// The place and the value of the first number that is infinite or, unless it is 0, subnormal in
  /// single precision; nil if there is none.
  var beyondSinglePrecision: (place: String, value: Double)? {
    switch self {
    case .null: return nil
    case .scalar(let value):
      guard let number = value as? Double, number != 0, !Float(number).isNormal else { return nil }
      return ("", number)
    case .list(let items):
      for (index, item) in items.enumerated() {
        if let found = item.beyondSinglePrecision {
          return ("[\(index)]\(found.place)", found.value)
        }
      }
      return nil
    case .object(let fields):
      for (key, field) in fields.sorted(by: { $0.key < $1.key }) {
        guard let found = field.beyondSinglePrecision else { continue }
        let isNested = !found.place.isEmpty && !found.place.hasPrefix("[")
        return (key + (isNested ? "." : "") + found.place, found.value)
      }
      return nil
    }
  }

  /// Whether this is a whole number within the range of `Int`.
  var isWhole: Bool {
    if case .scalar(let value) = self { value is Int } else { false }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .scalar(let value): try container.encode(value)
    case .list(let items): try container.encode(items)
    case .object(let fields): try container.encode(fields)
    }
  }

  /// Reads what a user typed: JSON if it is valid JSON, otherwise a text.
  init(typed text: String) {
    self = (try? JSONText.decode(JSONValue.self, from: Data(text.utf8))) ?? .scalar(text)
  }

  /// Sets the value at a path; keys that do not exist are added.
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
    guard case .object(var fields) = self,
      fields[key, default: .object([:])].set(path.dropFirst(), to: value)
    else { return false }
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
