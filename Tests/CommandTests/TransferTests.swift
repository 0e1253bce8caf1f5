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
  ///
  /// Exchanged in both directions, hair both appears and disappears: leaving out only the old or only the
  /// new hair would print another number in one of them.
  @Test func bothFiguresAreThoseOfTheFiles() throws {
    var (oldMatters, newMatters) = (false, false)
    for (seed, donor) in [("3", "7"), ("7", "3"), ("4", "2")] {
      let folder = try TemporaryFolder()
      let outcome = try Command.run(
        "transfer", "--seed", seed, "--from", donor, "--part", "hair", "--out", folder("a").path)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let before = try Files(folder("a"), "portrait")
      let after = try Files(folder("a"), "edited")
      let hair = UInt8(PartClass.hair.rawValue)
      let differences = before.labels.indices.map { pixel -> Double in
        let channels = 3 * pixel..<3 * pixel + 3
        return channels.map { abs(before.colors[$0] - after.colors[$0]) }.reduce(0, +) / 3
      }
      func mean(_ isCounted: (Int) -> Bool) -> String {
        let counted = differences.indices.filter(isCounted)
        #expect(counted.count > 100)
        return String(
          format: "%.4f", counted.reduce(0) { $0 + differences[$1] } / Double(counted.count))
      }
      let everywhere = mean { _ in true }
      let outside = mean { before.labels[$0] != hair && after.labels[$0] != hair }
      #expect(
        outcome.output.hasPrefix(
          "D_mean \(everywhere), outside the old and the new hair: \(outside) "),
        "\(outcome.output)")
      #expect(outside != everywhere)
      if mean({ after.labels[$0] != hair }) != outside { oldMatters = true }
      if mean({ before.labels[$0] != hair }) != outside { newMatters = true }
    }
    #expect(oldMatters && newMatters)
  }
}
