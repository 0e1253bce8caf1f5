import Foundation
import TensorFiles
import TestSupport
import Testing
import Training
import TrainingToys

@testable import TrainingRuns

@Suite("Run folder")
struct RunFolderTests {
  /// A new run in a folder without checkpoints removes the old run's files and keeps all others.
  @Test func aNewRunRemovesTheFilesOfTheOldOne() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 2, dumpStep: 1)
    }
    let old = try folder.files("a/pictures")
    #expect(old.contains("data.png") && old.contains("iteration-00000002_front.png"))
    #expect(try folder.files("a").contains("step-1"))
    for name in ["a/step-notes", "a/pictures/mine.png"] {
      try Data("x".utf8).write(to: folder(name))
    }
    try FileManager.default.removeItem(at: folder("a/checkpoints"))
    _ = try Toy.begin(folder("a"))
    #expect(try folder.files("a/pictures") == ["mine.png"])
    let names = try folder.files("a")
    #expect(!names.contains("step-1") && names.contains("step-notes"))
    // In a folder that never held a run, all files belong to the user and are kept.
    for name in ["b/step-1", "b/pictures"] { try Folder.make(folder(name)) }
    try Data("x".utf8).write(to: folder("b/pictures/mine.png"))
    _ = try Toy.begin(folder("b"))
    #expect(try folder.files("b").contains("step-1"))
    #expect(try folder.files("b/pictures") == ["mine.png"])
  }

  /// A folder named like a dump of a step is removed only if training wrote it, and never a link.
  @Test func foreignStepsAreKept() throws {
    let folder = try TemporaryFolder()
    do { _ = try Toy.begin(folder("a")) }
    try FileManager.default.removeItem(at: folder("a/checkpoints"))
    for name in ["a/step-1", "a/step-2", "a/step-3", "elsewhere"] {
      try Folder.make(folder(name))
      try Data("x".utf8).write(to: folder("\(name)/before.safetensors"))
    }
    try Data("x".utf8).write(to: folder("a/step-1/thesis.txt"))
    try FileManager.default.createSymbolicLink(
      at: folder("a/step-2/link"), withDestinationURL: folder("elsewhere"))
    try FileManager.default.createSymbolicLink(
      at: folder("a/step-4"), withDestinationURL: folder("elsewhere"))
    _ = try Toy.begin(folder("a"))
    let names = try folder.files("a").filter { $0.hasPrefix("step-") && !$0.contains("/") }
    #expect(names == ["step-1", "step-2", "step-3", "step-4"])
    #expect(try folder.files("elsewhere") == ["before.safetensors"])
  }

  /// Files under the names of a run that no run wrote stop a new run before it changes anything.
  @Test(arguments: ["run.json", "metrics.jsonl", "report.html", "pictures/data.png"])
  func filesOfOthersAreRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let file = folder("a/\(name)")
    try Folder.make(file.deletingLastPathComponent())
    try Data("mine\n".utf8).write(to: file)
    let error = #expect(throws: TensorFileError.self) { _ = try Toy.begin(folder("a")) }
    #expect(error?.file == file.path && error?.isWrongUse == true)
    #expect(error?.problem.hasPrefix("was not written by a run") == true)
    #expect(try Data(contentsOf: file) == Data("mine\n".utf8))
    #expect(!FileManager.default.fileExists(atPath: folder("a/checkpoints").path))
  }

  /// A checkpoint with a file of the user is kept, although it is older than those to keep.
  @Test func checkpointsWithFilesOfOthersAreKept() throws {
    let folder = try TemporaryFolder()
    var run = try Toy.begin(folder("a"))
    try Data("x".utf8).write(to: folder("a/checkpoints/iteration-00000000/notes.txt"))
    try run.train(until: 12)
    #expect(RunFolder(folder("a")).checkpoints.iterations == [0, 8, 10, 12])
  }
}
