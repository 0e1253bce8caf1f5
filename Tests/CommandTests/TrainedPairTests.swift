import Datasets
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

/// The real pairs that `train` uses, as the picture of a run's data shows them.
@Suite("The command train: real pairs")
struct TrainedPairTests {
  /// The first batch is that of the run's seed, augmented if this was asked for.
  @Test func theSeedAndTheAugmentationReachTheData() throws {
    let folder = try TemporaryFolder()
    let pack = try Command.run(
      "dataset", "prepare", "procedural:40,3", "--size", "32", "--out", folder("pack").path)
    #expect(pack.status == 0, "\(pack.errors)")
    let pairs = try PortraitPack.open(folder("pack")).training
    var seen: [[Double]] = []
    for (name, seed, augment) in [("a", 0, false), ("b", 5, false), ("c", 5, true)] {
      let outcome = try TrainProcess.train(
        [
          "--data", folder("pack").path, "--preset", "tiny", "--set", "parts=13", "--batch", "4",
          "--seed", "\(seed)", "--iterations", "1", "--out", folder(name).path,
        ] + (augment ? ["--augment"] : []))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let sheet = try PNGFile.read(folder("\(name)/pictures/data.png"), alpha: .drop)
      let expected = try BatchLoader(
        pairs, batch: 4, seed: UInt64(seed), augment: augment, prefetches: false
      ).next().image
      for index in 0..<4 {
        // Each pixel is enlarged to 4 × 4, and the pictures of a row are 4 pixels apart.
        let shown = (0..<32 * 32).flatMap { (pixel: Int) -> [Double] in
          let (row, column) = (pixel / 32 * 4, pixel % 32 * 4 + index * (128 + 4))
          return sheet[row, column].map { Double($0) }
        }
        #expect(apart(shown, fileColors(expected[index])) <= 1, "\(name), pair \(index)")
      }
      seen.append(fileColors(expected[0]) + fileColors(expected[1]))
    }
    #expect(apart(seen[0], seen[1]) > 50 && apart(seen[1], seen[2]) > 50)
  }
}
