import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import ModelConfiguration
import PortraitData
import PortraitModel
import Training

/// `ssgan3d train`: a model learns portraits.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model on portraits with their masks.",
    discussion: """
      Everything is kept in one folder: run.json (every field of model and training), checkpoints, \
      metrics.jsonl, TensorBoard's event files, pictures, and report.html, which is rewritten as it \
      goes. Ctrl-C saves and stops. However a run was stopped, --resume continues it from its last \
      checkpoint bit for bit as if it had not been. Examples:

        ssgan3d train --data procedural:2000 --preset small --iterations 200 --out Output/run
        ssgan3d train --resume --iterations 1000 --out Output/run
        ssgan3d generate --checkpoint Output/run/checkpoints/iteration-00001000 --out Output/faces
      """)

  @Option(
    help: """
      A prepared pack, a folder of data, or procedural:COUNT[,SEED]; what is no pack is prepared \
      first and kept. With --resume only where the same data are somewhere else now.
      """)
  var data: String?

  @Option(help: "How label maps are numbered, 19, bisenet or 13; for images with labels.")
  var classes: LabelScheme?

  @OptionGroup(title: "Model")
  var model: TrainedModel

  @OptionGroup(title: "Training")
  var settings: TrainSettings

  @OptionGroup(title: "Watching")
  var watching: TrainWatching

  @Option(
    parsing: .unconditional, help: "Iterations of the whole run, those done before included.")
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: "The same counted in real portraits: rounded up to whole batches.")
  var images: Int?

  @Option(help: "The folder of the run.")
  var out: String

  @Flag(help: "Continue the run in that folder.")
  var resume = false

  @Option(
    help: """
      Begin with the weights of another run, checkpoint or generator, a folder, where names and \
      shapes agree; unless --preset or --config is given, with its model and a run's options too.
      """)
  var startFrom: String?

  private static let mostImages = 1_000_000_000_000

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
        throw ValidationError("\(name) was decided when the run began; leave it out with --resume")
      }
      if classes != nil && data == nil {
        throw ValidationError("--classes goes with --data; leave it out, the run knows its own")
      }
    } else if data == nil {
      throw ValidationError("--data is missing: what to train on, for example procedural:2000")
    }
  }

  func run() throws {
    var run = try resume ? resumed() : begun()
    StopRequest.listen()
    let batch = run.record.options.batch
    let goal = goal(batch)
    let done = run.trainer.iteration
    try requireStep(in: done..<max(done, goal))
    if done >= goal && goal > 0 {
      ProgressReport.say("\(out) stands at iteration \(done) already; ask for more than that")
    }
    let progress = ProgressReport("images", of: max(0, goal - done) * batch)
    try run.train(until: goal, dumpStep: watching.dumpStep, shouldStop: { StopRequest.came }) {
      progress.advance(by: batch)
    }
    let iteration = run.trainer.iteration
    let stopped = iteration < goal ? "stopped and saved; --resume continues it: " : ""
    print("\(stopped)\(counted(iteration, "iteration")) in \(out), to be looked at in report.html")
  }

  /// The iterations of the whole run.
  private func goal(_ batch: Int) -> Int { iterations ?? ((images ?? 0) + batch - 1) / batch }

  /// Stops at a step to be dumped that will not be made.
  private func requireStep(in made: Range<Int>) throws(WrongUse) {
    guard let step = watching.dumpStep, !made.contains(step) else { return }
    let range = made.isEmpty ? "none" : "\(made.lowerBound) … \(made.upperBound - 1)"
    throw WrongUse("--dump-step \(step): is no iteration that this call makes, which are \(range)")
  }

  private func begun() throws -> TrainingRun<BatchLoader> {
    let folder = RunFolder(URL(fileURLWithPath: out))
    if folder.holdsRun {
      throw WrongUse("--out \(out): holds a run; add --resume, or choose another folder")
    }
    let start = startFrom.map { WarmStart(URL(fileURLWithPath: $0)) }
    let inherited = self.model.isNamed ? nil : try start?.options()
    let model = try model.configuration(start)
    let options = try settings.options(imageSize: model.imageSize, inherited)
    if let startFrom, !self.model.isNamed {
      let what = inherited == nil ? "the model is that" : "model and options are those"
      ProgressReport.say("\(what) of \(startFrom), with what was given besides")
    }
    try requireMemory(model, options.batch)
    try requireStep(in: 0..<goal(options.batch))
    let record = RunRecord(
      model: model, options: options,
      watch: try watching.options(WatchOptions()), data: try TrainedData.named(data ?? "", classes),
      classes: classes?.rawValue, startFrom: startFrom, program: SSGAN3D.configuration.version)
    let batches = try TrainedData(record).batches()
    var state = TrainingState.fresh(record.model, record.options)
    if var start {
      state = try start.applied(to: state)
      for remark in start.remarks { ProgressReport.say(remark) }
    }
    return try TrainingRun(beginning: folder, record, state, batches)
  }

  /// Stops at a batch whose maps alone are more than the machine's memory.
  private func requireMemory(_ model: Configuration, _ batch: Int) throws(WrongUse) {
    let (asked, there) = (
      Double(batch) * model.mapBytes, Double(ProcessInfo.processInfo.physicalMemory)
    )
    guard asked > there else { return }
    func gibibytes(_ bytes: Double) -> String { String(format: "%.0f", bytes / Double(1 << 30)) }
    throw WrongUse(
      "--batch \(batch): asks for \(gibibytes(asked)) GiB of maps, this machine has "
        + "\(gibibytes(there)) GiB; choose a smaller batch or model")
  }

  private func resumed() throws -> TrainingRun<BatchLoader> {
    let folder = RunFolder(URL(fileURLWithPath: out))
    var record = try folder.record()
    if let data {
      (record.data, record.classes) = (try TrainedData.named(data, classes), classes?.rawValue)
    } else {
      do { _ = try DatasetInput.layout(of: record.data) } catch {
        throw WrongUse(
          "\(record.data): \(error.problem), and the run was begun with it; say where the data are "
            + "now, --data PATH")
      }
    }
    let done = folder.checkpoints.iterations.last ?? 0
    try requireStep(in: done..<max(done, goal(record.options.batch)))
    let trained = try TrainedData(record)
    return try TrainingRun(
      resuming: folder, watch: try watching.options(record.watch),
      data: (record.data, record.classes)
    ) { position in
      do { return try trained.batches(position) } catch let error as DatasetError {
        guard let data else { throw error }
        throw WrongUse("--data \(data): \(error.problem); \(error.remedy)")
      }
    }
  }
}
