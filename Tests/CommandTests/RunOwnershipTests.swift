import Foundation
import PortraitModel
import TestSupport
import Testing
import TrainingRuns

/// Training changes only what a run wrote, and every command notices a changed checkpoint.
@Suite("Files of a run, of others, and damaged ones")
struct RunOwnershipTests {
  private func train(_ folder: URL, _ iterations: Int = 1) throws -> Command.Outcome {
    try TrainProcess.train(
      TrainTests.small + [
        "--iterations", "\(iterations)", "--log-every", "1", "--out", folder.path,
      ])
  }

  private func resume(
    _ folder: URL, _ iterations: Int, _ environment: [String: String] = [:]
  ) throws -> Command.Outcome {
    let process = try TrainProcess(
      ["train", "--resume", "--iterations", "\(iterations)", "--out", folder.path],
      environment: environment)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  @Test(arguments: [
    "run.json", "report.html", "metrics.jsonl", "pictures/data.png",
    "pictures/iteration-00000000.png",
  ])
  func aForeignFileStopsANewRun(name: String) throws {
    let folder = try TemporaryFolder()
    let file = folder("a/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("{\"mine\": 1}\n".utf8).write(to: file)
    let outcome = try train(folder("a"))
    #expect(outcome.status == 2, "\(outcome.errors)")
    let line = outcome.errorLines.last ?? ""
    #expect(line.contains("\(file.path): was not written by a run"), "\(outcome.errors)")
    #expect(try Data(contentsOf: file) == Data("{\"mine\": 1}\n".utf8))
    #expect(
      !FileManager.default.fileExists(atPath: folder("a/checkpoints/iteration-00000000").path))
  }

  /// Whatever a link replaces, nothing is written where it leads.
  @Test(arguments: ["run.json", "report.html", "metrics.jsonl", "run.lock", "pictures/data.png"])
  func aLinkIsNotFollowed(name: String) throws {
    let folder = try TemporaryFolder()
    #expect(try train(folder("a")).status == 0)
    let (file, target) = (folder("a/\(name)"), folder("target"))
    if name != "run.lock" { try FileManager.default.copyItem(at: file, to: target) }
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
    let before = try? Data(contentsOf: target)
    let outcome = try resume(folder("a"), 2)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains("symbolic link"))
    #expect(outcome.errors.contains(file.path), "\(outcome.errors)")
    #expect((try? Data(contentsOf: target)) == before)
  }

  @Test(arguments: ["checkpoints", "pictures"])
  func aLinkedFolderIsNotFollowed(name: String) throws {
    let folder = try TemporaryFolder()
    for path in ["a", "elsewhere"] {
      try FileManager.default.createDirectory(at: folder(path), withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: folder("a/\(name)"), withDestinationURL: folder("elsewhere"))
    let outcome = try train(folder("a"))
    #expect(outcome.status == 2 && outcome.errors.contains("is a symbolic link where a folder"))
    #expect(try folder.files("elsewhere").isEmpty)
  }

  /// All commands compare the configuration with its checksum, not only those that train.
  @Test func aChangedConfigurationIsRefusedByEveryCommand() throws {
    let folder = try TemporaryFolder()
    #expect(try train(folder("a")).status == 0)
    let checkpoint = folder("a/checkpoints/iteration-00000001")
    let file = checkpoint.appendingPathComponent(GeneratorFile.configurationName)
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = text.replacingOccurrences(
      of: "\"opticalScale\" : ", with: "\"opticalScale\" : 2")
    #expect(changed != text)
    try Data(changed.utf8).write(to: file)
    let model = ["--checkpoint", checkpoint.path]
    let shipped = ShippedModelTests.clone.appendingPathComponent("Fixtures/Portrait")
    let portrait = [
      "--image", shipped.appendingPathComponent("front.png").path,
      "--labels", shipped.appendingPathComponent("labels.png").path, "--classes", "13",
    ]
    for command in [
      ["generate"], ["dump"], ["export"],
      ["transfer", "--seed", "1", "--from", "2", "--part", "hair"],
      ["invert"] + portrait, ["evaluate", "--parser", "p", "--data", "procedural:4"],
    ] {
      let outcome = try Command.run(command + model + ["--out", folder("out").path])
      #expect(outcome.status == 1, "\(command): \(outcome.errors)")
      #expect(
        outcome.errorLines.last?.contains("\(file.path): is damaged") == true,
        "\(command): \(outcome.errors)")
    }
  }

  /// Other loops round differently: one line says so, and `run.json` keeps both.
  @Test func otherLoopsAreRecordedWithAWarning() throws {
    let folder = try TemporaryFolder()
    let begun = try TrainProcess(
      ["train"] + TrainTests.small + ["--iterations", "1", "--out", folder("a").path],
      environment: ["SSGAN3D_KERNELS": "baseline"])
    #expect(begun.wait() == 0, "\(begun.errors)")
    let same = try resume(folder("a"), 2, ["SSGAN3D_KERNELS": "baseline"])
    #expect(same.status == 0 && !same.errors.contains("Warning"), "\(same.errors)")
    let record = try RunFolder(folder("a")).record()
    #expect(record.stretches?.map(\.from) == [0])
    let usual = RunRecord(model: record.model, options: record.options, data: "").kernels
    guard usual != "baseline" else { return }
    let other = try resume(folder("a"), 3)
    let warnings = other.errorLines.filter { $0.hasPrefix("warning: ") }
    #expect(other.status == 0 && warnings.count == 1, "\(other.errors)")
    #expect(warnings.first?.contains("up to iteration 2") == true, "\(other.errors)")
    let stretches = try RunFolder(folder("a")).record().stretches ?? []
    #expect(stretches.map(\.from) == [0, 2] && stretches.map(\.kernels) == ["baseline", usual])
    #expect(try RunFolder(folder("a")).record().kernels == "baseline")
  }
}
