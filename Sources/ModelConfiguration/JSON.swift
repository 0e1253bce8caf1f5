import Camera
import Foundation

extension Configuration: Decodable {
  /// Reads a JSON object: a missing key keeps the paper's value, an unknown one is an error.
  public init(from decoder: any Decoder) throws {
    try rejectUnknownKeys(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ field: inout Value) throws {
      field = try values.decodeIfPresent(Value.self, forKey: key) ?? field
    }
    func read<Value: Decodable & CaseIterable & RawRepresentable>(
      _ key: CodingKeys, _ field: inout Value
    ) throws where Value.RawValue == String {
      guard let word = try values.decodeIfPresent(String.self, forKey: key) else { return }
      guard let value = Value(rawValue: word) else {
        let choices = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "is \(word.prefix(40)), expected one of \(choices)")
      }
      field = value
    }
    try read(.imageSize, &imageSize)
    try read(.coarseSize, &coarseSize)
    try read(.depthPlanes, &depthPlanes)
    try read(.minFeatureSize, &minFeatureSize)
    try read(.parts, &parts)
    try read(.latentWidth, &latentWidth)
    try read(.mappingLayers, &mappingLayers)
    try read(.localChannels, &localChannels)
    try read(.featureChannels, &featureChannels)
    try read(.fourierFrequencies, &fourierFrequencies)
    try read(.baseLayers, &baseLayers)
    try read(.shapeLayers, &shapeLayers)
    try read(.textureLayers, &textureLayers)
    try read(.baseStyle, &baseStyle)
    try read(.channelBase, &channelBase)
    try read(.channelMax, &channelMax)
    try read(.depthMode, &depthMode)
    try read(.backgroundDepth, &backgroundDepth)
    initialDepth = try values.decodeIfPresent([Double].self, forKey: .initialDepth)
    try read(.liftingKernel, &liftingKernel)
    try read(.liftingAlpha, &liftingAlpha)
    try read(.fusion, &fusion)
    try read(.densityActivation, &densityActivation)
    try read(.opticalScale, &opticalScale)
    try read(.samples, &samples)
    try read(.importanceSamples, &importanceSamples)
    try read(.evaluationSamples, &evaluationSamples)
    try read(.evaluationImportanceSamples, &evaluationImportanceSamples)
    try read(.maskWarmup, &maskWarmup)
    try read(.lastSpacing, &lastSpacing)
    try read(.volumeBox, &volumeBox)
    try read(.rowAxis, &rowAxis)
    try read(.camera, &camera)
    try read(.rendering, &rendering)
    try read(.transparentParts, &transparentParts)
  }

  /// Reads a configuration from JSON and checks it.
  ///
  /// - Parameter json: a JSON object with the fields that differ from the paper's.
  /// - Throws: `ConfigurationError` that names the field, whatever is wrong.
  public init(json: Data) throws(ConfigurationError) {
    do {
      self = try JSONDecoder().decode(Configuration.self, from: json)
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty,
        let misfit = Self.misfit(json)
      {
        throw misfit
      }
      throw ConfigurationError(decoding: error, of: json)
    } catch {
      throw ConfigurationError("JSON", "cannot be read: \(error)")
    }
    try validate()
  }

  /// The field of valid JSON whose number does not fit: the decoder says that without a name.
  private static func misfit(_ json: Data) -> ConfigurationError? {
    guard let tree = try? JSONDecoder().decode([String: JSONValue].self, from: json) else {
      return nil
    }
    let fields = tree.sorted { $0.key < $1.key }
    for (field, value) in fields {
      if let place = value.tooLarge { return .tooLarge(field + place) }
    }
    for (field, value) in fields {
      guard case .number(let number) = value,
        let alone = try? JSONEncoder().encode([field: value]),
        (try? JSONDecoder().decode(Configuration.self, from: alone)) == nil,
        CodingKeys(stringValue: field) != nil
      else { continue }
      return ConfigurationError(field, "is \(number), expected a whole number")
    }
    return nil
  }

  /// The whole configuration as JSON, one key a line, in alphabetical order.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
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

  private static func name(of type: Any.Type) -> String {
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
