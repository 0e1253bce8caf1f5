import Camera

/// Reads the fields of one JSON object in the order of their declaration.
///
/// - A key that is missing or null takes its standard value.
/// - An unknown key is an error that lists the known ones.
/// - A word that is not a case of an enumeration is an error that lists the cases.
/// - A number that does not fit its field is an error, also inside a list.
/// - A camera inside the object may be incomplete; a box must be complete. Unknown keys in either
///   are errors, too.
///
/// Every error carries the full coding path, so a record that contains settings, such as
/// `run.json`, gives messages with the names of all fields on that path.
struct FieldReader {
  private let values: KeyedDecodingContainer<AnyKey>
  /// The fields that have not been read, the next one last.
  private var fields: [(key: AnyKey, standard: Any)]

  /// Opens a JSON object.
  ///
  /// - Parameters:
  ///   - decoder: a decoder positioned at the object.
  ///   - keys: the known keys in the order of the stored properties.
  ///   - standard: the value whose stored properties replace missing keys.
  /// - Throws: `DecodingError` when there is no object, or at the first unknown key in alphabetical
  ///   order.
  init(_ decoder: any Decoder, keys: [String], standard: Any) throws {
    values = try decoder.container(keyedBy: AnyKey.self)
    let properties = Mirror(reflecting: standard).children
    precondition(
      keys.count == properties.count, "\(type(of: standard)): \(keys) must name all its fields")
    fields = zip(keys, properties).map { (AnyKey($0), $1.value) }.reversed()
    let strangers = values.allKeys.map(\.stringValue).filter { !keys.contains($0) }
    if let stranger = strangers.min() {
      throw flaw(stranger, "is unknown, expected one of \(keys.joined(separator: ", "))")
    }
  }

  /// Reads all fields and passes their values to a memberwise initializer.
  ///
  /// The first two parameters of the initializer are written out, so that `Self.init` cannot stand for
  /// an initializer with fewer parameters.
  ///
  /// - Parameter memberwise: an initializer with one parameter per field, in the order of declaration.
  /// - Throws: `DecodingError` at the first field with a wrong value.
  /// - Returns: what the initializer returns.
  mutating func object<Object, First: Decodable, Second: Decodable, each Other: Decodable>(
    by memberwise: (First, Second, repeat each Other) -> Object
  ) throws -> Object {
    memberwise(try next(), try next(), repeat try next((each Other).self))
  }

  /// Returns the value of the next field.
  private mutating func next<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    guard let field = fields.popLast(), let standard = field.standard as? Value else {
      preconditionFailure("next(_:): there is no field of type \(type), expected stored variables")
    }
    let key = field.key
    guard try values.contains(key) && !values.decodeNil(forKey: key) else { return standard }
    try checkChoice(key, type)
    do {
      if let object = standard as? any NestedObject,
        let value = try object.replacingFields(from: values.superDecoder(forKey: key)) as? Value
      {
        return value
      }
      return try values.decode(type, forKey: key)
    } catch let error as DecodingError {
      throw error
    } catch {
      // JSONDecoder reports numbers that do not fit with an error of its own, which has no path.
      throw misfit(key, type)
    }
  }

  /// Throws an error that lists the cases of an enumeration when a word is none of them.
  private func checkChoice(_ key: AnyKey, _ type: any Decodable.Type) throws {
    guard let enumeration = type as? any (CaseIterable & RawRepresentable).Type else { return }
    let (word, choices) = (try values.decode(String.self, forKey: key), Self.words(enumeration))
    if !choices.contains(word) {
      let list = choices.joined(separator: ", ")
      throw flaw(key.stringValue, "is \(word.prefix(40)), expected one of \(list)")
    }
  }

  private static func words<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> [String] {
    Choice.allCases.map { "\($0.rawValue)" }
  }

  /// Returns the error for a number that is not whole in a field of whole numbers, or that a Double
  /// cannot hold.
  private func misfit(_ key: AnyKey, _ type: any Decodable.Type) -> DecodingError {
    let (field, value) = (key.stringValue, try? values.decode(JSONValue.self, forKey: key))
    if let place = value?.tooLarge {
      return flaw(field + place, ConfigurationError.tooLarge(field).complaint)
    }
    switch value {
    case .list(let items) where type is [Int].Type:
      let misfit = items.first { !$0.isWhole } ?? .list(items)
      return flaw(field, "holds \(misfit), expected whole numbers")
    case .some(let value) where type is any FixedWidthInteger.Type:
      return flaw(field, "is \(value), expected \(ConfigurationError.name(of: type))")
    default:
      return flaw(field, "has a number too close to 0 to hold, expected 0 or a larger one")
    }
  }

  fileprivate func flaw(_ field: String, _ complaint: String) -> DecodingError {
    .dataCorrupted(
      .init(codingPath: values.codingPath + [AnyKey(field)], debugDescription: complaint))
  }
}

/// A coding key with any name.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

// MARK: - Objects inside of settings

/// The value of a field that is itself an object.
private protocol NestedObject {
  /// Returns the object that a decoder is positioned at; this object has the standard values.
  func replacingFields(from decoder: any Decoder) throws -> Self
}

extension Camera: NestedObject {
  /// Returns this camera with the values of the keys that are present, validated.
  fileprivate func replacingFields(from decoder: any Decoder) throws -> Camera {
    var reader = try FieldReader(
      decoder, keys: CodingKeys.allCases.map(\.rawValue), standard: self)
    let camera = try reader.object(by: Camera.init)
    if let (field, complaint) = camera.flaw { throw reader.flaw(field, complaint) }
    return camera
  }
}

extension VolumeBox: NestedObject {
  /// Returns the decoded box, which must be complete.
  fileprivate func replacingFields(from decoder: any Decoder) throws -> VolumeBox {
    _ = try FieldReader(decoder, keys: ["min", "max"], standard: self)
    return try VolumeBox(from: decoder)
  }
}
