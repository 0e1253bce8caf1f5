import Camera
import Foundation
import Testing

@Suite("The coding of depth pictures and the checks of cameras")
struct DepthCodingTests {
  private let coding = DepthCoding(
    Camera(near: 0.5, far: 1.5), from: CameraPose(yaw: 1, pitch: 2), width: 3, height: 4)

  /// By hand: 0.75 lies a quarter of the way from 0.5 to 1.5.
  @Test func bothDirectionsAreInverse() {
    #expect(coding.brightness(of: 0.75) == 0.25 && coding.distance(of: 0.25) == 0.75)
    #expect(coding.brightness(of: .nan) == 1, "no surface counts as far")
    var turned = coding
    (turned.black, turned.white) = (1.5, 0.5)
    #expect(turned.brightness(of: 0.75) == 0.75 && turned.distance(of: 0.75) == 0.75)
    #expect(turned.brightness(of: .nan) == 0)
    #expect(coding.line == "0 = near 0.5 … 65535 = far 1.5")
    #expect(turned.line == "0 = far 1.5 … 65535 = near 0.5")
  }

  @Test func theTextIsReadBackAndStrangersAreRefused() throws {
    #expect(DepthCoding(json: coding.json) == coding)
    #expect(coding.json.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    for (word, other) in [("visible", "expected"), ("world", "planes"), ("0.5", "1.5")] {
      #expect(DepthCoding(json: coding.json.replacingOccurrences(of: word, with: other)) == nil)
    }
    let twice = coding.json.replacingOccurrences(of: "{", with: "{\"black\":0.5,")
    #expect(DepthCoding(json: twice) == nil, "black is there twice")
    #expect(DepthCoding(json: "{}") == nil && DepthCoding(json: "") == nil)
  }

  @Test func usualPosesAreThreeDeviationsWide() {
    let camera = Camera(yawMean: 1, pitchMean: 2, yawDeviation: 0.1, pitchDeviation: 0)
    #expect(camera.usualYaws.contains(1.2999) && !camera.usualYaws.contains(1.3001))
    #expect(camera.usualPitches.contains(2) && !camera.usualPitches.contains(2.001))
  }

  /// A box around the origin and a camera at distance 1.
  ///
  /// Along the middle ray, the box lies from 0.9 to
  /// 1.1. Of five samples from 0.8 to 1.2, those at 0.9, 1 and 1.1 are inside.
  @Test func samplesInsideABoxAreCounted() {
    let box = VolumeBox(min: Vector(-1, -1, -0.1001), max: Vector(1, 1, 0.1001))
    let narrow = Camera(fieldOfView: 0.001)
    #expect(narrow.shareOfSamples(5, inside: box, from: .frontal, size: 2) == 0.6)
    for (near, far, share) in [(0.0, 0.8, 0.0), (1.2, 2, 0), (0, 4, 0.2), (0.95, 1.05, 1)] {
      let camera = Camera(fieldOfView: 0.001, near: near, far: far)
      #expect(camera.shareOfSamples(5, inside: box, from: .frontal, size: 2) == share)
    }
  }
}
