import Datasets
import Foundation
import PortraitClasses
import ProceduralPortraits
import TensorFiles
import TestSupport
import Testing
import TrainingRuns

/// Data that lie, given to every command that reads them.
@Suite("Faults of data in every command")
struct DataFaultTests {
  private let folder: TemporaryFolder
  private var data: String { folder("data").path }

  init() throws { folder = try TemporaryFolder() }

  /// A label for every part; of lips, the mouth's own.
  private static let faceParsing: [UInt8] = [0, 1, 4, 2, 11, 10, 7, 17, 14, 16, 6, 18, 9]

  /// Writes procedural portraits of 32 × 32 pixels, whose classes are written as `labels` says.
  private func writePairs(
    _ count: Int, first: Int = 0, labels: (UInt8) -> UInt8 = { $0 }
  ) throws {
    for name in ["images", "labels"] { try Folder.make(folder("data/\(name)")) }
    for number in first..<first + count {
      let scene = PortraitScene(.random(seed: UInt64(number))).render(size: 32, samplesPerPixel: 1)
      let map = Image(
        width: 32, height: 32, channels: 1, samples: scene.labels.map { UInt16(labels($0)) })
      try PNGFile.write(scene.picture, to: folder("data/images/\(number).png"))
      try PNGFile.write(map, to: folder("data/labels/\(number).png"))
    }
  }

  private var image: String { folder("data/images/0.png").path }
  private var map: String { folder("data/labels/0.png").path }

  /// Runs `walk`, which is built beside `ssgan3d`.
  private func walk(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(
      arguments + ["--all", "--output", folder("walk").path],
      program: Command.program.deletingLastPathComponent().appendingPathComponent("walk"))
  }

  /// Runs a command whose packs are kept in the tests' cache.
  private func withCache(_ arguments: [String]) throws -> Command.Outcome {
    let process = try TrainProcess(arguments)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  /// Runs every command that reads pairs or a portrait with its labels.
  ///
  /// Where `walk` reads a portrait without complaint it runs all chapters, which takes long; a test that
  /// does not look at its outcome leaves it out.
  private func everyCommand(
    _ classes: String, walking: Bool = true
  ) throws -> [String: Command.Outcome] {
    let train = [
      "--preset", "tiny", "--set", "parts=13", "--batch", "2", "--iterations", "1", "--out",
    ]
    var outcomes = [
      "check": try Command.run("dataset", "check", data, "--classes", classes),
      "prepare": try Command.run(
        "dataset", "prepare", data, "--classes", classes, "--size", "32", "--out",
        folder("pack").path),
      "train": try TrainProcess.train(
        ["--data", data, "--classes", classes] + train + [folder("run").path]),
      "parser": try withCache([
        "parser", "--data", data, "--classes", classes, "--size", "32", "--iterations", "1",
        "--batch", "2", "--out", folder("parser").path,
      ]),
      "invert": try Command.run([
        "invert", "--preset", "tiny", "--set", "parts=13", "--image", image, "--labels", map,
        "--classes", classes, "--iterations", "1", "--out", folder("inverted").path,
      ]),
    ]
    if walking {
      outcomes["walk"] = try walk(["--image", image, "--labels", map, "--classes", classes])
    }
    return outcomes
  }

  @Test func pairsWithoutAFaceAreRefusedEverywhere() throws {
    try writePairs(1, labels: { _ in 0 })
    try writePairs(2, first: 1)
    for (name, outcome) in try everyCommand("13") {
      let line = "\(map): shows no face"
      #expect(outcome.status == 1, "\(name): \(outcome.errors)")
      #expect((outcome.errors + outcome.output).contains(line), "\(name): \(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder("run/run.json").path))
  }

  /// Another numbering is a warning in one line, not a refusal.
  @Test func theLikelierNumberingIsNamedEverywhere() throws {
    try writePairs(3, labels: { Self.faceParsing[Int($0)] })
    for (name, outcome) in try everyCommand("19") {
      let lines = outcome.errorLines.filter { $0.hasPrefix("warning: ") }
      #expect(lines.count == 1, "\(name): \(outcome.errors)")
      #expect(
        lines.first?.hasSuffix("--classes bisenet is likelier") == true, "\(name): \(lines)")
      // Claims about the picture of a portrait with wrong classes may fail.
      if name != "walk" { #expect(outcome.status == 0, "\(name): \(outcome.errors)") }
    }
  }

  @Test func theRightNumberingIsReadWithoutAWarning() throws {
    try writePairs(3, labels: { Self.faceParsing[Int($0)] })
    for (name, outcome) in try everyCommand("bisenet", walking: false) {
      #expect(outcome.status == 0 && !outcome.errors.contains("warning"), "\(name)")
    }
  }

  /// Colored maps need the name of their table, spelled either way.
  @Test func colorsAreReadByTheNameOfTheirTable() throws {
    try writePairs(3)
    for number in 0..<3 {
      let file = folder("data/labels/\(number).png")
      let labels = try PNGFile.readIndexed(file).indices
      try PNGFile.write(
        Image(
          width: 32, height: 32, channels: 3,
          samples: labels.flatMap { label -> [UInt16] in
            let color = PartClass.palette[Int(label)]
            return [UInt16(color.red), UInt16(color.green), UInt16(color.blue)]
          }), to: file)
    }
    for (name, outcome) in try everyCommand("13") {
      #expect(
        outcome.status == 1
          && (outcome.errors + outcome.output).contains("add --classes colors:13"), "\(name)")
    }
    // The refused data have left an unfinished pack of another reading.
    try? FileManager.default.removeItem(at: folder("pack"))
    for (name, outcome) in try everyCommand("colours:13", walking: false) {
      #expect(
        outcome.status == 0 && !outcome.errors.contains("--classes"), "\(name): \(outcome.errors)")
    }
  }

  /// `walk` guesses no numbering, like the other commands.
  @Test func walkAsksForTheNumbering() throws {
    try writePairs(1)
    let outcome = try walk(["--image", image, "--labels", map])
    #expect(outcome.status == 2 && outcome.errors.contains("--labels need --classes 19"))
    let other = try walk(["--classes", "19"])
    #expect(other.status == 2 && other.errors.contains("give both or neither"))
  }

  @Test func checkReportsCopiesSubsetsAndIgnoredPixels() throws {
    try writePairs(16)
    for name in ["images", "labels"] {
      try FileManager.default.copyItem(
        at: folder("data/\(name)/3.png"), to: folder("data/\(name)/9b.png"))
    }
    let check = ["dataset", "check", data, "--classes", "13"]
    let all = try Command.run(check)
    #expect(
      all.output.contains(
        "1 photograph occurs more than once and stays on one side of the held-out split: 3 = 9b"),
      "\(all.output)")
    #expect(all.status == 0 && all.output.contains("1 would be held out: one in 15"))
    try Data("3\n9b.png\n5\n".utf8).write(to: folder("names.txt"))
    let chosen = try Command.run(check + ["--subset", folder("names.txt").path])
    #expect(chosen.output.contains("3 pairs, 3 … 9b; 3 can be read"), "\(chosen.output)")
    try Data("nobody\n".utf8).write(to: folder("names.txt"))
    let unknown = try Command.run(check + ["--subset", folder("names.txt").path])
    #expect(unknown.status == 1 && unknown.errors.contains("--subset: names nobody"))
    let file = folder("data/labels/5.png")
    let labels = try PNGFile.readIndexed(file).indices
    try PNGFile.write(
      Image(
        width: 32, height: 32, channels: 1,
        samples: labels.enumerated().map { $0 < 6 ? 255 : UInt16($1) }), to: file)
    let refused = try Command.run(check)
    #expect(refused.status == 1 && refused.output.contains("add --ignore 255"))
    try Data("3\n".utf8).write(to: folder("few.txt"))
    let ignored = try Command.run(check + ["--ignore", "255"])
    #expect(ignored.status == 0 && ignored.output.contains("6 pixels without a label"))
    // The option decides nothing in a map that has no such label, and this is said.
    let needless = try Command.run(
      check + ["--subset", folder("few.txt").path, "--ignore", "254"])
    #expect(needless.output.contains("0 pixels without a label"), "\(needless.output)")
  }

  /// Options that do not apply to the data are usage errors, in every command alike.
  @Test(arguments: [
    (["--mask-threshold", "128"], "leave --mask-threshold out"),
    (["--mask-threshold", "0"], "expected 1 … 255"),
    (["--mask-threshold", "256"], "is 256, expected 1 … 255"),
    (["--ignore", "-1"], "--ignore is -1, expected 0 … 255"),
    (["--ignore", "256"], "--ignore is 256, expected 0 … 255"),
    (["--subset", ""], "--subset is empty"),
    (["--subset", "NOWHERE"], "cannot be read as a list of names"),
  ])
  func optionsThatDoNotApplyAreRefused(options: [String], words: String) throws {
    try writePairs(2)
    let given = options.map { $0 == "NOWHERE" ? folder("nowhere.txt").path : $0 }
    let status: Int32 = options.contains("NOWHERE") ? 1 : 2
    for command in [
      ["dataset", "check", data],
      ["dataset", "prepare", data, "--size", "32", "--out", folder("p").path],
      ["parser", "--data", data, "--size", "32", "--out", folder("q").path],
      ["train", "--data", data, "--iterations", "1", "--out", folder("r").path],
    ] {
      let outcome = try withCache(command + ["--classes", "13"] + given)
      #expect(outcome.status == status, "\(command[0]): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  /// A run that is resumed on moved data reads them as before, without being told again.
  @Test func movedDataAreReadAsBefore() throws {
    try writePairs(6, labels: { $0 == 0 ? 255 : Self.faceParsing[Int($0)] })
    try Data("0\n1\n2\n3\n".utf8).write(to: folder("names.txt"))
    let begun = try TrainProcess.train([
      "--data", data, "--classes", "bisenet", "--ignore", "255", "--subset",
      folder("names.txt").path, "--preset", "tiny", "--set", "parts=13", "--batch", "2",
      "--iterations", "1", "--out", folder("run").path,
    ])
    #expect(begun.status == 0, "\(begun.errors)")
    try FileManager.default.moveItem(at: folder("data"), to: folder("moved"))
    try FileManager.default.removeItem(at: folder("names.txt"))
    let resumed = try TrainProcess.train([
      "--resume", "--data", folder("moved").path, "--iterations", "2", "--out", folder("run").path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let record = try RunFolder(folder("run")).record()
    #expect(record.data == folder("moved").path)
    #expect(
      record.reading
        == DataReading(scheme: .faceParsing, ignored: 255, subset: ["0", "1", "2", "3"]))
    let again = try TrainProcess.train([
      "--resume", "--iterations", "3", "--out", folder("run").path,
    ])
    #expect(again.status == 0, "\(again.errors)")
  }
}
