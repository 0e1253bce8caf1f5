import Foundation
import TensorFiles
import TestSupport
import Testing
import TrainingRuns

@Suite("Training data of a run")
struct TrainDataTests {
  private func prepare(_ data: String, _ place: URL) throws {
    let outcome = try Command.run(
      "dataset", "prepare", data, "--size", "32", "--out", place.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// The new location of moved data is given once; different data are refused and leave the run as it is.
  @Test func movedDataAreFoundAgain() throws {
    let folder = try TemporaryFolder()
    try prepare("procedural:20,7", folder("pack"))
    try prepare("procedural:20,8", folder("other"))
    let run = RunFolder(folder("a"))
    let begun = try TrainProcess.train([
      "--data", folder("pack").path, "--preset", "tiny", "--set", "parts=13", "--batch", "2",
      "--iterations", "1", "--out", run.url.path,
    ])
    #expect(begun.status == 0, "\(begun.errors)")
    try FileManager.default.moveItem(at: folder("pack"), to: folder("moved"))
    let resume = ["--resume", "--iterations", "2", "--out", run.url.path]
    let lost = try TrainProcess.train(resume)
    #expect(lost.status == 2 && lost.errorLines.count == 1, "\(lost.errors)")
    #expect(
      lost.errors.contains(
        "\(folder("pack").path): is not a folder, but the run began with these data"))
    let wrong = try TrainProcess.train(resume + ["--data", folder("other").path])
    #expect(
      wrong.status == 2 && wrong.errors.contains("differ from the data that the run began with"))
    #expect(wrong.errors.contains("--data \(folder("other").path): "), "\(wrong.errors)")
    let late = try TrainProcess.train(
      resume + ["--data", folder("moved").path, "--keep", "1", "--dump-step", "7"])
    #expect(late.status == 2 && late.errors.contains("--dump-step 7"), "\(late.errors)")
    #expect(try run.record().data == folder("pack").path && run.record().watch.keep == 3)
    let found = try TrainProcess.train(resume + ["--data", folder("moved").path])
    #expect(found.status == 0, "\(found.errors)")
    #expect(try run.record().data == folder("moved").path)
    let again = try TrainProcess.train(
      ["--resume", "--iterations", "3", "--out", run.url.path])
    #expect(again.status == 0 && run.checkpoints.iterations.last == 3, "\(again.errors)")
  }

  /// An export never overwrites a file of its checkpoint.
  @Test func exportLeavesTheCheckpointAlone() throws {
    let folder = try TemporaryFolder()
    let begun = try TrainProcess.train(
      TrainTests.small + ["--iterations", "0", "--out", folder("a").path])
    #expect(begun.status == 0, "\(begun.errors)")
    let checkpoint = RunFolder(folder("a")).checkpoints.place(of: 0)
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoint.path) {
      let file = checkpoint.appendingPathComponent(name)
      let before = try Data(contentsOf: file)
      let outcome = try Command.run("export", "--checkpoint", checkpoint.path, "--out", file.path)
      #expect(
        outcome.status == 2 && outcome.errors.contains("belongs to the checkpoint"), "\(name)")
      #expect(try Data(contentsOf: file) == before, "\(name)")
    }
    let beside = try Command.run(
      "export", "--checkpoint", checkpoint.path, "--out", folder("a/weights.safetensors").path)
    #expect(beside.status == 0, "\(beside.errors)")
  }
}
