import ArgumentParser
import CommandStatus
import Datasets
import Foundation
import Messages
import ModelConfiguration
import PortraitModel
import Training
import TrainingRuns

/// The command `ssgan3d train`, which trains a model.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model on portraits with their masks.",
    discussion: """
      A run is kept in one folder: run.json (all fields of the model and the training), checkpoints, \
      metrics.jsonl, TensorBoard event files, pictures, and report.html, which is updated during \
      training. Data that are not a pack (data prepared for training) are prepared first, and the \
      pack is kept for later use. Ctrl-C saves a checkpoint and stops. After any interruption, \
      --resume continues from the last checkpoint; the result is bit for bit that of an \
      uninterrupted run. Examples:

        ssgan3d train --data procedural:2000 --preset small --iterations 200 --out Output/run
        ssgan3d train --resume --iterations 1000 --out Output/run
        ssgan3d generate --checkpoint Output/run/checkpoints/iteration-00001000 --out Output/faces
      """)

  @Option(
    help: """
      The training data: a pack, a data folder or procedural:COUNT[,SEED], see 'ssgan3d dataset \
      --help'; with --resume, the new location of the same data if they were moved.
      """)
  var data: String?

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  @OptionGroup
  var views: PosesOption

  @OptionGroup(title: "Model")
  var model: TrainedModel

  @OptionGroup(title: "Training")
  var settings: TrainSettings

  @OptionGroup(title: "Monitoring")
  var watching: TrainWatching

  @Option(
    parsing: .unconditional,
    help: "The number of iterations of the whole run, including those already done.")
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: "The length of the whole run in real images (whole batches), in place of --iterations.")
  var images: Int?

  @Option(help: "The folder of the run.")
  var out: String

  @Flag(help: "Continue the run in the folder --out.")
  var resume = false

  @Option(
    help: """
      A folder of a run, a checkpoint or a generator: start with its weights where names and shapes \
      agree. Without --preset or --config, its model and training options are used too.
      """)
  var startFrom: String?

  private static let mostImages = CheckpointShelf.mostIterations

  func validate() throws {
    try requirePaths([("--data", data), ("--start-from", startFrom), ("--out", out)])
    guard (iterations == nil) != (images == nil) else {
      throw ValidationError("give either --iterations or --images")
    }
    for (name, value) in [("iterations", iterations), ("images", images)] {
      if let value, !(0...Self.mostImages).contains(value) {
        throw ValidationError("--\(name) is \(value), expected 0 … \(Self.mostImages)")
      }
    }
    if resume {
      let given =
        [("--start-from", startFrom != nil)] + model.given + settings.given
      if let (name, _) = given.first(where: \.1) {
        throw ValidationError("\(name) is fixed when a run begins; leave it out with --resume")
      }
      if data == nil, let (name, _) = (reading.given + views.given).first(where: \.1) {
        throw ValidationError("\(name) needs --data; leave it out, the run has recorded its own")
      }
    } else if data == nil {
      throw ValidationError("--data is missing; name training data, for example procedural:2000")
    }
  }

  func run() throws {
    var run = try resume ? resumed() : begun()
    for warning in run.warnings { ProgressReport.say("warning: \(warning)") }
    StopRequest.listen()
    let batch = run.record.options.batch
    let goal = goal(batch)
    let done = run.trainer.iteration
    try requireStep(in: done..<max(done, goal))
    if done >= goal && goal > 0 {
      ProgressReport.say("\(out) has already reached iteration \(done); ask for more iterations")
    }
    let progress = ProgressReport("images", of: max(0, goal - done) * batch)
    let maker = DumpMaker(program: SSGAN3D.configuration.version, command: Dump.command)
    try run.train(
      until: goal, dumpStep: watching.dumpStep, by: maker, shouldStop: { StopRequest.came }
    ) {
      progress.advance(by: batch)
    }
    let iteration = run.trainer.iteration
    let stopped = iteration < goal ? "stopped and saved (continue with --resume): " : ""
    print("\(stopped)\(counted(iteration, "iteration")) in \(out); see report.html")
  }

  /// Returns the number of iterations of the whole run.
  private func goal(_ batch: Int) -> Int { iterations ?? ((images ?? 0) + batch - 1) / batch }

  /// Throws `WrongUse` if the iteration to dump is not among those of this call.
  private func requireStep(in made: Range<Int>) throws(WrongUse) {
    guard let step = watching.dumpStep, !made.contains(step) else { return }
    let range = made.isEmpty ? "none" : "\(made.lowerBound) … \(made.upperBound - 1)"
    throw WrongUse("--dump-step \(step): not among the iterations of this call (\(range))")
  }

  private func begun() throws -> TrainingRun<BatchLoader> {
    let folder = RunFolder(URL(fileURLWithPath: out))
    if folder.holdsRun {
      throw WrongUse("--out \(out): already holds a run; add --resume or choose another folder")
    }
    let start = startFrom.map { WarmStart(URL(fileURLWithPath: $0)) }
    let inherited = self.model.isNamed ? nil : try start?.options()
    let model = try model.configuration(start)
    let options = try settings.options(imageSize: model.imageSize, inherited)
    if let startFrom, !self.model.isNamed {
      let what = inherited == nil ? "the model is" : "the model and the training options are"
      ProgressReport.say("\(what) taken from \(startFrom), except for the options given here")
    }
    try requireMemory(model, options.batch)
    ModelSource.warn(model.warnings(isTraining: true, isFresh: start == nil))
    try requireStep(in: 0..<goal(options.batch))
    let reading = try reading.reading()
    let record = RunRecord(
      model: model, options: options,
      watch: try watching.options(WatchOptions()), data: try TrainedData.named(data ?? "", reading),
      reading: reading, poses: views.file?.path, startFrom: startFrom,
      program: SSGAN3D.configuration.version)
    let batches = try TrainedData(record).batches()
    var state = TrainingState.fresh(record.model, record.options)
    if var start {
      state = try start.applied(to: state)
      for remark in start.remarks { ProgressReport.say(remark) }
    }
    return try TrainingRun(beginning: folder, record, state, batches)
  }

  /// Throws `WrongUse` if the maps of a batch alone exceed the memory of the machine.
  private func requireMemory(_ model: Configuration, _ batch: Int) throws(WrongUse) {
    let (asked, there) = (
      model.trainingBytes(batch: batch), Double(ProcessInfo.processInfo.physicalMemory)
    )
    guard asked > there else { return }
    func gibibytes(_ bytes: Double) -> String { String(format: "%.0f", bytes / Double(1 << 30)) }
    throw WrongUse(
      "--batch \(batch): the maps need \(gibibytes(asked)) GiB, this machine has "
        + "\(gibibytes(there)) GiB; choose a smaller batch or model")
  }

  /// Returns how moved data are read: as the options say, and otherwise as the run has recorded.
  ///
  /// What was recorded about a folder does not apply to a pack of it.
  private func reading(of data: String, before record: RunRecord) throws -> DataReading {
    let given = try reading.reading()
    let known = record.reading
    let merged = DataReading(
      scheme: given.scheme ?? known.scheme, ignored: given.ignored ?? known.ignored,
      maskThreshold: given.maskThreshold ?? known.maskThreshold,
      subset: given.subset ?? known.subset)
    return DatasetInput.complaint(try DatasetInput.layout(of: data), merged) == nil ? merged : given
  }

  private func resumed() throws -> TrainingRun<BatchLoader> {
    let folder = RunFolder(URL(fileURLWithPath: out))
    var record = try folder.record()
    if let data {
      let reading = try reading(of: data, before: record)
      (record.data, record.reading) = (try TrainedData.named(data, reading), reading)
      record.poses = views.file?.path
    } else {
      do { _ = try DatasetInput.layout(of: record.data) } catch {
        throw WrongUse(
          "\(record.data): \(error.problem), but the run began with these data; give their new "
            + "location with --data PATH")
      }
    }
    let done = folder.checkpoints.iterations.last ?? 0
    try requireStep(in: done..<max(done, goal(record.options.batch)))
    let trained = try TrainedData(record)
    return try TrainingRun(
      resuming: folder, watch: try watching.options(record.watch),
      data: (record.data, record.reading, record.poses), program: SSGAN3D.configuration.version
    ) { position in
      do { return try trained.batches(position) } catch let error as DatasetError {
        guard let data else { throw error }
        throw WrongUse("--data \(data): \(error.problem); \(error.remedy)")
      }
    }
  }
}
