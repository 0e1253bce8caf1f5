import Datasets
import Foundation
import ModelConfiguration
import TensorFiles
import Tensors
import Training

/// The settings with which a run was started, stored in `run.json`.
public struct RunRecord: Codable, Sendable, Equatable {
  /// The number of the format, which increases when the meaning of a run's files changes.
  public private(set) var format = CheckpointFiles.format
  /// The configuration of the model, all fields.
  public var model: Configuration
  /// The training options, all fields, including the seed.
  public var options: TrainingOptions
  /// The intervals at which the run is measured, shown and saved.
  public var watch: WatchOptions
  /// The training data, as given to the command.
  public var data: String
  /// The numbering of the data's label maps, a raw value of `LabelScheme`; nil if there are none.
  public var classes: String?
  /// The label that is ignored; nil if there is none.
  public var ignored: UInt8?
  /// The least value that counts in masks of single parts; nil for 255 alone.
  public var maskThreshold: UInt8?
  /// The names of the pairs that were chosen; nil for all.
  public var subset: [String]?
  /// The file with the camera poses of the data, as given to the command; nil if they are not known.
  public var poses: String?
  /// The source of the initial weights, as given to the command; nil for fresh weights.
  public var startFrom: String?
  /// The program that started the run, with its version; nil for runs recorded before this field existed.
  public var program: String?
  /// The set of vector kernels with which the run was started; other sets round differently.
  public private(set) var kernels = Parallel.vectorKernels
  /// The name of OpenBLAS's kernels at the start; nil for runs recorded before this field existed.
  public private(set) var matrixKernels: String? = MatrixKernels.name
  /// The loops of the run from its start on; a stretch is added when a resumption uses others.
  ///
  /// Nil for runs recorded before this field existed and not resumed since.
  public private(set) var stretches: [RunStretch]?

  /// Creates the record of a new run.
  public init(
    model: Configuration, options: TrainingOptions, watch: WatchOptions = WatchOptions(),
    data: String, reading: DataReading = DataReading(), poses: String? = nil,
    startFrom: String? = nil, program: String? = nil
  ) {
    self.model = model
    self.options = options
    self.watch = watch
    self.data = data
    self.poses = poses
    self.startFrom = startFrom
    self.program = program
    stretches = [.now(from: 0, program: program)]
    self.reading = reading
  }

  /// What was said about the data because their files do not say it.
  public var reading: DataReading {
    get {
      DataReading(
        scheme: classes.flatMap { LabelScheme(rawValue: $0) }, ignored: ignored,
        maskThreshold: maskThreshold, subset: subset)
    }
    set {
      classes = newValue.scheme?.rawValue
      (ignored, maskThreshold, subset) = (newValue.ignored, newValue.maskThreshold, newValue.subset)
    }
  }

  /// Records that the run continues after an iteration with the loops of this process.
  ///
  /// - Parameters:
  ///   - iteration: the number of iterations done.
  ///   - program: the program that continues the run, with its version.
  /// - Returns: a warning in one line if these loops round differently from those before.
  mutating func resume(at iteration: Int, program: String?) -> String? {
    let first = RunStretch(
      from: 0, kernels: kernels, matrixKernels: matrixKernels, program: self.program)
    // Iterations after the checkpoint are made again, so stretches that began later have gone.
    var before = (stretches ?? [first]).filter { $0.from < iteration || $0.from == 0 }
    if before.isEmpty { before = [first] }
    let now = RunStretch.now(from: iteration, program: program)
    guard let last = before.last, last.loops != now.loops || last.program != program else {
      stretches = before
      return nil
    }
    if iteration == 0 { before.removeAll() }
    stretches = before + [now]
    guard iteration > 0, !now.roundsLike(last) else { return nil }
    return
      "the run has used the loops \(last.loops) up to iteration \(iteration) and continues with "
      + "\(now.loops), which round differently: the result will not equal that of an uninterrupted "
      + "run bit for bit"
  }
}

extension RunRecord {
  /// Throws an error for a key that no field has: a setting with a misspelled name would have no effect.
  ///
  /// The objects of `model` and `options` check their own keys.
  ///
  /// - Parameter json: the JSON from which this record was decoded.
  /// - Throws: `ConfigurationError` that names the first such key.
  fileprivate func requireKnownKeys(_ json: Data) throws {
    let object = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
    try Self.requireKnownKeys(object, of: self, in: "")
    try Self.requireKnownKeys(object["watch"] as? [String: Any] ?? [:], of: watch, in: "watch.")
    let stored = object["stretches"] as? [[String: Any]] ?? []
    for (index, (object, stretch)) in zip(stored, stretches ?? []).enumerated() {
      try Self.requireKnownKeys(object, of: stretch, in: "stretches.[\(index)].")
    }
  }

  private static func requireKnownKeys(
    _ object: [String: Any], of value: Any, in place: String
  ) throws {
    let known = Mirror(reflecting: value).children.compactMap(\.label)
    guard let stranger = object.keys.filter({ !known.contains($0) }).min() else { return }
    throw ConfigurationError(
      place + stranger, "is unknown, expected one of \(known.joined(separator: ", "))")
  }
}

/// The intervals at which a run is measured, shown and saved, in iterations.
public struct WatchOptions: Codable, Sendable, Equatable {
  /// The interval between lines of metrics.
  public var logEvery = 20
  /// The interval between sheets of pictures; each sheet also updates the report.
  public var picturesEvery = 200
  /// The interval between checkpoints.
  public var saveEvery = 200
  /// The number of checkpoints that are kept.
  public var keep = 3

  /// Creates the default intervals.
  public init() {}

  /// Throws an error for the first field whose value is impossible.
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
///     run.json                 see `RunRecord`
///     checkpoints/iteration-…  see `Checkpoint`
///     metrics.jsonl            see `MetricsLine`
///     events.out.tfevents.…    for TensorBoard
///     report.html              see `TrainingReport`
///     pictures/iteration-….png the same latents over time
///     step-…                   every tensor of one iteration, if requested
public struct RunFolder: Sendable {
  /// The folder itself.
  public let url: URL

  /// Creates a reference to the folder of a run, which need not exist before the run starts.
  public init(_ url: URL) { self.url = url }

  /// The checkpoints of the run.
  public var checkpoints: CheckpointShelf {
    CheckpointShelf(url.appendingPathComponent("checkpoints"))
  }
  /// The metrics of the run.
  public var metrics: MetricsFile {
    MetricsFile(url.appendingPathComponent("metrics.jsonl"))
  }
  /// The file of the report.
  public var report: URL { url.appendingPathComponent("report.html") }
  var pictures: URL { url.appendingPathComponent("pictures") }
  var recordFile: URL { url.appendingPathComponent("run.json") }

  /// Whether a run was started here; a start writes its first checkpoint last.
  public var holdsRun: Bool { checkpoints.newest != nil }

  /// Returns the folder for the tensors of one iteration.
  func step(_ iteration: Int) -> URL {
    url.appendingPathComponent(Self.stepPrefix + "\(iteration)")
  }
  private static let stepPrefix = "step-"

  /// Removes incomplete files of a process that was killed while it wrote here.
  func sweep() {
    checkpoints.sweep()
    for place in [url, pictures] { Folder.sweep(place) }
  }

  /// Throws an error unless everything that a run writes here is missing or was written by a run.
  ///
  /// Links are refused, because writing through them would change files elsewhere. To keep a run on
  /// another disk, link its whole folder.
  ///
  /// - Parameter isNew: whether a new run is about to begin.
  /// - Throws: `TensorFileError` that names the first file or folder of others.
  func requireOwn(isNew: Bool) throws {
    for place in [pictures, checkpoints.folder] { try OwnPlace.requireFolder(place) }
    let files = [recordFile, metrics.file, report] + RunPictures(self).all
    for file in files { try OwnPlace.requireFile(file) }
    let isRun = (try? record()) != nil
    let stranger =
      isNew && !isRun
      ? files.first { OwnPlace.kind($0) == .file }
      : TrainingReport.isWritten(report) ? nil : report
    if let stranger {
      throw TensorFileError(
        .file, file: stranger.path, problem: "was not written by a run in this folder",
        remedy: "move it or choose another folder", isWrongUse: true)
    }
  }

  /// Removes the pictures and dumps of an earlier run without checkpoints.
  ///
  /// If there is no record of an earlier run, nothing is removed, and neither is a folder with files
  /// that a run does not write.
  func clear() throws {
    guard (try? record()) != nil else { return }
    let files = FileManager.default
    let steps = ((try? files.contentsOfDirectory(atPath: url.path)) ?? []).filter { name in
      Int(name.dropFirst(Self.stepPrefix.count)).map { step($0).lastPathComponent } == name
    }
    // A folder that holds anything else than the dump of an iteration is somebody's own.
    for step in steps { try? StepDumpFolder(url.appendingPathComponent(step)).remove() }
    for place in RunPictures(self).all { try files.removeItem(at: place) }
  }

  /// Writes the record of the run and creates its folders.
  func write(_ record: RunRecord) throws {
    try Folder.make(pictures)
    try Folder.make(checkpoints.folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(record) + Data("\n".utf8), to: recordFile, durable: true)
  }

  /// Reads the record of the run.
  ///
  /// - Throws: `TrainingError` if there is no run or its record is damaged.
  /// - Returns: the record.
  public func record() throws -> RunRecord {
    guard let data = try? SmallFile.data(recordFile) else {
      throw TrainingError("\(recordFile.path): cannot be read; is \(url.path) the folder of a run?")
    }
    do {
      let record = try JSONText.decode(RunRecord.self, from: data)
      try record.requireKnownKeys(data)
      guard record.format == CheckpointFiles.format else {
        throw ConfigurationError(
          "format", "is \(record.format), expected \(CheckpointFiles.format)")
      }
      try record.model.validate()
      try record.model.validateForDiscriminator()
      try record.options.validate()
      try record.watch.validate()
      return record
    } catch let error as DecodingError {
      throw TrainingError(
        "\(recordFile.path): \(ConfigurationError(decoding: error, of: data)); \(Self.remedy)")
    } catch {
      throw TrainingError("\(recordFile.path): \(error); \(Self.remedy)")
    }
  }

  private static let remedy = "undo the change to the file, or start a new run"

  /// Returns a lock that keeps other processes from training in this folder while it exists.
  func lock() throws -> FileLock {
    guard let lock = try FileLock(url.appendingPathComponent("run.lock")) else {
      throw TrainingError("\(url.path): another process is training here; wait until it is done")
    }
    return lock
  }
}
