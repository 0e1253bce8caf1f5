import Foundation

/// An error in a configuration or in other settings.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The JSON key.
  public let field: String
  /// The problem with its value, and what is expected.
  public let complaint: String

  /// Creates an error for a field.
  public init(_ field: String, _ complaint: String) {
    self.field = field
    self.complaint = complaint
  }

  /// A message of one line.
  public var description: String { "configuration: \(field) \(complaint)" }
}

extension ConfigurationError {
  /// Creates an error from a decoding error; the field is its full coding path.
  ///
  /// - Parameters:
  ///   - error: the error that a decoder threw.
  ///   - json: the JSON that it read; if this is malformed, the message says where.
  public init(decoding error: DecodingError, of json: Data) {
    switch error {
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      self.init("JSON", "is not well formed\(Self.flaw(of: json)), expected an object in braces")
    case .typeMismatch(let type, let context):
      self.init(Self.path(context), "has another type, expected \(Self.name(of: type))")
    case .valueNotFound(let type, let context):
      self.init(Self.path(context), "is null, expected \(Self.name(of: type))")
    case .keyNotFound(let key, let context):
      self.init(Self.path(context), "lacks the key \(key.stringValue)")
    case .dataCorrupted(let context):
      let reason = context.debugDescription.split(separator: "\n").joined(separator: " ")
      // Some reasons begin with the name of the field, which the path contains already.
      let field = context.codingPath.last.map { $0.stringValue + " " } ?? ""
      self.init(
        Self.path(context),
        reason.hasPrefix(field) ? String(reason.dropFirst(field.count)) : reason)
    @unknown default:
      self.init("JSON", "cannot be read: \(error)")
    }
  }

  /// Returns the error for a number that a Double cannot hold.
  static func tooLarge(_ field: String) -> ConfigurationError {
    ConfigurationError(field, "is a number too large to hold, expected a finite one")
  }

  /// Returns the parser's description of the first syntax error, in parentheses; empty if there is
  /// none.
  private static func flaw(of json: Data) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
      return ""
    } catch {
      guard let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String else {
        return ""
      }
      let line = reason.split(separator: "\n").joined(separator: " ")
      return " (\(line.hasSuffix(".") ? String(line.dropLast()) : line))"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { key in
      key.intValue.map { "[\($0)]" } ?? key.stringValue
    }.joined(separator: ".")
    return path.isEmpty ? "JSON" : path
  }

  /// Returns a description of the JSON value that a type requires.
  static func name(of type: Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is UInt64.Type: "a whole number, 0 or more"
    case is Double.Type: "a number"
    case is String.Type: "a word in quotes"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object in braces"
    default: "\(type)"
    }
  }
}
