import Foundation
import TestSupport
import Testing

@Suite("Random seeds on the command line")
struct SeedTests {
  private static let largest = "18446744073709551615"

  @Test(
    arguments: [
      (["0-2"], [0, 1, 2]), (["1,2,3"], [1, 2, 3]), (["1-2,7", "2", "9"], [1, 2, 7, 9]),
      (["5", "--count", "2"], [5, 6]), ([largest], [UInt64.max]),
    ] as [([String], [UInt64])])
  func rangesAndListsAreSeeds(words: [String], seeds: [UInt64]) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["generate", "--preset", "tiny", "--out", folder("a").path, "--seed"] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try folder.files("a").filter { $0.hasSuffix("_image.png") }
    let digits = { (seed: UInt64) in seed < 10 ? "000\(seed)" : "\(seed)" }
    #expect(names == seeds.map { "seed\(digits($0))_image.png" })
  }

  /// The arguments after the command, and the words of the one line.
  static let wrong: [(arguments: [String], words: [String])] = [
    (["generate", "--seed", "-1"], ["--seed is -1", "from 0"]),
    (["generate", "--seed", "3", "-2"], ["--seed is -2", "from 0"]),
    (["generate", "--seed=-1"], ["-1", "whole numbers from 0"]),
    (["generate", "--seed", "9-0"], ["9-0", "0-9"]),
    (["generate", "--seed", "1,"], ["1,2,3"]),
    (["generate", "--seed", "0-18446744073709551615"], ["at most 1000000"]),
    (["generate", "--seed", largest, "--count", "3"], ["--count 3", "exceeds"]),
    (["generate", "--seed", "0-3", "--count", "3"], ["--count", "4 were given"]),
    (["dump", "--seed", "-1"], ["-1", "whole number from 0"]),
    (["dump", "--seed", "0-9"], ["10 seeds", "expected one"]),
    (["dump", "--seed", "18446744073709551616"], ["whole number from 0 to \(largest)"]),
    (["dump", "--preset", "tiny", "--weight-seed", "-1"], ["-1", "whole number"]),
    (["transfer", "--from", "1,2", "--part", "hair"], ["2 seeds"]),
    (["transfer", "--seed", "-4", "--from", "1", "--part", "hair"], ["-4", "whole number"]),
    (["train", "--data", "procedural:4", "--iterations", "1", "--seed", "-1"], ["whole number"]),
    (
      ["parser", "--data", "procedural:4", "--size", "32", "--seed", "1.5"],
      ["1.5", "whole number"]
    ),
    (["evaluate", "--run", "x", "--parser", "y", "--seed", "-1"], ["-1", "whole number"]),
  ]

  @Test(arguments: wrong.indices)
  func whatIsNoSeedIsRefusedInOneLine(index: Int) throws {
    let (arguments, words) = Self.wrong[index]
    let folder = try TemporaryFolder()
    let outcome = try Command.run(arguments + ["--out", folder("a").path])
    #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
    for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    #expect(!FileManager.default.fileExists(atPath: folder("a").path))
  }
}
