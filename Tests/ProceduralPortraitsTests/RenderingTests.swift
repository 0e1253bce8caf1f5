import Camera
import Foundation
import Testing

@testable import PortraitClasses
@testable import ProceduralPortraits

@Suite("Rendered portraits")
struct RenderingTests {
  private let average = PortraitScene(PortraitParameters())

  @Test func aRenderingIsRepeatable() {
    let pose = CameraPose(turnedLeft: 0.3, raised: -0.1)
    let a = PortraitScene(.random(seed: 9)).render(pose: pose, size: 40)
    let b = PortraitScene(.random(seed: 9)).render(pose: pose, size: 40)
    #expect(a.rgb == b.rgb && a.labels == b.labels && a.depth == b.depth)
  }

  @Test(arguments: 0..<40)
  func valuesAreInRange(seed: UInt64) {
    let pose = CameraPose(turnedLeft: Double(seed % 5) * 0.3 - 0.6, raised: 0.1)
    let picture = PortraitScene(.random(seed: seed)).render(pose: pose, size: 32)
    #expect(picture.rgb.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(picture.labels.allSatisfy { $0 < 13 })
    // Between the camera's near and far planes, 0.8 and 1.2.
    #expect(picture.depth.allSatisfy { $0 > 0.8 && $0 < 1.2 })
  }

  @Test func bothEyesBrowsAndEarsAreSeenFromTheFront() {
    var parameters = PortraitParameters()
    parameters.hair.style = .crop
    parameters.hair.volume = 0.008
    let picture = PortraitScene(parameters).render(size: 65)
    for part in [PartClass.eyes, .brows, .ears] {
      let columns = columns(of: part, in: picture)
      let (left, right) = (columns.count { $0 < 32 }, columns.count { $0 > 32 })
      #expect(left >= 8 && right >= 8, "\(part): \(left) left, \(right) right")
      #expect(abs(left - right) <= 2, "\(part): \(left) left, \(right) right")
    }
  }

  @Test func partsAreWhereTheyBelong() {
    let picture = average.render(size: 64)
    func middleRow(_ part: PartClass) -> Double {
      let rows = picture.labels.indices.filter { picture.labels[$0] == part.rawValue }.map {
        $0 / 64
      }
      return Double(rows.reduce(0, +)) / Double(rows.count)
    }
    let fromTop: [PartClass] = [.hair, .brows, .eyes, .nose, .mouth, .cloth]
    let rows = fromTop.map(middleRow)
    #expect(rows.dropFirst(2).sorted() == Array(rows.dropFirst(2)), "\(rows)")
    #expect(middleRow(.brows) < middleRow(.eyes))
    #expect(picture.label(row: 0, column: 0) == .background)
    #expect(picture.label(row: 63, column: 32) != .background)
  }

  /// A camera towards −x (yaw above π/2) sees the ear at −x and not the one at +x.
  @Test func turningShowsTheOtherSide() {
    var parameters = PortraitParameters()
    parameters.hair.style = .crop
    parameters.hair.volume = 0.008
    let scene = PortraitScene(parameters)
    let camera = Camera()
    for turn in [0.6, -0.6] {
      let pose = CameraPose(yaw: .pi / 2 + turn, pitch: .pi / 2)
      let frame = camera.frame(at: pose)
      let picture = scene.render(pose: pose, size: 64, samplesPerPixel: 1)
      var (low, high) = (0, 0)
      for index in picture.labels.indices where picture.labels[index] == PartClass.ears.rawValue {
        let ray = camera.pixelRay(row: index / 64, column: index % 64, size: 64, from: frame)
        if ray.point(at: Double(picture.depth[index])).x < 0 { low += 1 } else { high += 1 }
      }
      #expect(turn > 0 ? low > 30 && high == 0 : high > 30 && low == 0, "\(turn): \(low) \(high)")
      // The nose turns to the right of the image when the camera goes to its left.
      let noseColumns = columns(of: .nose, in: picture)
      let middle = Double(noseColumns.reduce(0, +)) / Double(noseColumns.count)
      #expect(turn > 0 ? middle > 36 : middle < 27, "nose at \(middle)")
    }
  }

  @Test func aCameraAboveSeesMoreHairAndOneBelowMoreChin() {
    let above = average.render(pose: CameraPose(turnedLeft: 0, raised: 0.4), size: 48)
    let below = average.render(pose: CameraPose(turnedLeft: 0, raised: -0.4), size: 48)
    func mean(_ part: PartClass, _ picture: RenderedPortrait) -> Double {
      let rows = picture.labels.indices.filter { picture.labels[$0] == part.rawValue }.map {
        $0 / 48
      }
      return Double(rows.reduce(0, +)) / Double(max(rows.count, 1))
    }
    // Points in front of the axis move down in the image when the camera moves up.
    #expect(mean(.nose, above) > mean(.nose, below) + 4)
    let hair = UInt8(PartClass.hair.rawValue)
    #expect(
      above.labels.prefix(1152).count { $0 == hair }
        > below.labels.prefix(1152).count { $0 == hair })
  }

  @Test func samplesSmoothTheEdgesAndLeaveTheLabels() {
    let rough = average.render(size: 33, samplesPerPixel: 1)
    let fine = average.render(size: 33, samplesPerPixel: 16)
    #expect(rough.labels == fine.labels && rough.depth == fine.depth)
    #expect(rough.rgb != fine.rgb)
  }

  @Test func clearLensesShowEyesAndDarkOnesHideThem() {
    var parameters = PortraitParameters()
    parameters.glasses = .init()
    let clear = PortraitScene(parameters).render(size: 64)
    parameters.glasses?.tint = 0.9
    let dark = PortraitScene(parameters).render(size: 64)
    #expect(columns(of: .eyes, in: clear).count > 20)
    #expect(columns(of: .eyes, in: dark).isEmpty)
    #expect(columns(of: .glasses, in: dark).count > columns(of: .glasses, in: clear).count)
  }

  /// One hundred portraits: every required class occurs, and shares are like those of photographs.
  @Test func sharesOfAHundredPortraits() {
    var shares = [Double](repeating: 0, count: PartClass.count)
    for seed in UInt64(500)..<600 {
      let parameters = PortraitParameters.random(seed: seed)
      let picture = PortraitScene(parameters).render(size: 48, samplesPerPixel: 1)
      var counts = [Int](repeating: 0, count: PartClass.count)
      for label in picture.labels { counts[Int(label)] += 1 }
      for part in PartClass.allCases { shares[part.rawValue] += Double(counts[part.rawValue]) }
      let hidesEyes = (parameters.glasses?.tint ?? 0) > 0.5
      for part in [PartClass.background, .face, .mouth, .nose, .hair, .cloth] {
        #expect(counts[part.rawValue] > 0, "seed \(seed) lacks \(part)")
      }
      #expect(hidesEyes || counts[PartClass.eyes.rawValue] > 0, "seed \(seed) lacks eyes")
      #expect(
        (parameters.glasses != nil) == (counts[PartClass.glasses.rawValue] > 0), "seed \(seed)")
      #expect((parameters.hat != nil) == (counts[PartClass.hat.rawValue] > 0), "seed \(seed)")
      if parameters.earrings == nil { #expect(counts[PartClass.earrings.rawValue] == 0) }
    }
    let plausible: [(PartClass, ClosedRange<Double>)] = [
      (.background, 0.15...0.45), (.face, 0.20...0.45), (.eyes, 0.005...0.03),
      (.brows, 0.003...0.02), (.mouth, 0.006...0.03), (.nose, 0.012...0.045),
      (.ears, 0.002...0.03), (.hair, 0.15...0.45), (.neck, 0.005...0.08), (.cloth, 0.02...0.16),
      (.glasses, 0.001...0.03), (.hat, 0.005...0.05), (.earrings, 0.0001...0.01),
    ]
    for (part, range) in plausible {
      let share = shares[part.rawValue] / (100 * 48 * 48)
      #expect(range.contains(share), "\(part) covers \(share)")
    }
  }

  private func columns(of part: PartClass, in picture: RenderedPortrait) -> [Int] {
    picture.labels.indices.filter { picture.labels[$0] == part.rawValue }.map { $0 % picture.size }
  }
}
