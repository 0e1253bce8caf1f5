import Foundation
import Testing

@testable import ModelConfiguration

@Suite("Setting fields of a configuration")
struct SettingTests {
  @Test func fieldsAreReplacedByPath() throws {
    let model = try Configuration.tiny.setting([
      "parts=5", "camera.fov=14.5", "initialDepth=[1, 4, 0, 0, 0.5]", "depthMode=absolute",
      "rowAxis=\"up\"", "volumeBox.min=[-1,-2,-3]", "opticalScale=3",
    ])
    var expected = Configuration.tiny
    expected.parts = 5
    expected.camera.fieldOfView = 14.5
    expected.initialDepth = [1, 4, 0, 0, 0.5]
    expected.depthMode = .absolute
    expected.rowAxis = .up
    expected.opticalScale = 3
    #expect(model.volumeBox != expected.volumeBox)
    expected.volumeBox = model.volumeBox
    #expect(model == expected)
    #expect(try model.setting(["initialDepth=null"]).initialDepth == nil)
    let camera = try model.setting([#"camera={"near": 0.7}"#]).camera
    #expect(camera.near == 0.7 && camera.fieldOfView == 12)
    #expect(try model.setting(["parts=4", "initialDepth=[1,2]", "initialDepth=null"]).parts == 4)
  }

  /// Setting nothing and a round trip through JSON leave every preset unchanged.
  @Test(arguments: Configuration.presetNames)
  func presetsSurviveJSON(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(try model.setting([]) == model)
    #expect(try Configuration(json: model.json()) == model)
  }

  /// A wrong assignment, the field that its message names, and a word of the message.
  static let mistakes: [(assignment: String, field: String, word: String)] = [
    ("foo=1", "foo", "expected one of"),
    ("foo.bar=1", "foo", "expected one of imageSize, coarseSize"),
    ("camera.fow=1", "camera.fow", "expected one of radius, fov, near"),
    ("camera.fov.x=1", "camera.fov.x", "no fields inside"),
    ("volumeBox.mid=1", "volumeBox.mid", "expected one of min, max"),
    ("volumeBox.max=[1,1]", "volumeBox.max", "three finite numbers"),
    ("initialDepth.x=1", "initialDepth", "a list"),
    ("camera.fov=null", "camera.fov", "null"),
    ("parts.x=1", "parts.x", "no fields inside"),
    ("parts=many", "parts", "whole number"),
    ("parts=2.5", "parts", "whole number"),
    ("parts=1e40", "parts", "whole number"),
    ("parts=null", "parts", "null"),
    ("parts=1", "parts", "2 …"),
    ("camera.fov=wide", "camera.fov", "a number"),
    ("camera.fov=200", "camera.fov", "180"),
    ("depthMode=1.5", "depthMode", "a word in quotes"),
    ("camera=1.5", "camera", "another type"),
    ("depthMode=blah", "depthMode", "relative, absolute"),
    ("imageSize=48", "imageSize", "power of two"),
    ("initialDepth=[1,2]", "initialDepth", "4 parts"),
    ("transparentParts=[9]", "transparentParts", "0 ..< 4"),
    ("initialDepth=[1,1e999,0,0]", "initialDepth[1]", "too large"),
    ("volumeBox.max=[1,1,-1e999]", "volumeBox.max[2]", "too large"),
    ("camera.fov=1e999", "camera.fov", "too large"),
    ("parts", "parts", "field=value"),
    ("=3", "=3", "field=value"),
    ("camera.=3", "camera.=3", "name of a field"),
  ]

  @Test(arguments: mistakes.indices)
  func mistakesNameTheField(index: Int) throws {
    let mistake = Self.mistakes[index]
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.tiny.setting([mistake.assignment])
    }
    let line = "\(try #require(error))"
    #expect(error?.field == mistake.field, "\(line)")
    #expect(line.contains(mistake.word) && !line.contains("\n"), "\(line)")
  }
}
