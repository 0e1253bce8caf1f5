import Camera
import Datasets
import Foundation
import PortraitClasses
import ProceduralPortraits
import Testing

@Suite("Procedural portraits as data")
struct ProceduralSourceTests {
  @Test func aPortraitBelongsToSeedAndIndexAlone() throws {
    let (few, many) = (
      ProceduralSource(count: 3, seed: 5), ProceduralSource(count: 9, seed: 5)
    )
    #expect(try few.pair(2, size: 16) == many.pair(2, size: 16))
    #expect(few.parameters(2) == many.parameters(2) && few.pose(2) == many.pose(2))
    let other = ProceduralSource(count: 9, seed: 6)
    // Another seed gives neither the same portraits nor the same portraits shifted by one.
    for index in 0..<8 {
      #expect(other.parameters(index) != many.parameters(index))
      #expect(other.parameters(index) != many.parameters(index + 1))
      #expect(many.parameters(index) != many.parameters(index + 1))
    }
    #expect(few.fingerprint != many.fingerprint && other.fingerprint != many.fingerprint)
  }

  @Test func portraitsAreCastAtTheirSizeFromTheirPose() throws {
    let portraits = ProceduralSource(count: 2, seed: 1)
    let cast = PortraitScene(portraits.parameters(1)).render(
      pose: portraits.pose(1), size: 20, samplesPerPixel: 4)
    let pair = try portraits.pair(1, size: 20)
    #expect(pair.labels == cast.labels)
    for pixel in 0..<400 {
      for channel in 0..<3 {
        // Half a step of 8 bits.
        let error = Float(pair.planes[channel * 400 + pixel]) / 255 - cast.rgb[3 * pixel + channel]
        #expect(abs(error) <= 0.5001 / 255)
      }
    }
    #expect(try portraits.stored(0).imageSide == 128)
  }

  /// The wall behind the head, which comes forward at the sides, does not hide it from the side.
  ///
  /// In 20 000 portraits, yaw and pitch reach four standard deviations.
  @Test func headsAreVisibleFromTheMostExtremePoses() throws {
    let portraits = ProceduralSource(count: 20_000)
    func extremity(_ index: Int) -> Double {
      let (pose, camera) = (portraits.pose(index), portraits.camera)
      return hypot(
        (pose.yaw - camera.yawMean) / camera.yawDeviation,
        (pose.pitch - camera.pitchMean) / camera.pitchDeviation)
    }
    let order = (0..<portraits.count).sorted { extremity($0) > extremity($1) }
    #expect(extremity(order[0]) > 4)
    for index in order.prefix(60) {
      let labels = try portraits.pair(index, size: 24).labels
      let face = labels.count { $0 == UInt8(PartClass.face.rawValue) }
      #expect(face > 20, "portrait \(index) shows \(face) pixels of face")
      #expect(labels.contains(UInt8(PartClass.background.rawValue)))
    }
  }

  /// Yaw and pitch have the standard deviations of the camera, 0.3 and 0.155, around π/2.
  @Test func posesFollowTheDistributionOfTraining() {
    let portraits = ProceduralSource(count: 2000, seed: 3)
    let poses = (0..<2000).map(portraits.pose)
    for (values, spread) in [(poses.map(\.yaw), 0.3), (poses.map(\.pitch), 0.155)] {
      let mean = values.reduce(0, +) / 2000
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
      // Four standard errors of the mean, and of the standard deviation, of 2000 draws.
      #expect(abs(mean - .pi / 2) < 4 * spread / 44.7)
      #expect(abs(variance.squareRoot() - spread) < 4 * spread / 63.2)
    }
  }

  /// A narrower field of view shows a larger head, and its pack is a different one.
  @Test func portraitsDependOnTheCamera() throws {
    let near = Camera(fieldOfView: 8)
    let (wide, narrow) = (
      try ProceduralSource("procedural:1"), try ProceduralSource("procedural:1", camera: near)
    )
    func background(_ portraits: ProceduralSource) throws -> Int {
      try portraits.pair(0, size: 24).labels.count { $0 == 0 }
    }
    #expect(try background(narrow) < background(wide))
    #expect(narrow.fingerprint != wide.fingerprint)
  }

  /// Near and far only limit the samples of a model's renderer, so the portraits stay the same.
  @Test func nearAndFarDoNotChangePortraits() throws {
    let usual = ProceduralSource(count: 2, seed: 3)
    let other = ProceduralSource(count: 2, seed: 3, camera: Camera(near: 0.86, far: 1.14))
    #expect(try usual.pair(1, size: 12) == other.pair(1, size: 12))
    #expect(usual.fingerprint == other.fingerprint)
  }

  @Test func namesGiveCountAndSeed() throws {
    #expect(try ProceduralSource("procedural:12").count == 12)
    let seeded = try ProceduralSource("procedural:7,18446744073709551615")
    #expect(seeded.count == 7 && seeded.seed == .max)
    #expect(seeded.summary == "procedural:7,18446744073709551615")
    #expect(seeded.ids.first == "00000" && seeded.ids.last == "00006")
  }

  @Test(arguments: [
    "procedural:", "procedural:0", "procedural:-1", "procedural:1.5", "procedural:1,",
    "procedural:,1",
    "procedural:1,2,3", "procedural:1,-2", "procedural:1000001", "portraits:3",
    "procedural:99999999999999999999",
  ])
  func otherNamesAreRefused(text: String) {
    expectLine("COUNT[,SEED]") { _ = try ProceduralSource(text) }
  }

  @Test func portraitsCanBeReadWithoutAPack() throws {
    let set = UnpreparedSet(ProceduralSource(count: 3, seed: 2), size: 12)
    #expect(set.count == 3 && set.size == 12)
    #expect(try set.pair(1) == ProceduralSource(count: 3, seed: 2).pair(1, size: 12))
    #expect(set.fingerprint != UnpreparedSet(set.source, size: 13).fingerprint)
  }
}
