import Datasets
import Foundation
import ModelConfiguration
import Probes
import TensorFiles
import Tensors
import Training

/// A run: the loop, and everything that is kept and shown of it in a folder.
///
/// A run that was stopped, in whatever way, goes on from its last checkpoint bit for bit as if it had
/// not been: what was measured after that checkpoint is taken back and made again.
public struct TrainingRun<Batches: BatchSource> {
  /// Where everything is kept.
  public let folder: RunFolder
  /// What the run was begun with, and how often it is measured, shown and saved now.
  public let record: RunRecord
  /// The loop.
  public private(set) var trainer: Trainer<Batches>
  private var seconds: Double
  private var window: MetricsWindow
  private let events: EventFile
  private let lock: FileLock

  /// Begins a run in a folder, and keeps its first checkpoint.
  ///
  /// - Parameters:
  ///   - folder: does not hold a run yet.
  ///   - record: model, options and what they are trained on.
  ///   - state: the networks to begin with.
  ///   - batches: the data from its beginning.
  /// - Throws: an error in one line, when the folder cannot be written.
  public init(
    beginning folder: RunFolder, _ record: RunRecord, _ state: TrainingState, _ batches: Batches
  ) throws {
    try Folder.make(folder.url)
    lock = try folder.lock()
    // Another process may have trained here since the caller looked.
    guard !folder.holdsRun else {
      throw TrainingError("\(folder.url.path): holds a run by now; choose another folder")
    }
    folder.sweep()
    try folder.clear()
    try folder.write(record)
    try folder.checkpoints.save(
      Checkpoint(
        state: state, iteration: 0, seconds: 0, position: batches.position,
        window: MetricsWindow()), keep: record.watch.keep)
    try folder.metrics.rewind(to: 0)
    (self.folder, self.record) = (folder, record)
    (seconds, window) = (0, MetricsWindow())
    trainer = Trainer(state, batches: batches)
    events = try EventFile(in: folder.url, from: 0, at: Date().timeIntervalSince1970)
  }

  /// Goes on where a run was at its last checkpoint.
  ///
  /// - Parameters:
  ///   - folder: holds a run with a checkpoint.
  ///   - watch: how often it is measured, shown and saved from now on, in later stretches too; as before
  ///     unless given.
  ///   - data: where its data are from now on, and how their label maps are numbered; as before unless
  ///     given.
  ///   - batches: makes the data at a position.
  /// - Throws: an error in one line, when a file is missing, damaged, or of another run.
  public init(
    resuming folder: RunFolder, watch: WatchOptions? = nil,
    data: (name: String, classes: String?)? = nil,
    _ batches: (Batches.Position) throws -> Batches
  ) throws {
    lock = try folder.lock()
    var record = try folder.record()
    folder.sweep()
    guard let newest = folder.checkpoints.newest else {
      throw TrainingError(
        "\(folder.checkpoints.folder.path): holds no checkpoint; begin the run anew, without --resume"
      )
    }
    let checkpoint = try Checkpoint<Batches.Position>.read(newest)
    guard checkpoint.state.configuration == record.model, checkpoint.state.options == record.options
    else {
      throw TrainingError(
        "\(newest.path): is a checkpoint of another run than \(folder.recordFile.path); "
          + "remove it to continue from the one before it")
    }
    try folder.metrics.rewind(to: checkpoint.iteration)
    // What the position belongs to is refused here if it is not the run's data.
    trainer = Trainer(
      checkpoint.state, iteration: checkpoint.iteration,
      batches: try batches(checkpoint.position))
    // Written back: what one stretch was told to keep, the next must not throw away.
    var changed = record
    if let watch { changed.watch = watch }
    if let data { (changed.data, changed.classes) = data }
    if changed != record {
      record = changed
      try folder.write(record)
    }
    (self.folder, self.record) = (folder, record)
    (seconds, window) = (checkpoint.seconds, checkpoint.window)
    // What was logged at the checkpoint itself stays: TensorBoard drops the step it is told as well.
    let next = checkpoint.iteration == 0 ? 0 : checkpoint.iteration + 1
    events = try EventFile(in: folder.url, from: next, at: Date().timeIntervalSince1970)
  }

  /// Trains until so many iterations are done, or until it is told to stop; then saves.
  ///
  /// - Parameters:
  ///   - goal: the iterations of the whole run, those done before included.
  ///   - dumpStep: an iteration whose every tensor and gradient is written.
  ///   - shouldStop: asked after every iteration.
  ///   - progress: told after every iteration.
  /// - Throws: an error in one line; what was saved last is then still there.
  public mutating func train(
    until goal: Int, dumpStep: Int? = nil, shouldStop: () -> Bool = { false },
    progress: () -> Void = {}
  ) throws {
    if trainer.iteration == 0 { try show() }
    while trainer.iteration < goal && !shouldStop() {
      let report = try iterate(dumping: trainer.iteration == dumpStep)
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

  private mutating func iterate(dumping: Bool) throws -> IterationReport {
    let recorder = Recorder()
    let before = trainer.state
    let start = ContinuousClock.now
    let report = try trainer.step(dumping ? recorder.probe : .none)
    seconds += (ContinuousClock.now - start) / .seconds(1)
    for (key, value) in report.measurements { window.add(key, value) }
    if dumping {
      try StepDump(before: before, after: trainer.state, report, recorder.recordings).write(
        to: folder.step(report.iteration))
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

  /// A sheet of the fixed latents as they are now, and the report with it.
  private func show() throws {
    let pictures = ProgressPictures(trainer.state.average.parameters, trainer.state.configuration)
    let (store, iteration) = (RunPictures(folder), trainer.iteration)
    try store.keep(pictures, iteration: iteration)
    try events.append(
      EventPicture(tag: "portraits", pictures.sheet), step: iteration,
      at: Date().timeIntervalSince1970)
    try TrainingReport(
      title: "A run in training",
      introduction: "Trained on `\(record.data)` with batches of \(record.options.batch), seed "
        + "\(record.options.seed): \(record.model.imageSize) × \(record.model.imageSize) pixels, "
        + "\(record.model.parts) parts. Every field of model and training is in `run.json`.",
      model: record.model, folder: folder, lines: folder.metrics.lines(),
      sheet: (iteration, pictures.sheet),
      real: store.data, history: store.history(upTo: iteration)
    ).write(to: folder.report)
  }
}
