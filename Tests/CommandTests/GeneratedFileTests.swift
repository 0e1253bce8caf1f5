import Camera
import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The files of `generate` against portraits that the library makes step by step.
@Suite("The command generate: what the files show")
struct GeneratedFileTests {
  private static let tiny = LibraryPortrait(.tiny)

  private func generate(_ arguments: String..., in folder: TemporaryFolder) throws {
    let outcome = try Command.run(
      ["generate", "--preset", "tiny"] + arguments + ["--out", folder("a").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func image(_ name: String, in folder: TemporaryFolder) throws -> Image {
    try PNGFile.read(folder("a/\(name)"), alpha: .keep)
  }

  @Test func seedsCountUpFromTheOneGiven() throws {
    let folder = try TemporaryFolder()
    try generate("--seed", "7", "--count", "2", in: folder)
    let images = try folder.files("a").filter { $0.hasSuffix("_image.png") }
    #expect(images == ["seed0007_image.png", "seed0008_image.png"])
    expectPortraits([
      (try image(images[0], in: folder), Self.tiny.view(Self.tiny.wplus(seed: 7))),
      (try image(images[1], in: folder), Self.tiny.view(Self.tiny.wplus(seed: 8))),
    ])
  }

  @Test func freshWeightsAreThoseOfTheirSeed() throws {
    var pairs: [(Image, GeneratedPortraits)] = []
    for seed in [0, 4] as [UInt64] {
      let folder = try TemporaryFolder()
      try generate("--weight-seed", "\(seed)", in: folder)
      let model = LibraryPortrait(.tiny, weightSeed: seed)
      pairs.append((try image("seed0000_image.png", in: folder), model.view(model.wplus(seed: 0))))
    }
    expectPortraits(pairs)
  }

  /// w is replaced by mean + ψ (w − mean).
  @Test func truncationMovesTheLatentTowardsTheMean() throws {
    var pairs: [(Image, GeneratedPortraits)] = []
    for psi in [0.3, 1, 2.5] {
      let folder = try TemporaryFolder()
      try generate("--seed", "2", "--truncation", "\(psi)", in: folder)
      pairs.append(
        (
          try image("seed0002_image.png", in: folder),
          Self.tiny.view(Self.tiny.wplus(seed: 2, truncation: psi))
        ))
    }
    expectPortraits(pairs)
  }

  /// The preset tiny has equal numbers of samples in training and in evaluation, so others are set.
  @Test(arguments: [(3, 0), (4, 3)])
  func raysHaveTheSamplesOfEvaluation(coarse: Int, importance: Int) throws {
    let folder = try TemporaryFolder()
    // Denser parts, so that the number of samples is visible.
    let scale = "opticalScale=40"
    try generate(
      "--set", scale, "--set", "evaluationSamples=\(coarse)", "--set",
      "evaluationImportanceSamples=\(importance)", in: folder)
    let model = LibraryPortrait(try Configuration.tiny.setting([scale]))
    let wplus = model.wplus(seed: 0)
    let colors = try image("seed0000_image.png", in: folder).samples.map(Double.init)
    let own = fileColors(model.view(wplus, samples: (coarse, importance)).image[0])
    let others = fileColors(model.view(wplus, samples: (12, 12)).image[0])
    #expect(apart(colors, own) <= 1)
    #expect(apart(own, others) > 3)
  }

  /// 0 is the near end of the rays and 65535 the far end; the corners of all sizes are the same rays.
  @Test func deepFilesAreDarkWherePixelsAreNear() throws {
    let folder = try TemporaryFolder()
    try generate("--seed", "3", in: folder)
    let file = try image("seed0003_depth16.png", in: folder)
    let view = Self.tiny.view(Self.tiny.wplus(seed: 3)).view
    let (camera, rays) = (Configuration.tiny.camera, Configuration.tiny.coarseSize)
    let (weights, depths) = (view.ray.renderingWeights[0], view.rayDepths[0])
    let last = file.width - 1
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      let ray = row * (rays - 1) * rays + column * (rays - 1)
      let (w, t) = (weights[ray].scalars, depths[ray].scalars)
      let depth = zip(w, t).reduce(0) { $0 + $1.0 * $1.1 } / w.reduce(0, +)
      let share = (depth - camera.near) / (camera.far - camera.near)
      let found = Double(try #require(file[row * last, column * last].first)) / 65535
      #expect(abs(found - share) < 1e-4, "\(row), \(column): \(found), expected \(share)")
      #expect(abs(share - 0.5) > 0.01)
    }
  }
}

/// The frames of an orbit, and how long they last.
@Suite("The command generate: orbits")
struct OrbitTests {
  /// A quarter of an orbit: pitch + deviation, then yaw + 1.5 deviations, then the opposite sides.
  @Test func theCameraTurnsTowardsLargerYawFirst() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--seed", "3", "--yaw", "1.5", "--pitch", "1.7", "--orbit",
      "4", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (tiny, camera) = (LibraryPortrait(.tiny), Configuration.tiny.camera)
    let wplus = tiny.wplus(seed: 3)
    let (across, upright) = (1.5 * camera.yawDeviation, camera.pitchDeviation)
    let offsets = [(0, upright), (across, 0), (0, -upright), (-across, 0)]
    expectPortraits(
      try offsets.enumerated().map { number, offset in
        (
          try PNGFile.read(folder("a/seed0003_orbit/frame00\(number).png"), alpha: .keep),
          tiny.view(wplus, yaw: 1.5 + offset.0, pitch: 1.7 + offset.1)
        )
      })
  }

  /// An orbit takes three seconds: 12 frames of 250 ms and 60 frames of 50 ms.
  @Test(arguments: [(12, 0.25), (60, 0.05)])
  func anOrbitTakesThreeSeconds(frames: Int, seconds: Double) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "generate", "--preset", "tiny", "--orbit", "\(frames)", "--set", "evaluationSamples=3",
      "--set", "evaluationImportanceSamples=0", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let times = Self.frameTimes([UInt8](try Data(contentsOf: folder("a/seed0000_orbit.png"))))
    #expect(times == [Double](repeating: seconds, count: frames), "\(times)")
  }

  /// Returns the time of every frame of an animated PNG file, in seconds.
  ///
  /// The body of a chunk fcTL begins with five numbers of four bytes; numerator and denominator of the
  /// delay follow, two bytes each.
  private static func frameTimes(_ file: [UInt8]) -> [Double] {
    var (times, start) = ([Double](), 8)
    func number(_ place: Int, _ bytes: Int) -> Int {
      file[place..<place + bytes].reduce(0) { $0 << 8 | Int($1) }
    }
    while start + 12 <= file.count {
      let length = number(start, 4)
      if file[start + 4..<start + 8].elementsEqual("fcTL".utf8) {
        times.append(Double(number(start + 28, 2)) / Double(number(start + 30, 2)))
      }
      start += 12 + length
    }
    return times
  }
}
