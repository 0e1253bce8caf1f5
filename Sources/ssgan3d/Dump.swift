import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import Tensors

/// `ssgan3d dump`: every tensor of one portrait as numbers and pictures.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes every tensor on the way to one portrait, as numbers and as pictures.",
    discussion: """
      Each tensor becomes NAME.npy (exact) and NAME.png; index.json lists them with shape, unit and \
      range, and index.html shows them in the order of the paper's figure 2. The samples on a ray \
      are those of training unless --evaluation-samples is given. Without a named model it is the \
      shipped generator. Example:

        ssgan3d dump --seed 3 --out Output/dump
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(parsing: .unconditional, help: "Which portrait.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(help: "Names separated by commas, or all.")
  var names = "all"

  @Option(help: "float32 or float64.")
  var precision = ScalarType.float32

  @Flag(help: "Take the samples of evaluation in place of those of training.")
  var evaluationSamples = false

  @Option(help: "The folder to write; it is made if it does not exist.")
  var out: String

  func validate() throws { try requirePaths([("--out", out)]) }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [("--evaluation-samples", evaluationSamples)])
    let wanted = try Self.selected(names, of: DumpNames.all(model))
    let generator = try source.generator(precision)
    let writer = try DumpWriter(folder: URL(fileURLWithPath: out))
    try source.announce()
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let progress = ProgressReport("tensors", of: wanted.count)
    let write = writer.probe
    let probe = Probe { recording in
      write.pass(recording)
      progress.advance()
    }.only(wanted)
    withoutGradients {
      let latents = portrait.latents(of: generator, seed: seed, mean: mean)
      generator.record(latents, into: probe)
      record(generator, latents, probe)
    }
    try writer.finish()
    try DumpPage(
      title: "What leads to one portrait",
      introduction: "Seed \(seed), seen from yaw \(portrait.pose.yaw.brief) and pitch "
        + "\(portrait.pose.pitch.brief) radians, in \(precision). Every picture is a file of this "
        + "folder, beside the exact numbers as NPY."
    ).write(writer)
    let count = writer.entries.count
    print("\(count) \(count == 1 ? "tensor" : "tensors") in \(out), to be looked at in index.html")
  }

  private func record(_ generator: Generator, _ latents: PortraitLatents, _ probe: Probe) {
    let model = generator.model
    if model.rendering == .flat {
      let flat = FlatGenerator(model, generator.parameters)
      return flat.record(flat(expandedLatents: latents.expanded), into: probe)
    }
    let options = evaluationSamples ? Generator.Options.evaluation(model) : Generator.Options()
    let made = generator(
      expandedLatents: latents.expanded, poses: portrait.pose.tensor(precision), options: options)
    generator.record(made, into: probe)
  }

  /// The names that were asked for; one that there is not is answered with those most like it.
  static func selected(_ names: String, of known: [String]) throws(WrongUse) -> Set<String> {
    let asked = names.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if asked.isEmpty { throw WrongUse("--names is empty, expected names or all") }
    let all = Set(known)
    if let stranger = asked.first(where: { !all.contains($0) && $0 != "all" }) {
      let near = DumpNames.nearest(to: stranger, in: known).joined(separator: ", ")
      throw WrongUse("--names: there is no \(stranger), the nearest are \(near)")
    }
    return asked.contains("all") ? all : Set(asked)
  }
}
