import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The files of `invert` against each other and against portraits that the library makes.
@Suite("The command invert: what the files show")
struct FoundPortraitTests {
  private static let tiny = LibraryPortrait(.tiny)

  /// Inverts a portrait of the tiny model for two steps; returns the printed line.
  private func invert(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
    let target = Self.tiny.view(Self.tiny.wplus(seed: 6), yaw: 1.7, pitch: 1.5)
    let colors = fileColors(target.image[0]).map { UInt16($0) }
    try PNGFile.write(
      Image(width: 32, height: 32, channels: 3, samples: colors), to: folder("target.png"))
    let outcome = try Command.run(
      [
        "invert", "--preset", "tiny", "--image", folder("target.png").path, "--iterations", "2",
        "--out", folder("a").path,
      ] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  private func figures(in folder: TemporaryFolder) throws -> [String: Any] {
    let data = try Data(contentsOf: folder("a/inversion.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func found(in folder: TemporaryFolder) throws -> Tensor {
    try SafetensorsFile(folder("a/latents.safetensors")).tensor("wplus")
  }

  /// A known angle is kept, the other one is π/2, and the portrait is rendered from there.
  @Test(
    arguments: [("--pitch", .pi / 2, 1.3), ("--yaw", 1.9, .pi / 2)] as [(String, Double, Double)])
  func aKnownPoseIsUsed(option: String, yaw: Double, pitch: Double) throws {
    let folder = try TemporaryFolder()
    let value = option == "--yaw" ? yaw : pitch
    _ = try invert([option, "\(value)"], in: folder)
    let figures = try figures(in: folder)
    #expect(abs(try #require(figures["yaw"] as? Double) - yaw) < 1e-6)
    #expect(abs(try #require(figures["pitch"] as? Double) - pitch) < 1e-6)
    let wplus = try found(in: folder)
    expectPortraits([
      (
        try PNGFile.read(folder("a/found_image.png"), alpha: .keep),
        Self.tiny.view(wplus, yaw: yaw, pitch: pitch)
      )
    ])
    let frontal = fileColors(Self.tiny.view(wplus).image[0])
    let posed = fileColors(Self.tiny.view(wplus, yaw: yaw, pitch: pitch).image[0])
    #expect(apart(frontal, posed) > 3)
  }

  /// The PSNR is that of the two image files, 10 log10 (255² / mean squared difference).
  @Test func theRatioIsThatOfTheFiles() throws {
    let folder = try TemporaryFolder()
    let line = try invert([], in: folder)
    let images = try ["found_image.png", "target_image.png"].map {
      try PNGFile.read(folder("a/\($0)"), alpha: .keep)
    }
    #expect(try images[1] == PNGFile.read(folder("target.png"), alpha: .keep))
    let squares = zip(images[0].samples, images[1].samples).map { found, target in
      (Double(found) - Double(target)) * (Double(found) - Double(target))
    }
    let ratio = 10 * log10(255 * 255 / (squares.reduce(0, +) / Double(squares.count)))
    #expect(abs(try #require(try figures(in: folder)["signalToNoise"] as? Double) - ratio) < 1e-3)
    #expect(line.hasPrefix("PSNR \(String(format: "%.1f", ratio)) dB"), "\(line)")
  }

  /// From left to right, the turned views of the sheet have a growing yaw, symmetric around the front.
  @Test func theTurnedViewsAreInOrder() throws {
    let folder = try TemporaryFolder()
    _ = try invert(["--yaw", "1.7"], in: folder)
    let sheet = try PNGFile.read(folder("a/sheet.png"), alpha: .keep)
    let wplus = try found(in: folder)
    let places = try [-0.4, -0.2, 0, 0.2, 0.4].map { turn in
      let view = Self.tiny.view(wplus, yaw: Configuration.tiny.camera.yawMean + turn)
      return try #require(Self.place(of: fileColors(view.image[0]), in: sheet), "turn \(turn)")
    }
    #expect(Set(places.map(\.row)).count == 1)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0.column + 100 < $1.column }, "\(places)")
  }

  /// Returns where a picture of 32 × 32 pixels, each enlarged to 4 × 4, is on a sheet.
  private static func place(of colors: [Double], in sheet: Image) -> (row: Int, column: Int)? {
    func isHere(_ row: Int, _ column: Int) -> Bool {
      for pixel in 0..<32 * 32 {
        let start = ((row + pixel / 32 * 4) * sheet.width + column + pixel % 32 * 4) * 3
        for channel in 0..<3
        where abs(Double(sheet.samples[start + channel]) - colors[3 * pixel + channel]) > 1 {
          return false
        }
      }
      return true
    }
    for row in 0...max(0, sheet.height - 128) {
      for column in 0...max(0, sheet.width - 128) where isHere(row, column) {
        return (row, column)
      }
    }
    return nil
  }
}
