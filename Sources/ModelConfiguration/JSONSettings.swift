import Foundation
import TensorFiles

/// Settings that are stored as a JSON object, with one key per stored property.
///
/// A conforming type writes each field once: as a stored variable with a default value and a
/// documentation comment. It adds `standard` and an `init(from:)` that passes its memberwise
/// initializer to `init(from:by:)`. Everything else follows from the stored properties:
///
/// | What                    | Source                                                      |
/// |-------------------------|-------------------------------------------------------------|
/// | keys and their order    | the names of the properties, which a `Mirror` lists         |
/// | types                   | the parameters of the memberwise initializer                |
/// | values of missing keys  | the properties of `standard`                                |
/// | choices of enumerations | their cases                                                 |
/// | encoding                | synthesized by the compiler                                 |
///
/// Decoding accepts any subset of the keys. A key that is missing or null takes its standard value;
/// an unknown key is an error, and so is one that is there twice (`JSONText`). `FieldReader` describes the rules for objects inside the object.
///
/// The memberwise initializer exists only in types that declare no initializer in their body, so
/// initializers belong in extensions.
public protocol JSONSettings: Codable, Sendable, Equatable {
  /// The settings of an empty JSON object.
  static var standard: Self { get }

  /// Throws an error that names the first field whose value is not allowed.
  func validate() throws(ConfigurationError)
}

extension JSONSettings {
  /// Creates the standard settings.
  public init() { self = .standard }

  /// The JSON keys in the order in which the fields are declared.
  public static var keys: [String] { Mirror(reflecting: standard).children.compactMap(\.label) }

  /// Reads a JSON object and passes one value per field to the memberwise initializer.
  ///
  /// - Parameters:
  ///   - decoder: a decoder positioned at the object.
  ///   - memberwise: the initializer that the compiler provides, `Self.init`.
  /// - Throws: `DecodingError` at the field that is unknown or has a wrong value.
  package init<First: Decodable, Second: Decodable, each Other: Decodable>(
    from decoder: any Decoder, by memberwise: (First, Second, repeat each Other) -> Self
  ) throws {
    var reader = try FieldReader(decoder, keys: Self.keys, standard: Self.standard)
    self = try reader.object(by: memberwise)
  }

  /// Reads settings from JSON and validates them.
  ///
  /// - Parameter json: a JSON object with the fields that differ from the standard settings.
  /// - Throws: `ConfigurationError` that names the field, for every kind of error.
  public init(json: Data) throws(ConfigurationError) {
    do { self = try JSONText.decode(Self.self, from: json) } catch let error as DecodingError {
      throw ConfigurationError(decoding: error, of: json)
    } catch {
      throw ConfigurationError("JSON", "cannot be read: \(error)")
    }
    try validate()
  }

  /// Returns all fields as JSON, one key per line, in alphabetical order.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

// MARK: - Precision

extension JSONSettings {
  /// Throws an error for the first number, in alphabetical order of the fields, that single precision
  /// cannot hold.
  ///
  /// Networks and renderer compute in single precision and count subnormal numbers as 0, so a number
  /// that is positive here could be 0 where it is used.
  package func requireSinglePrecision() throws(ConfigurationError) {
    guard let (place, value) = try tree().beyondSinglePrecision else { return }
    throw ConfigurationError(
      place,
      value.magnitude < 1
        ? "is \(value), which is 0 in single precision; expected a magnitude of at least "
          + "\(Float.leastNormalMagnitude)"
        : "is \(value), which single precision cannot hold; expected a magnitude of at most "
          + "\(Float.greatestFiniteMagnitude)")
  }
}

// MARK: - Assignments

extension JSONSettings {
  /// Returns these settings with fields replaced one after the other, validated at the end.
  ///
  /// - Parameter assignments: `field=value`, or `camera.fov=14` for a field inside another field;
  ///   values are JSON, or words without quotes.
  /// - Throws: `ConfigurationError` that names the field, whatever is wrong.
  /// - Returns: the changed settings.
  public func setting(_ assignments: [String]) throws(ConfigurationError) -> Self {
    var tree = try tree()
    for assignment in assignments {
      guard let sign = assignment.firstIndex(of: "=") else {
        throw ConfigurationError(assignment, "has no value, expected field=value")
      }
      let field = String(assignment[..<sign])
      let path = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard !path.contains("") else {
        throw ConfigurationError(assignment, "lacks the name of a field, expected field=value")
      }
      let value = JSONValue(typed: String(assignment[assignment.index(after: sign)...]))
      if case .null = value, !Self.optionalKeys.contains(field) {
        throw ConfigurationError(field, "is null, expected a value")
      }
      if let place = value.tooLarge { throw .tooLarge(field + place) }
      guard tree.set(path[...], to: value) else {
        throw ConfigurationError(field, "has no fields inside")
      }
    }
    do { return try Self(json: JSONEncoder().encode(tree)) } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError("JSON", "cannot be written: \(error)")
    }
  }

  /// The keys whose value may be null.
  private static var optionalKeys: [String] {
    Mirror(reflecting: standard).children.compactMap { field in
      Mirror(reflecting: field.value).displayStyle == .optional ? field.label : nil
    }
  }

  private func tree() throws(ConfigurationError) -> JSONValue {
    do { return try JSONDecoder().decode(JSONValue.self, from: json()) } catch {
      throw ConfigurationError("JSON", "cannot be written: \(error)")
    }
  }
}
