import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Portraits and donors that are given by latents.
@Suite("The commands with latents from files")
struct LatentCommandTests {
  private static let model = ["--preset", "tiny", "--weight-seed", "1"]

  /// The W⁺ of a seed, as the commands compute it.
  private func wplus(_ seed: UInt64) -> Tensor {
    let generator = Generator(.tiny, ParameterPlan.generator(.tiny).fresh(seed: 1))
    return withoutGradients { generator.latents(seed: seed).wplus }
  }

  private func same(_ folder: TemporaryFolder, _ first: String, _ second: String) throws -> Bool {
    try Data(contentsOf: folder(first)) == Data(contentsOf: folder(second))
  }

  /// W, W⁺ and the seed from which they come give the same picture; each file is warned about once.
  @Test func latentsGiveThePortraitOfTheirSeed() throws {
    let folder = try TemporaryFolder()
    let made = try Command.run(
      ["generate", "--seed", "3", "--out", folder("seed").path] + Self.model)
    #expect(made.status == 0, "\(made.errors)")
    let wplus = wplus(3)
    try NPYFile.write(wplus, to: folder("wplus"))
    try NPYFile.write(wplus[0][0], to: folder("w"))
    for name in ["wplus", "w"] {
      let outcome = try Command.run(
        ["generate", "--latents", folder(name).path, "--out", folder("o\(name)").path] + Self.model)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let warnings = outcome.errorLines.filter { $0.hasPrefix("warning: \(folder(name).path)") }
      #expect(warnings.count == 1, "\(outcome.errors)")
      #expect(try same(folder, "o\(name)/found_image.png", "seed/seed0003_image.png"))
    }
  }

  @Test func severalPortraitsOfAFile() throws {
    let folder = try TemporaryFolder()
    try NPYFile.write(.concatenated([wplus(1), wplus(2)], axis: 0), to: folder("two.npy"))
    let made = try Command.run(
      ["generate", "--seed", "1", "2", "--out", folder("seeds").path] + Self.model)
    let found = try Command.run(
      ["generate", "--latents", folder("two.npy").path, "--out", folder("found").path] + Self.model)
    #expect(made.status == 0 && found.status == 0, "\(found.errors)")
    #expect(found.output.hasPrefix("2 portraits"))
    for (index, seed) in [(0, 1), (1, 2)] {
      #expect(
        try same(folder, "found/found000\(index)_image.png", "seeds/seed000\(seed)_image.png"))
    }
    for options in [
      ["--latents", folder("two.npy").path, "--from", "1"],
      ["--seed", "1", "--from-latents", folder("two.npy").path],
    ] {
      let outcome = try Command.run(
        ["transfer", "--part", "face", "--out", folder("t").path] + options + Self.model)
      #expect(
        outcome.status == 2 && outcome.errors.contains("latents of 2 portraits, expected one"))
    }
  }

  /// A donor by its latents is the donor of the seed from which they come.
  @Test func aDonorByItsLatents() throws {
    let folder = try TemporaryFolder()
    try NPYFile.write(wplus(7), to: folder("donor"))
    func transfer(_ name: String, _ donor: String...) throws {
      let outcome = try Command.run(
        ["transfer", "--seed", "3", "--part", "face", "--out", folder(name).path] + donor
          + Self.model)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try transfer("seed", "--from", "7")
    try transfer("file", "--from-latents", folder("donor").path)
    try transfer("other", "--from", "8")
    for picture in ["portrait_image.png", "donor_image.png", "edited_image.png"] {
      #expect(try same(folder, "seed/\(picture)", "file/\(picture)"))
    }
    #expect(try !same(folder, "seed/donor_image.png", "other/donor_image.png"))
    // Truncation 0 gives the donor the mean face, like any other portrait.
    try transfer("mean", "--from-latents", folder("donor").path, "--truncation", "0")
    #expect(try same(folder, "mean/portrait_image.png", "mean/donor_image.png"))
    for donors in [[], ["--from", "7", "--from-latents", folder("donor").path]] {
      let wrong = try Command.run(
        ["transfer", "--part", "face", "--out", folder("x").path] + donors + Self.model)
      #expect(wrong.status == 2 && wrong.errors.contains("--from-latents"), "\(wrong.errors)")
    }
  }
}
