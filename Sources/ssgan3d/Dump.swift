import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Messages
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Probes
import TensorFiles
import Tensors

/// A file format in which a dump writes its volumes beside NPY.
enum VolumeFormat: String, ExpressibleByArgument, CaseIterable {
  /// NRRD, see `NRRDFile`.
  case nrrd
}

/// The command `ssgan3d dump`, which writes every tensor of one portrait as numbers and pictures.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes every intermediate tensor of one portrait as numbers and as a picture.",
    discussion: """
      Each tensor is written as NAME.npy (exact values) and NAME.png. index.json lists all tensors \
      with shape, unit and range; index.html shows them in the order of the paper's figure 2. \
      dump.json, config.json and latents.safetensors say what made the dump: command, seed, pose, \
      weights, configuration and latents; dump.json also holds warnings about settings whose results \
      look valid and mean nothing. With --again the dump in a folder is made again from these files, and \
      the command fails unless every tensor is equal bit for bit. Rays have as many samples as in \
      training unless --evaluation-samples is given. With --volumes nrrd each volume is also written as \
      NAME.nrrd, for viewers such as ParaView and 3D Slicer, in world units. If no model is named, the \
      shipped generator is used. Examples:

        ssgan3d dump --seed 3 --out Output/dump
        ssgan3d dump --again Output/dump --out Output/dump-again
      """)

  @OptionGroup(title: "Model")
  var source: ModelSource

  @Option(
    parsing: .unconditional, help: "The random seed of the portrait (default: 0).",
    transform: Seeds.one)
  var seed: UInt64?

  @OptionGroup(title: "Portrait")
  var portrait: PortraitOptions

  @Option(help: "The tensors to write: names separated by commas, or all (default: all).")
  var names: String?

  @Option(
    help: """
      A file format in which volumes (psi, density3d, feature3d) are written as well, for viewers: \
      nrrd.
      """)
  var volumes: VolumeFormat?

  @Option(help: "The precision of the computation: float32 or float64 (default: float32).")
  var precision: ScalarType?

  @OptionGroup
  var weights: MaskWeightsOption

  @Flag(help: "Use the sample counts of evaluation instead of those of training.")
  var evaluationSamples = false

  @Option(
    help: """
      The folder of a dump to make again and compare with. If its weights were moved, name them \
      with --checkpoint, or with --weights and --config.
      """)
  var again: String?

  @Option(help: "The folder to write; it is created if it does not exist.")
  var out: String

  func validate() throws {
    try requirePaths([("--again", again), ("--out", out)])
    guard let again else { return }
    let given =
      source.changes + portrait.given + [
        ("--seed", seed != nil), ("--names", names != nil), ("--precision", precision != nil),
        ("--evaluation-samples", evaluationSamples),
        ("--mask-weights", weights.maskWeights != nil),
      ]
    if let (option, _) = given.first(where: \.1) {
      throw ValidationError("\(option) is fixed by the dump; leave it out with --again")
    }
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    if place(again) == place(out) {
      throw ValidationError("--out is the folder of --again; choose another folder")
    }
  }

  func run() throws {
    var plan = try again.map { try DumpPlan(again: URL(fileURLWithPath: $0), source) } ?? planned()
    plan.writesNRRD = volumes == .nrrd
    try plan.requireVolumes()
    _ = try OutputFolder(out, for: plan.fileNames)
    if again == nil {
      plan.record.warnings = try source.announce(
        from: [portrait.pose], isTraining: !evaluationSamples)
    }
    let writer = try plan.write(to: URL(fileURLWithPath: out))
    let count = counted(writer.entries.count, "tensor")
    guard let again else { return print("\(count) written to \(out); see index.html") }
    try DumpComparison(URL(fileURLWithPath: again), plan.record, writer).requireEqual()
    print("\(count) made again in \(out): equal to \(again) bit for bit")
  }

  /// Returns the dump that the options describe.
  private func planned() throws -> DumpPlan {
    let model = try weights.applied(to: source.configuration())
    try portrait.requireCamera(model, others: [("--evaluation-samples", evaluationSamples)])
    let wanted = try Self.selected(names ?? "all", of: DumpNames.all(model))
    let (precision, seed) = (precision ?? .float32, seed ?? 0)
    let generator = try weights.applied(to: source.generator(precision))
    let mean = portrait.isTruncated ? try source.meanLatent(of: generator) : nil
    var record = DumpRecord(
      program: SSGAN3D.configuration.version, command: Self.command,
      weights: try source.origin(of: generator), precision: precision)
    (record.seed, record.truncation) = (seed, portrait.truncation)
    record.names = wanted == Set(DumpNames.all(model)) ? nil : wanted.sorted()
    if model.rendering == .volume {
      record.pose = portrait.pose
      record.maskWeighting = model.maskWeights.rawValue
      record.samples =
        evaluationSamples
        ? .init(coarse: model.evaluationSamples, importance: model.evaluationImportanceSamples)
        : .init(coarse: model.samples, importance: model.importanceSamples)
    }
    return DumpPlan(
      record: record, generator: generator,
      latents: withoutGradients { portrait.latents(of: generator, seed: seed, mean: mean) })
  }

  /// The command as it was given, with the name of the program in place of its path.
  static var command: [String] { ["ssgan3d"] + CommandLine.arguments.dropFirst() }

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
