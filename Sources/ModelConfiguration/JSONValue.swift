import Foundation

/// Any JSON value, so that one field of a configuration can be replaced by its path.
enum JSONValue: Codable, Equatable {
  case null
  case truth(Bool)
  case whole(Int)
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

  /// A number; infinity stands for one that a Double cannot hold, which decoders refuse with an error
  /// that is none of theirs.
  private static func number(_ value: any SingleValueDecodingContainer) -> Double? {
    do { return try value.decode(Double.self) } catch is DecodingError { return nil } catch {
      return .infinity
    }
  }

  /// Where inside this value the first number is that a Double cannot hold; nil if none is.
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
    case .null, .truth, .whole, .text: return nil
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .truth(let truth): try value.encode(truth)
    case .whole(let whole): try value.encode(whole)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .object(let object): try value.encode(object)
    }
  }

  /// What somebody typed: JSON where it is JSON, else the words as they stand.
  init(typed text: String) {
    self = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .text(text)
  }

  /// Replaces what is at a path.
  ///
  /// - Parameters:
  ///   - path: the keys from the outside in.
  ///   - value: the new value.
  /// - Returns: nil, or the keys that are known where the path leaves them.
  mutating func replace(_ path: ArraySlice<String>, by value: JSONValue) -> [String]? {
    guard let key = path.first else {
      self = value
      return nil
    }
    guard case .object(var fields) = self else { return [] }
    guard var field = fields[key] else { return fields.keys.sorted() }
    if let known = field.replace(path.dropFirst(), by: value) { return known }
    fields[key] = field
    self = .object(fields)
    return nil
  }
}

extension Configuration {
  /// This configuration with fields replaced one after the other, checked at the end.
  ///
  /// - Parameter assignments: `field=value`; a field inside another as `camera.fov=14`, lists as JSON.
  /// - Throws: `ConfigurationError` that names the field, whatever is wrong.
  /// - Returns: the changed configuration.
  public func setting(_ assignments: [String]) throws(ConfigurationError) -> Configuration {
    var tree = try tree()
    for assignment in assignments {
      guard let sign = assignment.firstIndex(of: "="), sign > assignment.startIndex else {
        throw ConfigurationError(assignment, "is no assignment, expected field=value")
      }
      let field = String(assignment[..<sign])
      let value = JSONValue(typed: String(assignment[assignment.index(after: sign)...]))
      if value == .null && field != CodingKeys.initialDepth.stringValue {
        throw ConfigurationError(field, "is null, expected a value")
      }
      let path = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if let known = tree.replace(path[...], by: value) {
        let what = known.isEmpty ? "has no fields inside" : "is unknown"
        let remedy = known.isEmpty ? "" : ", expected one of \(known.joined(separator: ", "))"
        throw ConfigurationError(field, what + remedy)
      }
      if let place = value.tooLarge { throw .tooLarge(field + place) }
    }
    return try Configuration(tree: tree)
  }

  private func tree() throws(ConfigurationError) -> JSONValue {
    do {
      let written = try JSONDecoder().decode(JSONValue.self, from: try json())
      guard case .object(var fields) = written else { return written }
      // A field that has no value is not written, but it can be set.
      for key in CodingKeys.allCases where fields[key.stringValue] == nil {
        fields[key.stringValue] = .null
      }
      return .object(fields)
    } catch {
      throw ConfigurationError("JSON", "cannot be written: \(error)")
    }
  }

  private init(tree: JSONValue) throws(ConfigurationError) {
    let data: Data
    do { data = try JSONEncoder().encode(tree) } catch {
      throw ConfigurationError("JSON", "cannot be written: \(error)")
    }
    try self.init(json: data)
  }
}
