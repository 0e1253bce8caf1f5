import Foundation
import ModelConfiguration
import Testing

/// The messages for JSON that is not a valid configuration, word for word.
@Suite("Configuration, messages")
struct ConfigurationMessageTests {
  static let keys =
    "imageSize, coarseSize, depthPlanes, minFeatureSize, parts, latentWidth, mappingLayers, "
    + "localChannels, featureChannels, fourierFrequencies, baseLayers, shapeLayers, textureLayers, "
    + "partSource, baseStyle, channelBase, channelMax, depthMode, backgroundDepth, initialDepth, "
    + "liftingKernel, liftingAlpha, fusion, densityActivation, opticalScale, samples, "
    + "importanceSamples, evaluationSamples, evaluationImportanceSamples, maskWeights, maskWarmup, "
    + "lastSpacing, volumeBox, rowAxis, camera, rendering, transparentParts, residualMask"
  static let cameraKeys =
    "radius, fov, near, far, yawMean, pitchMean, yawDeviation, pitchDeviation"

  /// The JSON, the path of the invalid field, and the complaint.
  typealias Flaw = (json: String, field: String, complaint: String)

  static let unknownKeys: [Flaw] = [
    (#"{"zoom": 1, "depthPlane": 24}"#, "depthPlane", "is unknown, expected one of \(keys)"),
    (#"{"foo": 1e999}"#, "foo", "is unknown, expected one of \(keys)"),
    (#"{"camera": {"zoom": 2}}"#, "camera.zoom", "is unknown, expected one of \(cameraKeys)"),
    (
      #"{"camera": {"fieldOfView": 2}}"#, "camera.fieldOfView",
      "is unknown, expected one of \(cameraKeys)"
    ),
    (
      #"{"volumeBox": {"min": [0, 0, 0], "max": [1, 1, 1], "mid": 2}}"#, "volumeBox.mid",
      "is unknown, expected one of min, max"
    ),
  ]

  static let types: [Flaw] = [
    (#"{"imageSize": "512"}"#, "imageSize", "has another type, expected a whole number"),
    (#"{"imageSize": true}"#, "imageSize", "has another type, expected a whole number"),
    (#"{"liftingAlpha": "2"}"#, "liftingAlpha", "has another type, expected a number"),
    (#"{"baseStyle": 1}"#, "baseStyle", "has another type, expected a word in quotes"),
    (#"{"initialDepth": 3}"#, "initialDepth", "has another type, expected a list"),
    (#"{"initialDepth": [1, "2"]}"#, "initialDepth.[1]", "has another type, expected a number"),
    (#"{"initialDepth": [1, null]}"#, "initialDepth.[1]", "is null, expected a number"),
    (#"{"camera": 1.5}"#, "camera", "has another type, expected an object in braces"),
    (#"{"camera": {"fov": "wide"}}"#, "camera.fov", "has another type, expected a number"),
    (#"{"camera": {"far": true}}"#, "camera.far", "has another type, expected a number"),
    (#"{"volumeBox": []}"#, "volumeBox", "has another type, expected an object in braces"),
    (#"{"volumeBox": {"min": 0, "max": 1}}"#, "volumeBox.min", "has another type, expected a list"),
    ("null", "JSON", "is null, expected an object in braces"),
    ("[1, 2]", "JSON", "has another type, expected an object in braces"),
  ]

  static let choices: [Flaw] = [
    (#"{"baseStyle": "dense"}"#, "baseStyle", "is dense, expected one of conv, scaleShift"),
    (#"{"depthMode": ""}"#, "depthMode", "is , expected one of relative, absolute"),
    (
      #"{"backgroundDepth": "flat"}"#, "backgroundDepth",
      "is flat, expected one of predicted, bowl"
    ),
    (
      #"{"liftingKernel": "box"}"#, "liftingKernel",
      "is box, expected one of gaussian, inverse, inverseSquare"
    ),
    (#"{"lastSpacing": "10"}"#, "lastSpacing", "is 10, expected one of infinite, far"),
    (#"{"rowAxis": "left"}"#, "rowAxis", "is left, expected one of down, up"),
    (#"{"rendering": "2d"}"#, "rendering", "is 2d, expected one of volume, flat"),
    (#"{"partSource": "3d"}"#, "partSource", "is 3d, expected one of lifted, field"),
    (#"{"maskWeights": "nerf"}"#, "maskWeights", "is nerf, expected one of rendering, ones"),
    (
      #"{"rowAxis": "\#(String(repeating: "x", count: 50))"}"#, "rowAxis",
      "is \(String(repeating: "x", count: 40)), expected one of down, up"
    ),
  ]

  static let tooLarge = "is a number too large to hold, expected a finite one"
  static let numbers: [Flaw] = [
    (#"{"imageSize": 51.5}"#, "imageSize", "is 51.5, expected a whole number"),
    (#"{"parts": 1e40}"#, "parts", "is 1e+40, expected a whole number"),
    (#"{"transparentParts": [1, 1.5]}"#, "transparentParts", "holds 1.5, expected whole numbers"),
    (
      #"{"liftingAlpha": 1e-999}"#, "liftingAlpha",
      "has a number too close to 0 to hold, expected 0 or a larger one"
    ),
    (#"{"parts": 1e999}"#, "parts", tooLarge),
    (#"{"liftingAlpha": -1e999}"#, "liftingAlpha", tooLarge),
    (#"{"camera": {"fov": 1e999}}"#, "camera.fov", tooLarge),
    (#"{"initialDepth": [1, 1e999]}"#, "initialDepth[1]", tooLarge),
    (#"{"volumeBox": {"min": [0, 0, 0], "max": [1, 1, 1e999]}}"#, "volumeBox.max[2]", tooLarge),
  ]

  static let objects: [Flaw] = [
    (#"{"camera": {"near": 2}}"#, "camera.far", "is 1.2, expected more than near (2.0)"),
    (#"{"camera": {"fov": 200}}"#, "camera.fov", "is 200.0, expected degrees between 0 and 180"),
    (#"{"volumeBox": {"min": [0, 0, 0]}}"#, "volumeBox", "lacks the key max"),
    (
      #"{"volumeBox": {"min": [0, 0], "max": [1, 1, 1]}}"#, "volumeBox.min",
      "is [0.0, 0.0], expected three finite numbers"
    ),
    (
      #"{"volumeBox": {"min": [0, 0, 2], "max": [1, 1, 1]}}"#, "volumeBox.max",
      "does not exceed min in x, y and z"
    ),
  ]

  static let flaws = unknownKeys + types + choices + numbers + objects

  @Test(arguments: flaws.indices)
  func aFlawIsNamed(index: Int) {
    let flaw = Self.flaws[index]
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: Data(flaw.json.utf8))
    }
    #expect(error == ConfigurationError(flaw.field, flaw.complaint), "\(flaw.json)")
  }

  /// In the JSON of a record, a message gives the whole path of the field.
  @Test(arguments: flaws.indices)
  func aRecordGivesTheWholePath(index: Int) {
    struct Record: Decodable { let model: Configuration }
    let flaw = Self.flaws[index]
    let json = Data(#"{"model": \#(flaw.json)}"#.utf8)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Record.self, from: json)
    }
    let field = flaw.field == "JSON" ? "model" : "model.\(flaw.field)"
    #expect(
      error.map { ConfigurationError(decoding: $0, of: json) }
        == ConfigurationError(field, flaw.complaint), "\(flaw.json)")
  }

  /// A key with the value null counts as missing, also inside a camera.
  @Test func missingAndNullFieldsTakeTheirDefaults() throws {
    let json = #"{"parts": null, "initialDepth": null, "camera": {"fov": null, "far": 1.5}}"#
    var expected = Configuration()
    expected.camera.far = 1.5
    #expect(try Configuration(json: Data(json.utf8)) == expected)
    #expect(try Configuration(json: Data(#"{"camera": {}, "volumeBox": null}"#.utf8)) == .standard)
  }

  /// Every field is written under its own name, except a field without a value.
  @Test func everyKeyIsWritten() throws {
    #expect(Configuration.keys.joined(separator: ", ") == Self.keys)
    var model = Configuration()
    model.initialDepth = model.initialDepths
    for (model, omitted) in [(model, []), (Configuration(), ["initialDepth"])] {
      let tree = try JSONSerialization.jsonObject(with: model.json()) as? [String: Any]
      #expect(Set(tree?.keys.map { $0 } ?? []) == Set(Configuration.keys).subtracting(omitted))
    }
  }
}
