import Foundation
import ModelConfiguration
import TensorFiles
import Tensors
import Training

/// What a run was begun with: `run.json`.
public struct RunRecord: Codable, Sendable, Equatable {
  /// Grows when a run's files change their meaning.
  public private(set) var format = CheckpointFiles.format
  /// What the model is made of, every field.
  public var model: Configuration
  /// How it is trained, every field, the seed among them.
  public var options: TrainingOptions
  /// How often it is measured, shown and saved.
  public var watch: WatchOptions
  /// What it is trained on, as the command was told.
  public var data: String
  /// How its label maps are numbered, `19`, `bisenet` or `13`; nothing where it has none.
  public var classes: String?
  /// Whose weights it began with, as the command was told; nothing for fresh ones.
  public var startFrom: String?
  /// Which program began it, with its version; runs of before it was kept have none.
  public var program: String?
  /// Which compilation of the inner loops began it: others round differently.
  public private(set) var kernels = Parallel.vectorKernels
  /// Which of OpenBLAS's loops began it, by its own name for them; runs of before it was kept have none.
  public private(set) var matrixKernels: String? = MatrixKernels.name

  /// A record of a run that begins.
  public init(
    model: Configuration, options: TrainingOptions, watch: WatchOptions = WatchOptions(),
    data: String, classes: String? = nil, startFrom: String? = nil, program: String? = nil
  ) {
    self.model = model
    self.options = options
    self.watch = watch
    self.data = data
    self.classes = classes
    self.startFrom = startFrom
    self.program = program
  }
}

/// How often a run is measured, shown and saved; all of it counted in iterations.
public struct WatchOptions: Codable, Sendable, Equatable {
  /// From one line of metrics to the next.
  public var logEvery = 20
  /// From one sheet of pictures, and one rewriting of the report, to the next.
  public var picturesEvery = 200
  /// From one checkpoint to the next.
  public var saveEvery = 200
  /// How many checkpoints are kept.
  public var keep = 3

  /// The intervals given here.
  public init() {}

  /// Stops with the first field whose value is impossible.
  public func validate() throws(ConfigurationError) {
    for (field, value) in [
      ("logEvery", logEvery), ("picturesEvery", picturesEvery), ("saveEvery", saveEvery),
      ("keep", keep),
    ] where value < 1 {
      throw ConfigurationError(field, "is \(value), expected 1 or more")
    }
  }
}

/// The folder of a run.
///
///     run.json                 what it was begun with
///     checkpoints/iteration-…  see `Checkpoint`
///     metrics.jsonl            see `MetricsLine`
///     events.out.tfevents.…    for TensorBoard
///     report.html              to be looked at
///     pictures/iteration-….png the same latents over time
///     step-…                   every tensor of one iteration, where that was asked for
public struct RunFolder: Sendable {
  /// The folder itself.
  public let url: URL

  /// A run's folder, which need not exist before it is begun.
  public init(_ url: URL) { self.url = url }

  /// Its checkpoints.
  public var checkpoints: CheckpointShelf {
    CheckpointShelf(url.appendingPathComponent("checkpoints"))
  }
  /// Its metrics.
  public var metrics: MetricsFile {
    MetricsFile(url.appendingPathComponent("metrics.jsonl"))
  }
  /// Its page.
  public var report: URL { url.appendingPathComponent("report.html") }
  var pictures: URL { url.appendingPathComponent("pictures") }
  var recordFile: URL { url.appendingPathComponent("run.json") }

  /// Whether a run was begun here: its first checkpoint is the last thing that beginning writes.
  public var holdsRun: Bool { checkpoints.newest != nil }

  /// Where every tensor of one iteration goes.
  func step(_ iteration: Int) -> URL {
    url.appendingPathComponent(Self.stepPrefix + "\(iteration)")
  }
  private static let stepPrefix = "step-"

  /// Removes what a process left that was killed while it wrote here.
  func sweep() {
    checkpoints.sweep()
    for place in [url, pictures] { Folder.sweep(place) }
  }

  /// Removes what a run showed that was begun here before and has no checkpoint left; where none was
  /// begun everything is somebody's.
  func clear() throws {
    guard (try? record()) != nil else { return }
    let files = FileManager.default
    let steps = ((try? files.contentsOfDirectory(atPath: url.path)) ?? []).filter { name in
      Int(name.dropFirst(Self.stepPrefix.count)).map { step($0).lastPathComponent } == name
    }
    for place in steps.map(url.appendingPathComponent) + RunPictures(self).all {
      try files.removeItem(at: place)
    }
  }

  /// Writes what the run is begun with.
  func write(_ record: RunRecord) throws {
    try Folder.make(pictures)
    try Folder.make(checkpoints.folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(record) + Data("\n".utf8), to: recordFile, durable: true)
  }

  /// Reads what the run was begun with.
  ///
  /// - Throws: `TrainingError` in one line, when there is no run or its record is damaged.
  /// - Returns: the record.
  public func record() throws -> RunRecord {
    guard let data = try? Data(contentsOf: recordFile) else {
      throw TrainingError("\(recordFile.path): cannot be read; is \(url.path) the folder of a run?")
    }
    do {
      let record = try JSONDecoder().decode(RunRecord.self, from: data)
      guard record.format == CheckpointFiles.format else {
        throw ConfigurationError("format", "is \(record.format), expected 1")
      }
      try record.model.validate()
      try record.model.validateForDiscriminator()
      try record.options.validate()
      try record.watch.validate()
      return record
    } catch let error as DecodingError {
      throw TrainingError(
        "\(recordFile.path): \(ConfigurationError(decoding: error, of: data)); begin a new run")
    } catch {
      throw TrainingError("\(recordFile.path): \(error); begin a new run")
    }
  }

  /// Keeps other processes from training in this folder while the result lives.
  func lock() throws -> FileLock {
    guard let lock = try FileLock(url.appendingPathComponent("run.lock")) else {
      throw TrainingError("\(url.path): another process is training here; wait until it is done")
    }
    return lock
  }
}
