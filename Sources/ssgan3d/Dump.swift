import PortraitClasses
import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitModel
import Probes
import Tensors

/// The command `ssgan3d dump`, which writes every tensor of one portrait as numbers and pictures.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes every intermediate tensor of one portrait as numbers and as a picture.",
    discussion: """
      Each tensor is written as NAME.npy (exact values) and NAME.png. index.json lists all tensors \
      with shape, unit and range; index.html shows them in the order of the paper's figure 2. health.json \
      holds the warnings about settings whose results look valid and mean nothing. Rays \
      have as many samples as in training unless --evaluation-samples is given. If no model is \
      named, the shipped generator is used. Example:

        ssgan3d dump --seed 3 --out Output/dump
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(
    parsing: .unconditional, help: "The random seed of the portrait.", transform: Seeds.one)
  var seed: UInt64 = 0

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(help: "The tensors to write: names separated by commas, or all.")
  var names = "all"

  @Option(help: "The precision of the computation: float32 or float64.")
  var precision = ScalarType.float32

  @Flag(help: "Use the sample counts of evaluation instead of those of training.")
  var evaluationSamples = false

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws { try requirePaths([("--out", out)]) }

  func run() throws {
    let model = try source.configuration()
    try portrait.requireCamera(model, others: [("--evaluation-samples", evaluationSamples)])
    let wanted = try Self.selected(names, of: DumpNames.all(model))
    let generator = try source.generator(precision)
    _ = try OutputFolder(
      out, for: wanted.sorted().flatMap { ["\($0).npy", "\($0).png"] } + Self.fixedNames)
    let writer = try DumpWriter(folder: URL(fileURLWithPath: out))
    var warnings = try source.announce(from: [portrait.pose], isTraining: !evaluationSamples)
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    let progress = ProgressReport("tensors", of: wanted.count)
    let write = writer.probe(palette: .portrait)
    let probe = Probe { recording in
      write.pass(recording)
      progress.advance()
    }.only(wanted)
    withoutGradients {
      let latents = portrait.latents(of: generator, seed: seed, mean: mean)
      generator.record(latents, into: probe)
      if record(generator, latents, probe) {
        let empty = PortraitPictures.emptyWarning(1, of: 1)
        ModelSource.warn(empty)
        warnings += empty
      }
    }
    try writer.finish()
    try writer.write(try Self.health(warnings), Self.healthName)
    try DumpPage(
      title: "Every tensor of one portrait",
      introduction: "Seed \(seed), yaw \(portrait.pose.yaw.brief) and pitch "
        + "\(portrait.pose.pitch.brief) radians, computed in \(precision). This folder also holds "
        + "every picture as a PNG file, and the exact values as an NPY file. "
        + (warnings.isEmpty
          ? "Health: no warnings." : "Health: \(warnings.joined(separator: ". ")).")
    ).write(writer)
    let count = writer.entries.count
    print("\(count) \(count == 1 ? "tensor" : "tensors") written to \(out); see index.html")
  }

  /// The file with the warnings about a dump.
  private static let healthName = "health.json"
  private static let fixedNames = ["index.json", "index.html", healthName]

  /// Returns the warnings as JSON: `{"warnings": [...]}`, also if there are none.
  private static func health(_ warnings: [String]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(["warnings": warnings]) + Data("\n".utf8)
  }

  /// Records a portrait; returns whether no ray meets anything dense.
  private func record(
    _ generator: Generator, _ latents: PortraitLatents, _ probe: Probe
  ) -> Bool {
    let model = generator.configuration
    if model.rendering == .flat {
      let flat = FlatGenerator(model, generator.parameters)
      flat.record(flat(expandedLatents: latents.expanded), into: probe)
      return false
    }
    let options = evaluationSamples ? Generator.Options.evaluation(model) : Generator.Options()
    let made = generator(
      expandedLatents: latents.expanded, poses: portrait.pose.tensor(precision), options: options)
    generator.record(made, into: probe)
    return made.view.ray.renderingWeights.scalars.allSatisfy { $0 == 0 }
  }

  /// Returns the requested names; throws `WrongUse` with the most similar names if one does not exist.
  static func selected(_ names: String, of known: [String]) throws(WrongUse) -> Set<String> {
    let asked = names.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if asked.isEmpty { throw WrongUse("--names is empty, expected names or all") }
    let all = Set(known)
    if let stranger = asked.first(where: { !all.contains($0) && $0 != "all" }) {
      let near = nearestNames(to: stranger, in: known).joined(separator: ", ")
      throw WrongUse("--names: there is no tensor \(stranger); the most similar names are \(near)")
    }
    return asked.contains("all") ? all : Set(asked)
  }
}
