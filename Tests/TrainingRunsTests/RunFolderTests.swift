import Foundation
import TensorFiles
import Testing
import TrainingToys

@testable import TrainingRuns

@Suite("Run folder")
struct RunFolderTests {
  private func begin(_ folder: URL) throws -> TrainingRun<NoiseBatches> {
    try TrainingRun(
      beginning: RunFolder(folder), Toy.record, .fresh(Toy.record.model, Toy.record.options),
      Toy.batches)
  }

  /// A new run in a folder without checkpoints removes the old run's files and keeps all others.
  @Test func aNewRunRemovesTheFilesOfTheOldOne() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try begin(folder("a"))
      try run.train(until: 2, dumpStep: 1)
    }
    let old = try folder.files("a/pictures")
    #expect(old.contains("data.png") && old.contains("iteration-00000002_front.png"))
    #expect(try folder.files("a").contains("step-1"))
    for name in ["a/step-notes", "a/pictures/mine.png"] {
      try Data("x".utf8).write(to: folder(name))
    }
    try FileManager.default.removeItem(at: folder("a/checkpoints"))
    _ = try begin(folder("a"))
    #expect(try folder.files("a/pictures") == ["mine.png"])
    let names = try folder.files("a")
    #expect(!names.contains("step-1") && names.contains("step-notes"))
    // In a folder that never held a run, all files belong to the user and are kept.
    for name in ["b/step-1", "b/pictures"] { try Folder.make(folder(name)) }
    try Data("x".utf8).write(to: folder("b/pictures/data.png"))
    _ = try begin(folder("b"))
    #expect(try folder.files("b").contains("step-1"))
    #expect(try folder.files("b/pictures") == ["data.png"])
  }
}
