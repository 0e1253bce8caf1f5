import ArgumentParser
import CommandStatus
import Datasets
import Evaluation
import Foundation
import ModelConfiguration
import PortraitModel
import Tensors

/// The command `ssgan3d evaluate`, which measures the quality of trained generators.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures trained generators: image quality, masks, 3D consistency and relief.",
    discussion: """
      Writes evaluation.jsonl (one line for each generator), curves.png and reprojection.png, and \
      prints a table. Docs/Evaluation.md explains the numbers. The untrained generator is measured \
      first; its Fréchet distance is called the ceiling. The same seed gives the same numbers. With \
      --edits it measures instead how local edits are (the paper's Table 1): the latents of mouth, \
      eyes, brows, nose and hair are replaced in turn by those of another portrait; edits.csv and \
      edits.png compare the result with the same edits of procedural scenes. With --inception it \
      measures the Fréchet Inception distance (FID) of Tables 2 and 3 with a copy of published weights, \
      which this project does not contain: pytorch-fid's pt_inception-2015-12-05-….pth, or \
      torchvision's inception_v3_google-….pth, which SemanticStyleGAN uses; inception.jsonl has the \
      result with its conditions. Examples:

        ssgan3d evaluate --run Output/run --parser Output/parser --out Output/evaluation
        ssgan3d evaluate --checkpoint Output/run/checkpoints/iteration-00001000 \
      --data procedural:4000 --parser Output/parser --out Output/evaluation-1000
        ssgan3d evaluate --checkpoint Fixtures/Checkpoint --edits 1000 --out Output/edits
        ssgan3d evaluate --run Output/run --inception pt_inception-2015-12-05-6726825d.pth \
      --out Output/fid
      """)

  @OptionGroup(title: "Model")
  var models: EvaluatedModels

  @Option(
    help: """
      The data to compare with: a pack, a data folder or procedural:COUNT[,SEED], see 'ssgan3d \
      dataset --help' (default with --run: its training data).
      """)
  var data: String?

  @OptionGroup(title: "Reading of data")
  var reading: DataReadingOptions

  @OptionGroup
  var views: PosesOption

  @Option(help: "The folder of a parser that 'ssgan3d parser' trained at the model's image size.")
  var parser: String?

  @Option(
    parsing: .unconditional,
    help: "The number of portraits generated per generator (default: 2000, with --inception 10000)."
  )
  var portraits: Int?

  @Option(
    parsing: .unconditional,
    help: "Measures edits of so many portraits and nothing else; it needs no data and no parser.")
  var edits: Int?

  @Option(
    help: ArgumentHelp(
      "Measures the FID with the Inception weights of this file and nothing else; it needs no parser.",
      valueName: "file"))
  var inception: String?

  @Option(
    parsing: .unconditional,
    help: """
      The number of these portraits whose shape is measured, each from five poses (default: a \
      quarter of --portraits).
      """)
  var shapePortraits: Int?

  @Option(
    parsing: .unconditional,
    help: "The random seed of latents, poses and the two halves of the data.",
    transform: Seeds.one)
  var seed: UInt64 = 0

  @Option(
    help: """
      The folder to write; it must not hold an evaluation, and it is created if it does not exist.
      """)
  var out: String

  func validate() throws {
    try requirePaths(
      [("--parser", parser), ("--out", out), ("--data", data), ("--inception", inception)])
    if let edits { return try requireOnlyEdits(edits) }
    if inception == nil && parser == nil {
      throw ValidationError(
        "--parser is missing; name the folder of a parser, or measure --edits or --inception")
    }
    let others = [("--parser", parser != nil), ("--shape-portraits", shapePortraits != nil)]
    if inception != nil, let (name, _) = others.first(where: \.1) {
      throw ValidationError("\(name) has no effect on --inception; leave it out")
    }
    let portraits = portraitCount
    if portraits < 2 || portraits > 1_000_000 {
      throw ValidationError("--portraits is \(portraits), expected 2 … 1000000")
    }
    if let shapePortraits, !(1...portraits).contains(shapePortraits) {
      throw ValidationError(
        "--shape-portraits is \(shapePortraits), expected 1 … \(portraits), at most --portraits")
    }
    if models.checkpoint != nil && data == nil {
      throw ValidationError(
        "--data is missing; name the data to compare with, for example procedural:4000")
    }
    if data == nil, let (name, _) = (reading.given + views.given).first(where: \.1) {
      throw ValidationError("\(name) needs --data; leave it out, the run has recorded its own")
    }
  }

  private var portraitCount: Int { portraits ?? (inception == nil ? 2000 : 10_000) }
  private var shapeCount: Int { shapePortraits ?? max(1, portraitCount / 4) }

  /// Throws `ValidationError` if an option is given that has no effect on edits.
  private func requireOnlyEdits(_ count: Int) throws {
    if count < 2 || count > 1_000_000 {
      throw ValidationError("--edits is \(count), expected 2 … 1000000")
    }
    let others = [
      ("--data", data != nil), ("--parser", parser != nil), ("--portraits", portraits != nil),
      ("--shape-portraits", shapePortraits != nil), ("--inception", inception != nil),
    ]
    if let (name, _) = (others + reading.given + views.given).first(where: \.1) {
      throw ValidationError("\(name) has no effect on --edits; leave it out")
    }
  }

  /// Finds the data to compare with, and prepares a pack if necessary.
  private func comparison(with set: EvaluatedModels.Found) throws -> EvaluationData {
    try EvaluationData(
      data ?? set.data ?? "", data == nil ? set.reading : reading.reading(),
      poses: data == nil ? set.poses : views.file, of: set.model)
  }

  func run() throws {
    if let edits {
      return try EditEvaluation(count: edits, seed: seed, out: out).run(try models.found())
    }
    let portraits = portraitCount
    if let inception {
      let set = try models.found()
      return try InceptionEvaluation(weights: inception, count: portraits, seed: seed, out: out)
        .run(set, against: try comparison(with: set))
    }
    let place = URL(fileURLWithPath: out).appendingPathComponent(EvaluationLine.fileName)
    if FileManager.default.fileExists(atPath: place.path) {
      throw WrongUse(
        "--out \(out): already holds an evaluation; choose another folder, or remove \(place.path)")
    }
    let set = try models.found()
    let isFlat = set.model.kind == .flat
    if isFlat, shapePortraits != nil {
      throw WrongUse(
        "--shape-portraits: the model is flat (rendering=flat): it has no geometry to measure")
    }
    let (size, smallest) = (set.model.imageSize, PortraitParser.smallestSize)
    guard size >= smallest else {
      throw EvaluationError(
        "the model generates \(size) × \(size) pixels, but a parser needs at least "
          + "\(smallest) × \(smallest); measure a larger model")
    }
    let parser = parser ?? ""
    let judge = try PortraitParser(contentsOf: parser)
    guard judge.size == size else {
      throw EvaluationError(
        "\(parser): this parser is for \(judge.size) × \(judge.size) pixels, but the model generates "
          + "\(size) × \(size); train a parser of that size")
    }
    let data = try comparison(with: set)
    let pool = PosePool(of: data.pack.training, mirrors: false)
    PosesOption.announce(pool?.poses, set.model.camera)
    let isOfSameData = judge.record.learned(from: data.pack.training, called: data.pack.summary)
    if !isOfSameData {
      let (known, these) = (judge.record.data, data.pack.summary)
      ProgressReport.say(
        known == these
          ? "the parser was trained on \(known) with another camera, or the data have changed since; "
            + "train a parser with --camera-of and this model"
          : "the parser was trained on \(known.isEmpty ? "nothing" : known), not on these data "
            + "(\(these)); its training data may contain pairs that are held out here")
    }
    let sheets = ["curves.png"] + (isFlat ? [] : ["reprojection.png"])
    let folder = try OutputFolder(out, for: [EvaluationLine.fileName] + sheets)
    ModelSource.warn(set.model.warnings(isFresh: false))
    let half = RealReference.half(of: data.pack.training.count, most: portraits)
    if half <= judge.featureWidth {
      ProgressReport.say(
        "Fréchet distances compare \(half) portraits by \(judge.featureWidth) features: too few to "
          + "estimate the covariance; use more --portraits or more data")
    }
    let truths = isFlat ? 0 : data.procedural.map { min($0.count, shapeCount) } ?? 0
    let progress = ProgressReport(
      "portraits",
      of: 2 * half + data.pack.validation.count + truths + portraits * set.generators.count)
    let reference = try RealReference(
      training: data.pack.training, heldOut: data.pack.validation, parser: judge, most: portraits,
      seed: seed, progress: { progress.advance(by: $0) })
    let truth = data.truth(of: truths, set.model) { progress.advance() }

    var (lines, last): ([EvaluationLine], GeneratedSample?) = ([], nil)
    for entry in set.generators {
      guard let generator = try entry.generator() else {
        ProgressReport.say("\(entry.name): the run has deleted this checkpoint; it is skipped")
        progress.advance(by: portraits)
        continue
      }
      let sample = GeneratedSample(generator, count: portraits, seed: seed, poses: pool)
      let measures = try GeneratorMeasures(
        sample, shapePortraits: shapeCount, against: reference, parser: judge,
        progress: { progress.advance(by: $0) })
      lines.append(
        EvaluationLine(
          checkpoint: entry.name, images: entry.images, sample, seed: seed, measures, reference,
          of: data.pack.summary, judge, ceiling: lines.first?.distance ?? measures.distance,
          parserOfSameData: isOfSameData, truth: truth))
      // Written after each generator, so that no result is lost if the command is stopped.
      try folder.write(EvaluationLine.fileName) { try EvaluationLine.write(lines, to: $0) }
      try folder.write(EvaluationCurves(lines).picture, "curves.png")
      last = sample
    }
    if let last, !isFlat { try folder.write(ReprojectionSheet(last).picture, "reprojection.png") }
    printLines(EvaluationTable(lines).text)
    print(
      isFlat
        ? "evaluation.jsonl and curves.png are in \(out)"
        : "evaluation.jsonl, curves.png and reprojection.png are in \(out)")
  }
}
