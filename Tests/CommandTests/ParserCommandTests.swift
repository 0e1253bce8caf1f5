import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("The command parser")
struct ParserCommandTests {
  static func parser(_ arguments: [String]) throws -> Command.Outcome {
    let process = try TrainProcess(["parser"] + arguments)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  @Test func trainsAParserThatCanBeRead() throws {
    let folder = try TemporaryFolder()
    // The output folder and its parents are created.
    let outcome = try Self.parser(
      [
        "--data", "procedural:30", "--size", "32", "--iterations", "2", "--batch", "3", "--seed",
        "5", "--out", folder("deep/p").path,
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("pixel accuracy"))
    #expect(outcome.output.hasSuffix("2 iterations; parser written to \(folder("deep/p").path)\n"))
    #expect(outcome.errors.contains("6 of 6 images"))
    #expect(try folder.files("deep/p") == ["parser.json", "parser.safetensors"])
    let record = try PortraitParser(contentsOf: folder("deep/p").path).record
    #expect(record.size == 32 && record.iterations == 2 && record.batch == 3 && record.seed == 5)
    #expect(record.data == "procedural:30,0" && record.heldOut?.pictures == 2)
    #expect(record.dataFingerprint?.hasSuffix("-training") == true)
  }

  static let good = ["--data", "procedural:30", "--size", "32", "--out", "x"]

  static let wrong: [(arguments: [String], word: String)] = [
    (["--size", "32", "--out", "x"], "--data"),
    (["--data", "procedural:30", "--out", "x"], "--size"),
    (["--data", "procedural:30", "--size", "32"], "--out"),
    (["--data", "", "--size", "32", "--out", "x"], "--data is empty"),
    (["--data", "procedural:30", "--size", "32", "--out", ""], "--out is empty"),
    (["--data", "procedural:30", "--size", "16", "--out", "x"], "--size is 16"),
    (["--data", "procedural:30", "--size", "48", "--out", "x"], "--size is 48"),
    (["--data", "procedural:30", "--size", "2048", "--out", "x"], "--size is 2048"),
    (["--data", "procedural:30", "--size", "-32", "--out", "x"], "--size is -32"),
    (good + ["--iterations", "0"], "--iterations is 0, expected 1 … 1000000"),
    (good + ["--iterations", "-1"], "--iterations is -1, expected 1 … 1000000"),
    (good + ["--iterations", "\(Int.max)"], "--iterations is \(Int.max), expected 1 … 1000000"),
    (good + ["--batch", "0"], "--batch is 0, expected 1 … 4096"),
    (good + ["--batch", "\(Int.max)"], "--batch is \(Int.max), expected 1 … 4096"),
    (good + ["--rate", "0"], "--rate is 0.0"),
    (good + ["--rate", "-0.1"], "--rate is -0.1"),
    (good + ["--rate", "nan"], "--rate is nan"),
    (good + ["--balance", "1.5"], "--balance is 1.5"),
    (good + ["--balance", "-1"], "--balance is -1.0"),
    (good + ["--seed", "-1"], "--seed"),
    (good + ["--classes", "13"], "leave --classes out"),
    (["--data", "procedural:0", "--size", "32", "--out", "x"], "procedural:COUNT"),
  ]

  @Test(arguments: wrong.indices)
  func wrongUseEndsWithTwo(index: Int) throws {
    let use = Self.wrong[index]
    let outcome = try Self.parser(use.arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(use.word) == true, "\(outcome.errors)")
  }

  /// An unwritable place is reported before the data are read; these data do not exist.
  @Test func anUnwritablePlaceIsReportedFirst() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder("full"), withIntermediateDirectories: true)
    for name in ["full/mine.txt", "file"] { try Data("mine".utf8).write(to: folder(name)) }
    for (name, words) in [
      ("full", "is not empty"), ("file", "is not a folder"), ("file/below", "is not a folder"),
    ] {
      let outcome = try Self.parser(
        ["--data", folder("no-data").path, "--size", "32", "--out", folder(name).path])
      #expect(outcome.status == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("--out ") && outcome.errors.contains(words))
    }
    #expect(try folder.files("full") == ["mine.txt"])
    #expect(try String(contentsOf: folder("file"), encoding: .utf8) == "mine")
  }

  /// No loss follows the last update, so the weights themselves are checked for finite values.
  @Test func aDivergedParserIsNotWritten() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.parser(
      [
        "--data", "procedural:31", "--size", "32", "--iterations", "1", "--batch", "2", "--rate",
        "1e40", "--out", folder("p").path,
      ])
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    let line = outcome.errorLines.last { $0.hasPrefix("Error: ") }
    #expect(line?.contains("train with a lower learning rate") == true, "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("p").path))
  }
}
