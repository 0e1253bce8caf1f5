import Datasets
import Foundation
import ModelConfiguration
import Probes
import TensorFiles
import Tensors
import Training

/// A training run: the training loop and its folder of checkpoints, metrics and pictures.
///
/// A run that was stopped in any way resumes from its last checkpoint, and the result equals that of an
/// uninterrupted run bit for bit. Measurements after that checkpoint are removed and made again.
public struct TrainingRun<Batches: BatchSource> {
  /// The folder of the run.
  public let folder: RunFolder
  /// The settings with which the run was started, and its current intervals.
  public let record: RunRecord
  /// The training loop.
  public private(set) var trainer: Trainer<Batches>
  /// Warnings in one line each: a resumed run will differ from an uninterrupted one, or its metrics have
  /// lines that no run wrote.
  public let warnings: [String]
  private var seconds: Double
  private var window: MetricsWindow
  private let events: EventFile
  private let lock: FileLock

  /// Starts a run in a folder and saves its first checkpoint.
  ///
  /// - Parameters:
  ///   - folder: a folder without a run.
  ///   - record: the model, the options and the training data.
  ///   - state: the initial state.
  ///   - batches: the data from its beginning.
  /// - Throws: a one-line error if the folder cannot be written.
  public init(
    beginning folder: RunFolder, _ record: RunRecord, _ state: TrainingState, _ batches: Batches
  ) throws {
    try Folder.make(folder.url)
    lock = try folder.lock()
    // Another process may have started a run here since the caller's check.
    guard !folder.holdsRun else {
      throw TrainingError("\(folder.url.path): already holds a run; choose another folder")
    }
    try folder.requireOwn(isNew: true)
    folder.sweep()
    try folder.clear()
    try folder.write(record)
    try folder.checkpoints.save(
      Checkpoint(
        state: state, iteration: 0, seconds: 0, position: batches.position,
        window: MetricsWindow()), keep: record.watch.keep)
    try folder.metrics.rewind(to: 0)
    (self.folder, self.record, warnings) = (folder, record, [])
    (seconds, window) = (0, MetricsWindow())
    trainer = Trainer(state, batches: batches)
    events = try EventFile(in: folder.url, from: 0, at: Date().timeIntervalSince1970)
  }

  /// Resumes a run from its last checkpoint.
  ///
  /// - Parameters:
  ///   - folder: the folder of a run with a checkpoint.
  ///   - watch: new intervals for this and all later resumptions; nil to keep the recorded ones.
  ///   - data: a new location of the data, how they are read, and the file of their camera poses; nil
  ///     to keep the recorded ones.
  ///   - program: the program that resumes the run, with its version, for the record.
  ///   - batches: a function that creates the source of batches at a position.
  /// - Throws: a one-line error if a file is missing or damaged, or belongs to another run.
  public init(
    resuming folder: RunFolder, watch: WatchOptions? = nil,
    data: (name: String, reading: DataReading, poses: String?)? = nil, program: String? = nil,
    _ batches: (Batches.Position) throws -> Batches
  ) throws {
    lock = try folder.lock()
    var record = try folder.record()
    try folder.requireOwn(isNew: false)
    folder.sweep()
    guard let newest = folder.checkpoints.newest else {
      throw TrainingError(
        "\(folder.checkpoints.folder.path): holds no checkpoint; start the run again, without --resume"
      )
    }
    let checkpoint = try Checkpoint<Batches.Position>.read(newest)
    guard checkpoint.state.configuration == record.model, checkpoint.state.options == record.options
    else {
      throw TrainingError(
        "\(newest.path): is a checkpoint of another run than \(folder.recordFile.path); "
          + "remove it to continue from the previous one")
    }
    try folder.metrics.rewind(to: checkpoint.iteration)
    // `batches` throws an error if the position does not belong to the data.
    trainer = Trainer(
      checkpoint.state, iteration: checkpoint.iteration,
      batches: try batches(checkpoint.position))
    // The changes are recorded, so the next resumption keeps the checkpoints that this one keeps.
    var changed = record
    if let watch { changed.watch = watch }
    if let data { (changed.data, changed.reading, changed.poses) = data }
    let ofLoops = changed.resume(
      at: checkpoint.iteration, program: program ?? record.program)
    warnings = [ofLoops, folder.metrics.read(for: record.model).warning].compactMap { $0 }
    if changed != record {
      record = changed
      try folder.write(record)
    }
    (self.folder, self.record) = (folder, record)
    (seconds, window) = (checkpoint.seconds, checkpoint.window)
    // Events at the checkpoint itself must stay, and TensorBoard also drops the step that it is given.
    let next = checkpoint.iteration == 0 ? 0 : checkpoint.iteration + 1
    events = try EventFile(in: folder.url, from: next, at: Date().timeIntervalSince1970)
  }

  /// Trains until a number of iterations is done or `shouldStop` returns true, then saves.
  ///
  /// - Parameters:
  ///   - goal: the number of iterations of the whole run, including those done before.
  ///   - dumpStep: the iteration whose tensors and gradients are all written; nil for none.
  ///   - maker: the program and the command, for the record of that dump.
  ///   - shouldStop: called before every iteration; true ends training.
  ///   - progress: called after every iteration.
  /// - Throws: a one-line error; the last saved checkpoint still exists then.
  public mutating func train(
    until goal: Int, dumpStep: Int? = nil, by maker: DumpMaker = DumpMaker(),
    shouldStop: () -> Bool = { false }, progress: () -> Void = {}
  ) throws {
    if let dumpStep { try StepDumpFolder(folder.step(dumpStep)).requireReplaceable() }
    if isUnshown { try show() }
    while trainer.iteration < goal && !shouldStop() {
      let report = try iterate(dumpedBy: trainer.iteration == dumpStep ? maker : nil)
      let done = trainer.iteration
      if done == 1 { try keepSample(report.real) }
      if done.isMultiple(of: record.watch.logEvery) { try log(report) }
      if done.isMultiple(of: record.watch.saveEvery) { try save() }
      if done.isMultiple(of: record.watch.picturesEvery) { try show() }
      progress()
    }
    try save()
    try show()
  }

  /// Whether the pictures of the current iteration are due but missing, because the run has just begun
  /// or was killed after it had saved this iteration and before it had shown it.
  private var isUnshown: Bool {
    let iteration = trainer.iteration
    return iteration == 0
      || iteration.isMultiple(of: record.watch.picturesEvery)
        && !RunPictures(folder).hold(iteration)
  }

  private mutating func iterate(dumpedBy maker: DumpMaker?) throws -> IterationReport {
    let recorder = Recorder()
    let before = trainer.state
    let start = ContinuousClock.now
    let report = try trainer.step(maker == nil ? .none : recorder.probe)
    seconds += (ContinuousClock.now - start) / .seconds(1)
    for (key, value) in report.measurements { window.add(key, value) }
    if let maker {
      try StepDump(
        before: before, after: trainer.state, report, recorder.recordings, by: maker
      ).write(to: folder.step(report.iteration))
    }
    return report
  }

  private func save() throws {
    try folder.checkpoints.save(
      Checkpoint(
        state: trainer.state, iteration: trainer.iteration, seconds: seconds,
        position: trainer.batches.position, window: window), keep: record.watch.keep)
  }

  private mutating func log(_ report: IterationReport) throws {
    let model = trainer.state.configuration
    let line = MetricsLine(
      iteration: trainer.iteration, images: trainer.iteration * trainer.state.options.batch,
      seconds: seconds, means: window.means,
      health: TrainingHealth(report.fake, realMask: report.real.mask, model))
    window = MetricsWindow()
    try folder.metrics.append(line)
    try events.append(line.scalars, step: line.iteration, at: Date().timeIntervalSince1970)
  }

  // MARK: - Pictures

  private func keepSample(_ real: PortraitBatch) throws {
    try RunPictures(folder).keep(data: ProgressPictures.real(real.image, real.mask))
  }

  /// Writes a sheet of the fixed latents, and the report with it.
  private func show() throws {
    let pictures = ProgressPictures(trainer.state.average.parameters, trainer.state.configuration)
    let (store, iteration) = (RunPictures(folder), trainer.iteration)
    // The files come after the event: if they are there, nothing of this iteration was lost.
    try events.append(
      EventPicture(tag: "portraits", pictures.sheet), step: iteration,
      at: Date().timeIntervalSince1970)
    try store.keep(pictures, iteration: iteration)
    try TrainingReport(
      introduction: "Trained on `\(record.data)` with batches of \(record.options.batch), seed "
        + "\(record.options.seed): \(record.model.imageSize) × \(record.model.imageSize) pixels, "
        + "\(record.model.parts) parts. `run.json` lists all settings of model and training.",
      model: record.model, folder: folder, lines: folder.metrics.read(for: record.model).lines,
      sheet: (iteration, pictures.sheet),
      real: store.data, history: store.history(upTo: iteration)
    ).write(to: folder.report)
  }
}
