import Foundation

/// What is wrong with a configuration: the field and why, in one line.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The JSON key.
  public let field: String
  /// What is wrong with its value and what would do.
  public let complaint: String

  /// Field and complaint.
  public init(_ field: String, _ complaint: String) {
    self.field = field
    self.complaint = complaint
  }

  /// One line.
  public var description: String { "configuration: \(field) \(complaint)" }
}

extension ConfigurationError {
  /// The field and the reason of a decoding error.
  ///
  /// - Parameters:
  ///   - error: what a decoder threw.
  ///   - json: what it read; that tells more about text that is no JSON than the error does.
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
      // Some reasons begin with the name of the field, which the path says already.
      let field = context.codingPath.last.map { $0.stringValue + " " } ?? ""
      self.init(
        Self.path(context),
        reason.hasPrefix(field) ? String(reason.dropFirst(field.count)) : reason)
    @unknown default:
      self.init("JSON", "cannot be read: \(error)")
    }
  }

  /// A number beyond what a Double holds.
  static func tooLarge(_ field: String) -> ConfigurationError {
    ConfigurationError(field, "is a number too large to hold, expected a finite one")
  }

  /// Where text stops being JSON, as a parenthesis; empty when a parser finds nothing to say.
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

  /// Returns what JSON has to hold for a type, in words.
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
