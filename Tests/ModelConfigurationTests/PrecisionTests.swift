import Foundation
import ModelConfiguration
import Testing

/// Numbers that are fine in double precision and not in single precision, where they are used.
@Suite("Settings in single precision")
struct PrecisionTests {
  @Test(arguments: [
    (#"{"liftingAlpha": 1e-310}"#, "liftingAlpha"), (#"{"liftingAlpha": 1e-39}"#, "liftingAlpha"),
    (#"{"opticalScale": 1e-300}"#, "opticalScale"),
    (#"{"camera": {"far": 1.2, "near": 1e-40}}"#, "camera.near"),
    (#"{"camera": {"yawDeviation": 1e-44}}"#, "camera.yawDeviation"),
    (
      #"{"parts": 4, "initialDepth": [5, 16, 0, 1e-320]}"#, "initialDepth[3]"
    ),
    (
      #"{"volumeBox": {"min": [-0.1, -1e-200, -0.1], "max": [0.1, 0.1, 0.1]}}"#, "volumeBox.min[1]"
    ),
  ])
  func subnormalNumbersAreRefused(json: String, field: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: Data(json.utf8))
    }
    #expect(error?.field == field)
    #expect(error?.complaint.contains("which is 0 in single precision") == true, "\(error as Any)")
  }

  @Test func numbersBeyondSinglePrecisionAreRefused() {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: Data(#"{"parts": 2, "initialDepth": [1, -1e39]}"#.utf8))
    }
    #expect(error?.field == "initialDepth[1]")
    #expect(error?.complaint.contains("cannot hold") == true)
  }

  /// 0 is no subnormal number, and the smallest normal one is accepted.
  @Test func theSmallestNumbersAreAccepted() throws {
    let json = #"{"parts": 2, "initialDepth": [0, -0.0], "liftingAlpha": 1.1754944e-38}"#
    let model = try Configuration(json: Data(json.utf8))
    #expect(model.liftingAlpha == 1.1754944e-38)
    #expect(throws: ConfigurationError.self) {
      try model.setting(["liftingAlpha=1.1754e-38"])
    }
  }

  @Test(arguments: [
    (#"{"parts": 13, "imageSize": 512, "parts": 4}"#, "parts"),
    (#"{"camera": {"fov": 12, "far": 1.2, "fov": 13}}"#, "camera.fov"),
    (#"{"volumeBox": {"min": [0, 0, 0], "max": [1, 1, 1], "min": [0, 0, 0]}}"#, "volumeBox.min"),
  ])
  func repeatedKeysAreRefused(json: String, field: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: Data(json.utf8))
    }
    #expect(error == ConfigurationError(field, "is there twice, expected every key once"))
  }

  @Test func theMaskSwitchIsAnOrdinaryField() throws {
    let model = try Configuration(json: Data(#"{"residualMask": false}"#.utf8))
    #expect(!model.residualMask && Configuration.standard.residualMask)
    #expect(try Configuration(json: model.json()) == model)
  }
}
