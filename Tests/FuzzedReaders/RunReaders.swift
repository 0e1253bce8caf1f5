import Datasets
import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import Training
import TrainingRuns

/// A run of the smallest model, which has been started and saved.
private struct StartedRun {
  let scratch: Scratch
  let folder: RunFolder
  var checkpoint: URL { folder.checkpoints.place(of: 0) }

  private struct NoBatches: BatchSource {
    struct NoMore: Error {}
    let position: BatchLoader.Position
    func next() throws -> PortraitBatch { throw NoMore() }
  }

  init(_ name: String) {
    scratch = Scratch(name)
    folder = RunFolder(scratch("run"))
    let model = SmallestModel.configuration
    let text = Data(#"{"samples": 24, "seed": 5, "fingerprint": "0123456789abcdef"}"#.utf8)
    do {
      let position = try JSONDecoder().decode(BatchLoader.Position.self, from: text)
      _ = try TrainingRun(
        beginning: folder, RunRecord(model: model, options: .standard, data: "procedural:20,7"),
        .fresh(model, .standard), NoBatches(position: position))
    } catch {
      fatalError("the run of the reader \(name) cannot be started: \(error)")
    }
  }

  func file(_ name: String) -> Data {
    (try? Data(contentsOf: checkpoint.appendingPathComponent(name))) ?? Data()
  }

  func write(_ data: Data, _ name: String) throws {
    try scratch.write(data, "run/checkpoints/\(checkpoint.lastPathComponent)/\(name)")
  }
}

extension FuzzedReader {
  private static let runErrors: [any Error.Type] = [
    TrainingError.self, TensorFileError.self, ParameterError.self, ConfigurationError.self,
  ]

  /// `training.json` in a checkpoint whose checksums fit it.
  static let checkpoint: FuzzedReader = {
    let run = StartedRun("checkpoint")
    let (record, list) = ("training.json", GeneratorFile.checksumsName)
    let others = String(decoding: run.file(list), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasSuffix("  \(record)") }.map { $0 + "\n" }.joined()
    let seed = run.file(record)
    return FuzzedReader(
      "checkpoint", longest: 4096, refusals: runErrors, seeds: { [seed] },
      body: { data in
        try run.write(data, record)
        try run.write(Data("\(others)\(CRC32.text(data))  \(record)\n".utf8), list)
        let checkpoint = try Checkpoint<BatchLoader.Position>.read(run.checkpoint)
        try expect(checkpoint.iteration >= 0, "iteration \(checkpoint.iteration)")
      })
  }()

  /// `checksums.txt` of a checkpoint.
  static let checksums: FuzzedReader = {
    let run = StartedRun("checksums")
    let seed = run.file(GeneratorFile.checksumsName)
    return FuzzedReader(
      "checksums", longest: 1024, refusals: runErrors, seeds: { [seed] },
      body: { data in
        try run.write(data, GeneratorFile.checksumsName)
        let whole = Result { try Checkpoint<BatchLoader.Position>.read(run.checkpoint) }
        _ = try GeneratorFile(run.checkpoint).read()
        _ = try whole.get()
      })
  }()

  /// The record of a run, `run.json`.
  static let runRecord: FuzzedReader = {
    let run = StartedRun("run-record")
    let seed = (try? Data(contentsOf: run.scratch("run/run.json"))) ?? Data()
    return FuzzedReader(
      "run-record", longest: 4096, refusals: runErrors, seeds: { [seed] },
      body: { data in
        try run.scratch.write(data, "run/run.json")
        try run.folder.record().model.validate()
      })
  }()

  /// The metrics of a run, whose unreadable lines are left out.
  static let metrics: FuzzedReader = {
    let scratch = Scratch("metrics")
    let line =
      #"{"health":{"dataPartAreas":[0.5,0.5],"depthHistogram":[[1,0],[0,1]],"emptyRays":0.25,"#
      + #""maskEntropy":1.5,"partAreas":[0.75,0.25]},"images":4,"iteration":2,"#
      + #""means":{"generator.loss":0.5},"seconds":1.25}"# + "\n"
    return FuzzedReader(
      "metrics", refusals: [],
      seeds: { [Data(line.utf8), Data((line + line + "{\"iteration\": 3").utf8)] },
      body: { data in
        try scratch.write(data, "metrics.jsonl")
        let lines = MetricsFile(scratch("metrics.jsonl")).lines()
        try expect(lines.count <= data.count / 10, "\(lines.count) lines")
      })
  }()
}
