import Foundation
import PortraitClasses
import TensorFiles
import TestSupport
import Testing

/// The figures that `transfer` prints, recomputed from the files that it writes (PaperNotes 14, 33, 50).
@Suite("The command transfer: figures")
struct TransferTests {
  private struct Files {
    /// Colors 0 … 1, `[S, S, 3]`.
    let colors: [Double]
    /// The class of every pixel.
    let labels: [UInt8]

    init(_ folder: URL, _ name: String) throws {
      let image = try PNGFile.read(folder.appendingPathComponent("\(name)_image.png"), alpha: .keep)
      colors = image.samples.map { Double($0) / 255 }
      labels = try PNGFile.readIndexed(folder.appendingPathComponent("\(name)_mask.png")).indices
    }
  }

  /// D_mean over all pixels, and over those that show the part neither before nor after.
  @Test func bothFiguresAreThoseOfTheFiles() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      "transfer", "--seed", "3", "--from", "7", "--part", "hair", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let before = try Files(folder("a"), "portrait")
    let after = try Files(folder("a"), "edited")
    let hair = UInt8(PartClass.hair.rawValue)
    let differences = before.labels.indices.map { pixel -> Double in
      let channels = 3 * pixel..<3 * pixel + 3
      let apart = channels.map { abs(before.colors[$0] - after.colors[$0]) }
      return apart.reduce(0, +) / 3
    }
    let outside = differences.indices.filter {
      before.labels[$0] != hair && after.labels[$0] != hair
    }
    #expect(outside.count > 100 && outside.count < differences.count - 100)
    let everywhere = differences.reduce(0, +) / Double(differences.count)
    let masked = outside.reduce(0) { $0 + differences[$1] } / Double(outside.count)
    #expect(
      outcome.output.hasPrefix(
        "D_mean \(String(format: "%.4f", everywhere)), outside the old and the new hair: "
          + String(format: "%.4f", masked)), "\(outcome.output)")
    #expect(masked < everywhere)
  }
}
