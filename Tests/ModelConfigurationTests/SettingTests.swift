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
  }

  /// Nothing set is nothing changed, for every preset and every number in it.
  @Test(arguments: Configuration.presetNames)
  func presetsSurviveJSON(name: String) throws {
    let model = try #require(Configuration.preset(name))
    #expect(try model.setting([]) == model)
    #expect(try Configuration(json: model.json()) == model)
  }

  /// A wrong assignment, the field its error names, and a word of the remedy.
  static let mistakes: [(assignment: String, field: String, word: String)] = [
    ("foo=1", "foo", "expected one of"),
    ("camera.fow=1", "camera.fow", "fov"),
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
