import Datasets
import Foundation
import TensorFiles
import Tensors
import Testing

/// The real pairs that `train` uses, as `--dump-step` writes them.
@Suite("The command train: real pairs")
struct TrainedPairTests {
  /// The first batch is that of the run's seed, augmented if this was asked for.
  @Test func theSeedAndTheAugmentationReachTheData() throws {
    let folder = try TemporaryFolder()
    let pack = try Command.run(
      "dataset", "prepare", "procedural:40,3", "--size", "32", "--out", folder("pack").path)
    #expect(pack.status == 0, "\(pack.errors)")
    let pairs = try PortraitPack.open(folder("pack")).training
    var seen: [[Float]] = []
    for (name, seed, augment) in [("a", 0, false), ("b", 5, false), ("c", 5, true)] {
      let outcome = try TrainProcess.train(
        [
          "--data", folder("pack").path, "--preset", "tiny", "--set", "parts=13", "--batch", "4",
          "--seed", "\(seed)", "--iterations", "1", "--dump-step", "0", "--out", folder(name).path,
        ] + (augment ? ["--augment"] : []))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let real = try SafetensorsFile(folder("\(name)/step-0/real.safetensors"))
      let expected = try BatchLoader(
        pairs, batch: 4, seed: UInt64(seed), augment: augment, prefetches: false
      ).next()
      #expect(try real.tensor("image").floats == expected.image.floats, "\(name)")
      #expect(try real.tensor("mask").floats == expected.mask.floats, "\(name)")
      seen.append(expected.image.floats)
    }
    #expect(seen[0] != seen[1] && seen[1] != seen[2])
  }
}
