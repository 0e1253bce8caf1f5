import Foundation
import ModelConfiguration
import Testing

@Suite("Configuration, JSON")
struct ConfigurationJSONTests {
  @Test(arguments: Configuration.presetNames)
  func presetsSurviveARoundTrip(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(try Configuration(json: model.json()) == model)
  }

  @Test func everyFieldSurvivesARoundTrip() throws {
    var model = try #require(Configuration.preset("tiny"))
    (model.baseStyle, model.depthMode, model.backgroundDepth) = (.scaleShift, .absolute, .bowl)
    (model.liftingKernel, model.liftingAlpha) = (.inverseSquare, 1.25)
    (model.fusion, model.densityActivation) = (.densitySoftmax, .softplus)
    (model.opticalScale, model.lastSpacing, model.rowAxis) = (3.5, .far, .up)
    (model.samples, model.importanceSamples) = (5, 0)
    model.initialDepth = [1, 2.5, -0.5, 0]
    model.camera.fieldOfView = 14
    model.transparentParts = [2]
    #expect(try Configuration(json: model.json()) == model)
    #expect(model != Configuration.preset("tiny"))
  }

  @Test func missingKeysTakeTheValuesOfThePaper() throws {
    #expect(try Configuration(json: Data("{}".utf8)) == Configuration())
    let model = try Configuration(json: Data(#"{"depthPlanes": 24}"#.utf8))
    #expect(model.depthPlanes == 24)
    #expect(model.parts == 13)
  }

  /// An invalid configuration, and the field that its one-line message must name.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let json: String
    let field: String

    init(_ json: String, _ field: String) { (self.json, self.field) = (json, field) }

    var testDescription: String { json }
  }

  static let malformed = [
    Refusal(#"{"depthPlane": 24}"#, "depthPlane"),
    Refusal(#"{"camera": {"zoom": 2}}"#, "camera.zoom"),
    Refusal(#"{"imageSize": "512"}"#, "imageSize"),
    Refusal(#"{"imageSize": 51.5}"#, "imageSize"),
    Refusal(#"{"liftingAlpha": [2]}"#, "liftingAlpha"),
    Refusal(#"{"baseStyle": "dense"}"#, "baseStyle"),
    Refusal(#"{"rowAxis": 1}"#, "rowAxis"),
    Refusal(#"{"initialDepth": [1, "2"]}"#, "initialDepth"),
    Refusal(#"{"volumeBox": {"min": [0, 0], "max": [1, 1, 1]}}"#, "volumeBox"),
    Refusal(#"{"volumeBox": {"min": [0, 0, 2], "max": [1, 1, 1]}}"#, "volumeBox"),
    Refusal(#"{"initialDepth": [1, 1e999]}"#, "initialDepth[1]"),
    Refusal(#"{"volumeBox": {"min": [0, 0, 0], "max": [1, 1, 1e999]}}"#, "volumeBox.max[2]"),
    Refusal(#"{"camera": {"fov": -1e999}}"#, "camera.fov"),
    Refusal(#"{"parts": 1e999}"#, "parts"),
    Refusal("", "JSON"),
    Refusal("[1, 2]", "JSON"),
    Refusal(#"{"imageSize": "#, "JSON"),
  ]

  static let impossible = [
    Refusal(#"{"imageSize": 0}"#, "imageSize"),
    Refusal(#"{"imageSize": 500}"#, "imageSize"),
    Refusal(#"{"imageSize": 32}"#, "imageSize"),
    Refusal(#"{"coarseSize": 16}"#, "coarseSize"),
    Refusal(#"{"coarseSize": 48}"#, "coarseSize"),
    Refusal(#"{"depthPlanes": 1}"#, "depthPlanes"),
    Refusal(#"{"parts": 1}"#, "parts"),
    Refusal(#"{"samples": 2}"#, "samples"),
    Refusal(#"{"samples": 1, "importanceSamples": 0}"#, "samples"),
    Refusal(#"{"importanceSamples": -1}"#, "importanceSamples"),
    Refusal(#"{"evaluationSamples": 2}"#, "evaluationSamples"),
    Refusal(#"{"baseLayers": 0}"#, "baseLayers"),
    Refusal(#"{"partSource": "field", "rendering": "flat"}"#, "partSource"),
    Refusal(#"{"baseStyle": "scaleShift", "baseLayers": 2}"#, "baseLayers"),
    Refusal(#"{"initialDepth": [1, 2]}"#, "initialDepth"),
    Refusal(#"{"liftingAlpha": 0}"#, "liftingAlpha"),
    Refusal(#"{"opticalScale": -1}"#, "opticalScale"),
    Refusal(#"{"maskWarmup": -5}"#, "maskWarmup"),
    Refusal(#"{"camera": {"near": 2}}"#, "camera.far"),
    Refusal(#"{"transparentParts": [13]}"#, "transparentParts"),
    Refusal(#"{"channelBase": 256}"#, "channelBase"),
    Refusal(#"{"textureLayers": 65}"#, "textureLayers"),
    Refusal(#"{"mappingLayers": 65}"#, "mappingLayers"),
  ]

  @Test(arguments: malformed + impossible)
  func invalidConfigurationsAreRefusedInOneLine(refusal: Refusal) {
    do {
      _ = try Configuration(json: Data(refusal.json.utf8))
      Issue.record("\(refusal.json) was accepted")
    } catch {
      #expect(error.field.hasPrefix(refusal.field), "\(error)")
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains(refusal.field))
      #expect(error.complaint.count > 5)
    }
  }

  /// Malformed JSON is reported as such, with the position of the error.
  @Test func malformedJSONIsReportedWithItsPosition() {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: Data(#"{"parts": x}"#.utf8))
    }
    #expect(error?.complaint.hasPrefix("is not well formed (") == true)
    #expect(error?.complaint.contains("character 10") == true)
  }

  /// Values at the limits are accepted.
  @Test(arguments: [
    #"{"samples": 2, "importanceSamples": 0}"#, #"{"samples": 3}"#, #"{"imageSize": 64}"#,
    #"{"coarseSize": 32}"#, #"{"parts": 2}"#, #"{"textureLayers": 64}"#,
    #"{"baseStyle": "scaleShift"}"#,
  ])
  func limitsAreAccepted(json: String) throws { _ = try Configuration(json: Data(json.utf8)) }
}
